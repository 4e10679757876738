import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideAdd,
  decideChange,
  decideRetire,
  evolve,
  type Product,
  type ProductChanges,
  type ProductEvent,
} from '../../src/domain/product.ts';

const time = '2026-01-05T09:30:00.000Z';
const later = '2026-01-06T09:30:00.000Z';
const mug: Product = {
  sku: 'MUG',
  title: 'White mug',
  description: 'Holds 300 ml.',
  tags: ['kitchen'],
  price: { amount: 1290, currency: 'EUR' },
  status: 'active',
  version: 3,
  createdAt: time,
  updatedAt: time,
};
const retired: Product = { ...mug, status: 'retired' };

describe('adding', () => {
  it('makes version 1 of a product, each tag once', () => {
    const { sku, title, price } = mug;
    const events = decideAdd(undefined, { sku, title, price, tags: ['kitchen', 'gift', 'kitchen'] }) as ProductEvent[];
    expect(events).toMatchObject([{ type: 'ProductAdded', sku }]);
    expect(evolve(undefined, events[0]!, time)).toEqual({
      sku,
      title,
      description: undefined,
      tags: ['kitchen', 'gift'],
      price,
      status: 'active',
      version: 1,
      createdAt: time,
      updatedAt: time,
    });
  });

  it.each([
    ['active', mug],
    ['retired', retired],
  ] as const)('is rejected for the SKU of an %s product', (_, product) => {
    expect(decideAdd(product, mug)).toBe('product-exists');
  });
});

describe('changing', () => {
  it.each<[string, ProductChanges, string[]]>([
    ['the title', { title: 'Black mug' }, ['ProductChanged']],
    ['the description', { description: '' }, ['ProductChanged']],
    ['the tags', { tags: ['kitchen', 'gift'] }, ['ProductChanged']],
    ['the price', { price: { amount: 990, currency: 'EUR' } }, ['PriceChanged']],
    ['price and title', { title: 'Mug', price: { amount: 0, currency: 'EUR' } }, ['ProductChanged', 'PriceChanged']],
    ['nothing', { title: mug.title, tags: ['kitchen', 'kitchen'], price: mug.price }, []],
  ])('%s produces its events', (_, changes, types) => {
    const events = decideChange(mug, changes, '3') as ProductEvent[];
    expect(events.map(({ type }) => type)).toEqual(types);
    const after = events.reduce<Product>((product, event) => evolve(product, event, later), mug);
    expect(after).toMatchObject({ ...changes, tags: [...new Set(changes.tags ?? mug.tags)] });
    expect(after.version).toBe(3 + types.length);
  });

  it('includes the previous price', () => {
    const price = { amount: 990, currency: 'EUR' as const };
    expect(decideChange(mug, { price }, '3')).toEqual([{ type: 'PriceChanged', price, previousPrice: mug.price }]);
  });

  it.each<[string, Product | undefined, ProductChanges, string, string]>([
    ['what is not there', undefined, { title: 'x' }, '3', 'product-not-found'],
    ['a retired product, for any expected version', retired, { title: 'x' }, '1', 'product-retired'],
    ['what was changed since', mug, { title: 'x' }, '2', 'precondition-failed'],
    ['the currency', mug, { price: { amount: 1290, currency: 'USD' } }, '3', 'currency-change'],
  ])('%s is rejected', (_, product, changes, seen, rejection) => {
    expect(decideChange(product, changes, seen)).toBe(rejection);
  });
});

describe('retiring', () => {
  it('happens once', () => {
    expect(decideRetire(mug)).toEqual([{ type: 'ProductRetired' }]);
    expect(evolve(mug, { type: 'ProductRetired' }, later)).toEqual({
      ...retired,
      version: 4,
      updatedAt: later,
    });
    expect(decideRetire(retired)).toEqual([]);
    expect(decideRetire(undefined)).toBe('product-not-found');
  });
});

const money = fc.record({ amount: fc.nat(3), currency: fc.constantFrom('EUR' as const, 'KRW' as const) });
const text = { title: fc.constantFrom('a', 'b'), tags: fc.array(fc.constantFrom('x', 'y'), { maxLength: 3 }) };
const command = fc.oneof(
  fc.record({
    type: fc.constant('add' as const),
    given: fc.record({ sku: fc.constant('MUG'), ...text, price: money }),
  }),
  fc.record({
    type: fc.constant('change' as const),
    changes: fc.record({ ...text, price: money }, { requiredKeys: [] }),
    stale: fc.boolean(),
  }),
  fc.record({ type: fc.constant('retire' as const) }),
);

it('counts its events without a gap, keeps its currency, and never comes back', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      let product: Product | undefined;
      let published = 0;
      for (const given of commands) {
        const before = product;
        const events = decide(product, given);
        if (typeof events === 'string') continue;
        for (const event of events) {
          product = evolve(product, event, later);
          published += 1;
          expect(product.version).toBe(published);
        }
        if (before !== undefined) expect(product?.price.currency).toBe(before.price.currency);
        if (before?.status === 'retired') expect(product).toBe(before);
        if (given.type === 'change' && given.stale) expect(events).toEqual([]);
      }
    }),
  );
});

type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

function decide(product: Product | undefined, given: Command) {
  if (given.type === 'add') return decideAdd(product, given.given);
  if (given.type === 'retire') return decideRetire(product);
  const seen = String((product?.version ?? 0) - (given.stale ? 1 : 0));
  return decideChange(product, given.changes, seen);
}
