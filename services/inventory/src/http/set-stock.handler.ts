import { http, reply } from '@dure/contracts/binding/http';
import { SetStock } from '@dure/contracts/inventory';
import { problem } from '@dure/contracts/problem';
import { adjustStock } from '../application/adjust-stock.ts';
import { store } from '../composition.ts';
import { stockView } from './stock-view.ts';

export const setStockHandler = http(SetStock, {
  run: ({ params, body, ifMatch }, call) => {
    const expectedVersion = ifMatch === '' ? undefined : ifMatch;
    return adjustStock(store, call, params.sku, { type: 'count', ...body, expectedVersion });
  },
  answer: (result) => {
    if (!('rejected' in result)) return reply(200, stockView(result), { etag: result.version });
    return problem(result.rejected === 'precondition-failed' ? result.rejected : 'less-than-reserved');
  },
});
