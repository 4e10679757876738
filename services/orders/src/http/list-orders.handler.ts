import { http, reply } from '@dure/contracts/binding/http';
import { ListOrders } from '@dure/contracts/orders';
import { problem } from '@dure/contracts/problem';
import { listOrders } from '../application/list-orders.ts';
import { projections, views } from '../composition.ts';
import { orderView } from './order-view.ts';

export const listOrdersHandler = http(ListOrders, {
  run: ({ query: { customerId, status, cursor, limit } }) =>
    listOrders(projections, views, { customerId, status }, limit, cursor),
  answer: (page, { query }) => {
    if (page === undefined) return problem('invalid-cursor');
    const href = (cursor?: string) => `/v1/orders?${search({ ...query, cursor })}`;
    const links: Record<string, { href: string }> = { self: { href: href(query.cursor) } };
    if (page.cursor !== undefined) links['next'] = { href: href(page.cursor) };
    return reply(200, { items: page.items.map(orderView), _links: links });
  },
});

function search(query: Record<string, string | number | undefined>): string {
  const defined = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(defined.map(([name, value]): [string, string] => [name, String(value)])).toString();
}
