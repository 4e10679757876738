import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, Links, Money, PageSize, Sku, text } from '../values.ts';
import { composed, partProblems } from './composed.ts';

/** A product as a customer sees it. */
const Offer = z.strictObject({
  sku: Sku,
  title: text(200),
  description: z.optional(z.string().check(z.maxLength(4000))),
  tags: z.array(z.string()),
  price: Money,
});

export const GetStorefront = endpoint('gateway', {
  name: 'GetStorefront',
  method: 'GET',
  path: '/storefront',
  version: 1,
  summary: 'Lists the products that are sold, with what is in stock',
  access: 'public',
  query: z.strictObject({
    q: z.optional(text(200)),
    tag: z.optional(z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/))),
    cursor: z.optional(Cursor),
    limit: z._default(PageSize, 20),
  }),
  cache: { ttlSeconds: 10, staleWhileRevalidateSeconds: 30 },
  responses: {
    200: {
      description: 'A page of products, and how many of each can be had; null where that could not be read',
      headers: ['cache-status', 'age'],
      body: composed({
        items: z.array(Offer),
        /** By SKU; without those that were never counted or received. */
        stock: z.nullable(z.record(z.string(), z.int().check(z.gte(0)))),
        _links: Links,
      }),
    },
  },
  problems: {
    'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' },
    ...partProblems,
  },
  example: {
    query: { q: 'mug' },
    response: {
      items: [
        {
          sku: 'MUG-WHITE',
          title: 'White mug',
          description: 'A plain white mug of 300 ml.',
          tags: ['kitchen'],
          price: { amount: 1290, currency: 'EUR' },
        },
      ],
      stock: { 'MUG-WHITE': 48 },
      problems: [],
      _links: { self: { href: '/v1/storefront?q=mug&limit=20' } },
    },
  },
});
