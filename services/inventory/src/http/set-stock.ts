import { http, reply } from '@dure/contracts/http';
import { SetStock } from '@dure/contracts/inventory/index';
import { problem } from '@dure/contracts/problem';
import { adjustStock } from '../application/adjust-stock.ts';
import { store } from '../composition.ts';
import { stockView } from './stock-view.ts';

export const setStock = http(SetStock, {
  run: ({ params, body }, call) => adjustStock(store, call, params.sku, { type: 'count', onHand: body.onHand }),
  answer: (result) =>
    'rejected' in result ? problem('less-than-reserved') : reply(200, stockView(result), { etag: result.version }),
});
