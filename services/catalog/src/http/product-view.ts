import type { Product } from '../domain/product.ts';

export const productPath = (sku: string): string => `/v1/products/${encodeURIComponent(sku)}`;

export const productView = (product: Product) => ({
  ...product,
  tags: [...product.tags],
  _links: { self: { href: productPath(product.sku) } },
});
