import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { contracts } from '../src/contracts/all-contracts.ts';
import { impersonal, personal, secret } from '../src/contracts/marks.ts';
import { shownOf } from '../generate/shown.ts';
import { mask } from '../src/binding/mask.ts';
import { Sku, text } from '../src/contracts/values.ts';

const Person = z.object({ id: z.string(), name: personal(text(20)), phone: z.optional(personal(z.string())) });

describe('a masked value', () => {
  it.each<[string, z.ZodMiniType, unknown, unknown]>([
    ['a marked text', personal(z.string()), 'Mina', '***'],
    ['a secret', z.object({ id: z.string(), key: secret(z.string()) }), { id: 'a', key: 'k' }, { id: 'a', key: '***' }],
    ['what is about no person', z.object({ name: impersonal(z.string()) }), { name: 'alarm' }, { name: 'alarm' }],
    ['a field', Person, { id: 'a', name: 'Mina' }, { id: 'a', name: '***' }],
    ['an optional one', Person, { id: 'a', name: 'M', phone: '1' }, { id: 'a', name: '***', phone: '***' }],
    ['a mark outside', z.object({ a: personal(z.optional(z.string())) }), { a: 'M' }, { a: '***' }],
    ['a list', z.array(Person), [{ id: 'a', name: 'M' }], [{ id: 'a', name: '***' }]],
    ['a map', z.record(z.string(), Person), { x: { id: 'a', name: 'M' } }, { x: { id: 'a', name: '***' } }],
    ['a map by person', z.record(personal(z.string()), z.int()), { Mina: 1 }, '***'],
    ['one of several', z.union([Person, z.object({ n: z.int() })]), { n: 1 }, { n: 1 }],
    [
      'one of several, marked',
      z.union([z.object({ n: z.int() }), Person]),
      { id: 'a', name: 'M' },
      { id: 'a', name: '***' },
    ],
    ['an object as a whole', personal(z.object({ a: z.string() })), { a: 'M' }, '***'],
    ['nothing', z.nullable(personal(z.string())), null, null],
    ['a field that is not there', Person, { id: 'a' }, { id: 'a' }],
  ])('has %s hidden, and the rest as it was', (_, schema, value, shown) => {
    expect(mask(shownOf(schema), value)).toEqual(shown);
  });

  it.each<[string, z.ZodMiniType | undefined, unknown, unknown]>([
    ['a field that the schema does not have', Person, { id: 'a', email: 'm@x' }, { id: 'a', email: '***' }],
    ['a field named like a method', Person, { id: 'a', toString: 'm@x' }, { id: 'a', toString: '***' }],
    ['parts of what should have none', z.object({ id: z.string() }), { id: { a: 'M' } }, { id: '***' }],
    ['an object where a list should be', z.array(z.string()), { a: 'M' }, '***'],
    ['a list where an object should be', Person, ['M'], ['***']],
    ['what may be anything', z.object({ a: z.unknown() }), { a: 'M' }, { a: '***' }],
    ['what may be a text or have parts', z.union([z.string(), z.object({ n: z.int() })]), 'Mina', '***'],
    ['what one of several hides', z.union([Person, z.object({ name: z.string() })]), { name: 'M' }, { name: '***' }],
    [
      'all values where there is no schema',
      undefined,
      { a: 'M', b: { c: 1 }, d: null },
      { a: '***', b: '***', d: null },
    ],
    ['a text where there is no schema', undefined, 'Mina', '***'],
  ])('has %s hidden as well, for it may be anything', (_, schema, value, shown) => {
    expect(mask(schema && shownOf(schema), value)).toEqual(shown);
  });

  it('keeps a shared schema as it is elsewhere', () => {
    const shared = personal(Sku);
    expect(mask(shownOf(z.object({ a: shared, b: Sku })), { a: 'MUG', b: 'MUG' })).toEqual({ a: '***', b: 'MUG' });
    expect(z.globalRegistry.get(shared)).toMatchObject({ description: z.globalRegistry.get(Sku)?.['description'] });
    expect(z.safeParse(shared, 'no sku!').success).toBe(false);
  });

  it('can be made of every message’s example, and leaves its form', () => {
    const messages = contracts.filter((contract) => contract.kind !== 'endpoint');
    for (const { schema, example } of messages) {
      expect(Object.keys(mask(shownOf(schema), example) as object)).toEqual(Object.keys(example as object));
    }
  });
});
