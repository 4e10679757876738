import { http, reply } from '@dure/contracts/binding/http';
import { ListStock } from '@dure/contracts/inventory';
import { store } from '../composition.ts';
import { stockView } from './stock-view.ts';

export const listStockHandler = http(ListStock, {
  run: ({ query }) => store.listStock([...new Set(query.skus.split(','))]),
  answer: (stocks, { query }) =>
    reply(200, {
      items: stocks.map(stockView),
      _links: { self: { href: `/v1/stock?${new URLSearchParams(query)}` } },
    }),
});
