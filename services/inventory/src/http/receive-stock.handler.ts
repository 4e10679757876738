import { http, reply } from '@dure/contracts/binding/http';
import { ReceiveStock } from '@dure/contracts/inventory';
import { problem } from '@dure/contracts/problem';
import { adjustStock } from '../application/adjust-stock.ts';
import { store } from '../composition.ts';
import { stockView } from './stock-view.ts';

export const receiveStockHandler = http(ReceiveStock, {
  run: ({ params, body }, call) => adjustStock(store, call, params.sku, { type: 'receive', quantity: body.quantity }),
  answer: (result) =>
    'rejected' in result ? problem('too-much-stock') : reply(201, stockView(result), { etag: result.version }),
});
