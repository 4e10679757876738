import { createHash } from 'node:crypto';
import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import { Sku } from '@dure/contracts/values';
import * as z from 'zod/mini';
import type { Product } from '../domain/product.ts';
import { searchFor } from '../domain/search.ts';
import type { Store } from '../store.ts';

export interface ProductQuery {
  readonly q?: string;
  readonly tag?: string;
  /** Separated by commas; instead of a search. */
  readonly skus?: string;
  readonly cursor?: string;
  readonly limit: number;
}

export interface ProductPage {
  readonly products: readonly Product[];
  /** Set while more pages follow. */
  readonly next?: string;
}

/** The products of the given SKUs, retired ones too, or else those that a search finds. */
export async function listProducts(
  store: Store,
  query: ProductQuery,
): Promise<ProductPage | { rejected: 'invalid-cursor' }> {
  if (query.skus === undefined) return searchProducts(store, query);
  return { products: await store.loadSome([...new Set(query.skus.split(','))]) };
}

/** Where a page ends, and which query it belongs to. */
const Place = z.strictObject({ sku: Sku, query: z.string() });

/** Finds active products, ordered by SKU. A text that contains no word matches nothing. */
export async function searchProducts(
  store: Store,
  { q, tag, cursor, limit }: ProductQuery,
): Promise<ProductPage | { rejected: 'invalid-cursor' }> {
  const query = createHash('sha256')
    .update(JSON.stringify([q, tag]))
    .digest('base64url')
    .slice(0, 12);
  const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
  if (cursor !== undefined && place?.query !== query) return { rejected: 'invalid-cursor' };
  const search = searchFor(q, tag);
  if (q !== undefined && search.words.length === 0) return { products: [] };
  const { products, more } = await store.search(search, place?.sku, limit);
  const last = products.at(-1);
  return { products, next: more && last ? encodeCursor({ sku: last.sku, query }) : undefined };
}
