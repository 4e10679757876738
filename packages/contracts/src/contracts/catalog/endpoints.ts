import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, Money, page, PageSize, Sku, Skus, strict, text } from '../values.ts';
import { exampleProduct, exampleView, productFields, ProductView, Tag } from './product.ts';

const params = z.strictObject({ sku: Sku });
const example = { params: { sku: 'MUG-WHITE' } };

const notFound = { 'product-not-found': { status: 404, title: 'There is no such product' } } as const;
const retired = { 'product-retired': { status: 409, title: 'The product is retired and cannot be changed' } } as const;

export const AddProduct = endpoint('catalog', {
  name: 'AddProduct',
  method: 'POST',
  path: '/products',
  version: 1,
  summary: 'Adds a product',
  access: { any: 'catalog:write' },
  body: z.strictObject({ ...productFields, price: strict(Money), tags: z._default(productFields.tags, []) }),
  idempotencyKey: 'optional',
  responses: { 201: { description: 'The product', body: ProductView, headers: ['location', 'etag'] } },
  problems: { 'product-exists': { status: 409, title: 'A product with this SKU exists already' } },
  example: { body: exampleProduct, response: exampleView },
});

export const ListProducts = endpoint('catalog', {
  name: 'ListProducts',
  method: 'GET',
  path: '/products',
  version: 1,
  summary: 'Lists the active products by words of their title, description and tags, or by tag, or those of some SKUs',
  access: 'public',
  query: z
    .strictObject({
      q: z.optional(text(200)),
      tag: z.optional(Tag),
      /** All that there are in one page, retired ones too. */
      skus: z.optional(Skus),
      cursor: z.optional(Cursor),
      limit: z._default(PageSize, 20),
    })
    .check(
      z.refine(({ skus, q, tag, cursor }) => skus === undefined || [q, tag, cursor].every((it) => it === undefined), {
        error: 'give skus alone, or q, tag and cursor',
      }),
    ),
  cache: { ttlSeconds: 10, staleWhileRevalidateSeconds: 30, staleIfErrorSeconds: 3600 },
  responses: { 200: { description: 'A page of products', body: page(ProductView) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { q: 'mug' },
    response: { items: [exampleView], _links: { self: { href: '/v1/products?q=mug' } } },
  },
});

export const GetProduct = endpoint('catalog', {
  name: 'GetProduct',
  method: 'GET',
  path: '/products/{sku}',
  version: 1,
  summary: 'Shows a product, retired ones too',
  access: 'public',
  params,
  responses: { 200: { description: 'The product', body: ProductView, headers: ['etag'] } },
  problems: notFound,
  example: { ...example, response: exampleView },
});

export const ChangeProduct = endpoint('catalog', {
  name: 'ChangeProduct',
  method: 'PATCH',
  path: '/products/{sku}',
  version: 1,
  summary: 'Changes the given fields; the currency of a price cannot change',
  access: { any: 'catalog:write' },
  params,
  body: z
    .strictObject({
      title: z.optional(productFields.title),
      description: productFields.description,
      tags: z.optional(productFields.tags),
      price: z.optional(strict(Money)),
    })
    .check(z.refine((body) => Object.keys(body).length > 0, { error: 'give at least one field to change' })),
  ifMatch: 'required',
  idempotencyKey: 'optional',
  responses: { 200: { description: 'The product as it is now', body: ProductView, headers: ['etag'] } },
  problems: {
    ...notFound,
    ...retired,
    'currency-change': { status: 422, title: 'The currency of a price cannot change' },
  },
  example: {
    ...example,
    body: { price: { amount: 1390, currency: 'EUR' } },
    response: { ...exampleView, version: 2, price: { amount: 1390, currency: 'EUR' } },
  },
});

export const RetireProduct = endpoint('catalog', {
  name: 'RetireProduct',
  method: 'DELETE',
  path: '/products/{sku}',
  version: 1,
  summary: 'Retires a product: it is no longer listed or sold; a repetition changes nothing',
  access: { any: 'catalog:write' },
  params,
  responses: { 204: { description: 'The product is retired' } },
  problems: notFound,
  example,
});
