import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ageOf,
  cacheStatus,
  type CacheFacts,
  type Freshness,
  freshnessOf,
  keptFor,
  mayReplace,
  useOf,
} from '../../src/domain/caching.ts';

const policy = { ttlSeconds: 10, staleWhileRevalidateSeconds: 30, staleIfErrorSeconds: 600 };
const answer = (changes: Partial<CacheFacts> = {}): CacheFacts => ({
  ...{ status: 200, cacheControl: undefined, vary: undefined, hasCookie: false },
  ...changes,
});
const allowed = { ttl: 10, whileRevalidating: 30, ifError: 600 };
const seconds = fc.integer({ min: 0, max: 5_000 });
const freshness: fc.Arbitrary<Freshness> = fc.record({ ttl: seconds, whileRevalidating: seconds, ifError: seconds });

describe('an answer', () => {
  it.each<[string, string | undefined, Freshness]>([
    ['nothing', undefined, allowed],
    ['the same', 'public, max-age=10, stale-while-revalidate=30, stale-if-error=600', allowed],
    ['less', 'max-age=3, stale-while-revalidate="4", Stale-If-Error=5', { ttl: 3, whileRevalidating: 4, ifError: 5 }],
    ['more than the contract', 'max-age=99999', allowed],
    ['something for shared caches', 'max-age=9, s-maxage=2', { ttl: 2, whileRevalidating: 0, ifError: 0 }],
    ['must-revalidate', 'max-age=10, must-revalidate', { ttl: 10, whileRevalidating: 0, ifError: 0 }],
    ['proxy-revalidate', 'proxy-revalidate', { ttl: 10, whileRevalidating: 0, ifError: 0 }],
    ['what nobody understands', 'max-age=soon', { ...allowed, ttl: 0 }],
  ])('is kept as the contract allows, if it says %s', (_, cacheControl, expected) => {
    expect(freshnessOf(answer({ cacheControl }), policy)).toEqual(expected);
  });

  it.each<[string, Partial<CacheFacts>]>([
    ['says no-store', { cacheControl: 'max-age=10, no-store' }],
    ['says no-cache', { cacheControl: 'No-Cache' }],
    ['is private', { cacheControl: 'private, max-age=10' }],
    ['is private but for a field', { cacheControl: 'private="set-cookie"' }],
    ['depends on the caller', { vary: 'Accept, Authorization' }],
    ['depends on the key', { vary: 'x-api-key' }],
    ['depends on everything', { vary: '*' }],
    ['sets a cookie', { hasCookie: true }],
    ['is not complete', { status: 206 }],
    ['is a failure', { status: 503 }],
  ])('is not kept if it %s', (_, changes) => {
    expect(freshnessOf(answer(changes), policy)).toBeUndefined();
  });

  it('is not kept without a contract that allows it', () => {
    expect(freshnessOf(answer({ cacheControl: 'public, max-age=60' }), undefined)).toBeUndefined();
  });

  it('depends on nothing that tells callers apart if it varies by what the gateway always sends', () => {
    expect(freshnessOf(answer({ vary: 'accept-encoding, Accept' }), policy)).toEqual(allowed);
  });
});

describe('what is kept', () => {
  it('gets no fresher as it gets older, and is of no use once it need not be kept', () => {
    const order = ['fresh', 'while-revalidating', 'if-error', 'not'];
    fc.assert(
      fc.property(freshness, seconds, seconds, (one, age, more) => {
        expect(order.indexOf(useOf(one, age + more))).toBeGreaterThanOrEqual(order.indexOf(useOf(one, age)));
        expect(useOf(one, keptFor(one) + more)).toBe('not');
      }),
    );
  });

  it('is never shown stale where that is forbidden', () => {
    fc.assert(
      fc.property(seconds, fc.constantFrom('must-revalidate', 'proxy-revalidate'), seconds, (maxAge, strict, age) => {
        const kept = freshnessOf(answer({ cacheControl: `max-age=${maxAge}, ${strict}` }), policy)!;
        const use = useOf(kept, age);
        expect(use === 'fresh' || use === 'not').toBe(true);
        expect(use === 'fresh').toBe(age < Math.min(10, maxAge));
      }),
    );
  });

  it('replaces a failure, never a refusal', () => {
    const all = ['fresh', 'while-revalidating', 'if-error', 'not'] as const;
    expect(all.map((use) => mayReplace(use, { status: 502 }))).toEqual([true, true, true, false]);
    expect(all.map((use) => mayReplace(use, { status: 404 }))).toEqual([false, false, false, false]);
  });
});

it('says how a view was had', () => {
  expect(cacheStatus([])).toBeUndefined();
  expect(
    cacheStatus([
      { ttl: 9, age: 1 },
      { ttl: -3, age: 13 },
    ]),
  ).toBe('dure; hit; ttl=-3');
  expect(
    cacheStatus([
      { ttl: 9, age: 1 },
      { forwarded: 'stale', age: 0 },
    ]),
  ).toBe('dure; fwd=stale');
  expect(
    cacheStatus([
      { forwarded: 'miss', age: 0 },
      { forwarded: 'stale', age: 0 },
    ]),
  ).toBe('dure; fwd=miss');
  expect(ageOf([{ age: 3 }, { age: 13 }])).toBe(13);
});
