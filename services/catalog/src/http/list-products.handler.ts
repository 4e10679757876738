import { ListProducts } from '@dure/contracts/catalog';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { listProducts, type ProductQuery } from '../application/search-products.ts';
import { store } from '../composition.ts';
import { productView } from './product-view.ts';

export const listProductsHandler = http(ListProducts, {
  run: ({ query }) => listProducts(store, query),
  answer: (result, { query }) => {
    if ('rejected' in result) return problem(result.rejected);
    const next = result.next && { next: link({ ...query, cursor: result.next }) };
    return reply(200, { items: result.products.map(productView), _links: { self: link(query), ...next } });
  },
});

function link(query: ProductQuery): { href: string } {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return { href: `/v1/products?${search}` };
}
