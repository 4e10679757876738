import { hashOf } from '@dure/compatibility';
import type { Manifest } from '@dure/contracts/registry';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keptFaults, manifestFaults } from '../../src/domain/manifest-faults.ts';

const base: Manifest = {
  ...{ service: 'orders', major: 1, owner: { name: 'Team' }, commit: 'abc', digest: 'a'.repeat(64) },
  ...{ provides: [], requires: [], schemas: {} },
};
const schema = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });

it('takes a schema under the hash of its canonical JSON, in any order of its keys, and under no other', () => {
  fc.assert(
    fc.property(schema, (it) => {
      const turned = Object.fromEntries(Object.entries(it).reverse());
      const hash = hashOf(it);
      expect(manifestFaults({ ...base, schemas: { [hash]: turned as Record<string, unknown> } }, new Set())).toEqual(
        [],
      );
      const other = hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
      const wrong = manifestFaults({ ...base, schemas: { [other]: it } }, new Set());
      expect(wrong).toMatchObject([{ path: ['schemas', other] }]);
      expect(wrong[0]?.detail).toContain(hash);
    }),
  );
});

it('names each schema that is neither known nor sent', () => {
  const hash = (digit: string) => digit.repeat(64);
  const provides = ['a', 'b', 'c'].map((digit, index) => ({
    ...{ contract: `orders/Event${index}`, major: 1, kind: 'event' as const, schema: hash(digit) },
  }));
  const faults = manifestFaults({ ...base, provides }, new Set([hash('b')]));
  expect(faults.map(({ path }) => path)).toEqual([
    ['provides', 0, 'schema'],
    ['provides', 2, 'schema'],
  ]);
});

it('judges a schema that is kept by what it is now said to be', () => {
  const endpoint = { method: 'GET', path: '/v1/a', responses: { 200: { schema: { type: 'object' } } }, type: 'GET' };
  const event = { type: 'object', properties: { id: { type: 'string' } } };
  const kept = new Map([endpoint, event].map((it) => [hashOf(it), it]));
  const provide = (kind: 'event' | 'endpoint', it: object) =>
    keptFaults({ ...base, provides: [{ contract: 'orders/One', major: 1, kind, schema: hashOf(it) }] }, kept);
  expect([provide('endpoint', endpoint), provide('event', event)]).toEqual([[], []]);
  const at = { path: ['provides', 0, 'schema'] };
  expect(provide('event', endpoint)).toEqual([
    { ...at, detail: expect.stringContaining('of an event: type must be one or several of') },
  ]);
  expect(provide('endpoint', event)).toEqual(
    ['method', 'path', 'responses'].map((name) => ({ ...at, detail: expect.stringContaining(`endpoint: ${name} `) })),
  );
  const requires = [
    {
      contract: 'mail/Two',
      major: 1,
      kind: 'event' as const,
      use: 'reads' as const,
      fields: ['*'],
      schema: hashOf(endpoint),
    },
  ];
  expect(keptFaults({ ...base, requires }, kept)).toMatchObject([{ path: ['requires', 0, 'schema'] }]);
});

it('limits a schema, and how much is deprecated', () => {
  const large = { description: 'x'.repeat(300_000) };
  expect(manifestFaults({ ...base, schemas: { [hashOf(large)]: large } }, new Set())).toHaveLength(1);
  const deprecated = { since: '2026-01-05T00:00:00Z' };
  const many = Array.from({ length: 21 }, (_, index) => ({
    ...{ contract: `orders/Event${index}`, major: 1, kind: 'event' as const, schema: hashOf({}), deprecated },
  }));
  expect(manifestFaults({ ...base, provides: many }, new Set([hashOf({})]))).toMatchObject([{ path: ['provides'] }]);
  expect(manifestFaults({ ...base, provides: many.slice(1) }, new Set([hashOf({})]))).toEqual([]);
});
