import * as z from 'zod/mini';
import { Instant, Links, Money, Sku, text } from '../values.ts';

export const Tag = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/));

export const productFields = {
  sku: Sku,
  title: text(200),
  description: z.optional(z.string().check(z.maxLength(4000))),
  tags: z.array(Tag).check(z.maxLength(20)),
  price: Money,
};

/** A product as it is after a change: what a copy of the catalogue needs to stand alone. */
export const ProductState = z.object({
  ...productFields,
  status: z.enum(['active', 'retired']),
  version: z.int().check(z.gte(1)),
});

export const ProductView = z.strictObject({
  ...productFields,
  status: z.enum(['active', 'retired']),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
  _links: Links,
});

export const exampleProduct = {
  sku: 'MUG-WHITE',
  title: 'White mug',
  description: 'A plain white mug of 300 ml.',
  tags: ['kitchen'],
  price: { amount: 1290, currency: 'EUR' },
};

export const exampleState = { ...exampleProduct, status: 'active' as const, version: 1 };

export const exampleView = {
  ...exampleState,
  createdAt: '2026-01-05T09:30:00.000Z',
  updatedAt: '2026-01-05T09:30:00.000Z',
  _links: { self: { href: '/v1/products/MUG-WHITE' } },
};
