import { createHash } from 'node:crypto';
import { reply } from '@dure/contracts/binding/http';
import type { Page } from '../store/pages.ts';

/** A body with an ETag of what it says. */
export const tagged = <const Status extends number, Body>(status: Status, body: Body) =>
  reply(status, body, { etag: createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22) });

type Query = Readonly<Record<string, string | number | undefined>>;

export function link(path: string, query: Query = {}): { href: string } {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return { href: search.size === 0 ? path : `${path}?${search}` };
}

/** A page with links to itself and to what follows. */
export const paged = <Item, View>(page: Page<Item>, view: (item: Item) => View, path: string, query: Query) =>
  tagged(200, {
    items: page.items.map(view),
    _links: {
      self: link(path, query),
      ...(page.next !== undefined && { next: link(path, { ...query, cursor: page.next }) }),
    },
  });

export const releasePath = (service: string, label: string): string => `/v1/releases/${service}/${label}`;

/** `orders/OrderPlaced@1` → `/v1/contracts/orders/OrderPlaced/1` */
export const contractPath = (contract: string): string => `/v1/contracts/${contract.replace('@', '/')}`;
