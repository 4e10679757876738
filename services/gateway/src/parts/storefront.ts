import { client } from '@dure/contracts/binding/client';
import { ListProducts } from '@dure/contracts/catalog';
import { ListStock } from '@dure/contracts/inventory';
import type { Mesh } from '@dure/mesh';
import type { Asking } from '../application/ask.ts';
import { askCached } from '../application/ask-cached.ts';
import type { StorefrontQuery } from '../application/storefront.ts';
import type { AnswerCache } from '../store.ts';
import { forAnybody, keyOf } from './behalf.ts';

/** The parts of the storefront, from the services at these base URLs. */
export function storefrontParts(urlOf: (service: string) => string, cache: AnswerCache, { through }: Mesh) {
  const listProducts = client(ListProducts, ['items', '_links'], through({ baseUrl: urlOf('catalog') }));
  const listStock = client(ListStock, ['items'], through({ baseUrl: urlOf('inventory') }));

  return {
    products: (asking: Asking, query: StorefrontQuery) =>
      askCached(cache, asking, {
        name: 'products',
        key: keyOf(ListProducts, query),
        policy: ListProducts.cache,
        request: (asked) => listProducts({ query, ...forAnybody(asked) }),
        show: ({ items, _links }) => ({
          items: items.map(({ sku, title, description, tags, price }) => ({ sku, title, description, tags, price })),
          cursor: cursorIn(_links['next']?.href),
        }),
      }),
    stock: (asking: Asking, skus: readonly string[]) =>
      askCached(cache, asking, {
        name: 'stock',
        key: keyOf(ListStock, { skus }),
        policy: ListStock.cache,
        request: (asked) => listStock({ query: { skus: skus.join(',') }, ...forAnybody(asked) }),
        show: ({ items }) => Object.fromEntries(items.map(({ sku, available }) => [sku, available])),
      }),
  };
}

/** The next page's place: links of another service's pages are no links here. */
const cursorIn = (href = ''): string | undefined =>
  new URLSearchParams(href.slice(href.indexOf('?'))).get('cursor') ?? undefined;
