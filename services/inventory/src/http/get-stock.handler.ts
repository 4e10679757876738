import { http, reply } from '@dure/contracts/binding/http';
import { GetStock } from '@dure/contracts/inventory';
import { problem } from '@dure/contracts/problem';
import { store } from '../composition.ts';
import { stockView } from './stock-view.ts';

export const getStockHandler = http(GetStock, {
  run: ({ params }) => store.loadStock(params.sku),
  answer: (stock) =>
    stock === undefined ? problem('stock-not-found') : reply(200, stockView(stock), { etag: stock.version }),
});
