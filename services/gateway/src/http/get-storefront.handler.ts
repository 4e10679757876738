import { http } from '@dure/contracts/binding/http';
import { GetStorefront } from '@dure/contracts/gateway';
import { problem } from '@dure/contracts/problem';
import { type StorefrontQuery, viewStorefront } from '../application/storefront.ts';
import { asking, cache, mesh, urlOf } from '../composition.ts';
import { storefrontParts } from '../parts/storefront.ts';
import { lackOf } from './lack.ts';
import { publicReply } from './view-reply.ts';

const parts = storefrontParts(urlOf, cache, mesh);

export const getStorefrontHandler = http(GetStorefront, {
  run: ({ query }, call) => viewStorefront(parts, asking(call), query),
  answer: (composition, { query }) => {
    const { lacks } = composition;
    if (lacks?.kind === 'failed' && lacks.type.endsWith(':invalid-cursor')) return problem('invalid-cursor');
    if (lacks !== undefined) return lackOf(lacks);
    const { products, stock } = composition.view;
    const next = products.cursor && { next: link({ ...query, cursor: products.cursor }) };
    const { problems, cached } = composition;
    const _links = { self: link(query), ...next };
    return publicReply({ items: products.items, stock, problems, _links }, cached);
  },
});

function link(query: StorefrontQuery): { href: string } {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return { href: `/v1/storefront?${search}` };
}
