import { absent, compose, type Part, shown } from '../domain/composition.ts';
import type { Asking } from './ask.ts';

export interface StorefrontQuery {
  readonly q?: string | undefined;
  readonly tag?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface Page<Item> {
  readonly items: Item[];
  /** Of the next page, while there is one. */
  readonly cursor?: string | undefined;
}

/** How to ask for the parts of the storefront. */
export interface StorefrontParts<Item extends { readonly sku: string }> {
  products(asking: Asking, query: StorefrontQuery): Promise<Part<Page<Item>>>;
  stock(asking: Asking, skus: readonly string[]): Promise<Part<Readonly<Record<string, number>>>>;
}

/** A page of products with what is in stock. The stock is asked for when the products are known, before the same deadline. */
export async function viewStorefront<Item extends { readonly sku: string }>(
  parts: StorefrontParts<Item>,
  asking: Asking,
  query: StorefrontQuery,
) {
  const products = await parts.products(asking, query);
  return compose({ products, stock: await stockOf(parts, asking, products) }, ['products']);
}

async function stockOf<Item extends { readonly sku: string }>(
  parts: StorefrontParts<Item>,
  asking: Asking,
  products: Part<Page<Item>>,
): Promise<Part<Readonly<Record<string, number>>>> {
  if (products.kind !== 'shown') return absent;
  const skus = products.value.items.map(({ sku }) => sku);
  return skus.length === 0 ? shown({}) : parts.stock(asking, skus);
}
