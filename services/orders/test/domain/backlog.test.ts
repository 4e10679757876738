import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Backlog, emptyBacklog, isFull, lookedAt, taking, toLookAt } from '../../src/domain/backlog.ts';

const LIMITS = { lateMs: 3_000 };
/** What a checkout waits for an answer. */
const TIME_OUT_MS = 30_000;

interface Load {
  /** Orders a second that the system decides, and that come. */
  readonly decides: number;
  readonly comes: number;
  readonly environments: number;
  readonly seconds: number;
}

/** Orders are decided one after the other. Each environment knows its own alone. */
function simulate({ decides, comes, environments, seconds }: Load) {
  const known: Backlog[] = Array.from({ length: environments }, () => emptyBacklog);
  const decidedAt = new Map<string, number>();
  let free = 0;
  let refused = 0;
  const waits: number[] = [];
  for (let index = 0; index < comes * seconds; index += 1) {
    const now = 10_000 + (index * 1_000) / comes;
    const who = index % environments;
    const looked = toLookAt(known[who]!, now, LIMITS);
    if (looked.length > 0) {
      const decided = looked.filter((orderId) => decidedAt.get(orderId)! <= now);
      known[who] = lookedAt(known[who]!, looked, decided, now);
    }
    if (isFull(known[who]!)) {
      refused += 1;
      continue;
    }
    free = Math.max(free, now) + 1_000 / decides;
    decidedAt.set(String(index), free);
    waits.push(free - now);
    known[who] = taking(known[who]!, { orderId: String(index), whose: `c-${index}`, at: now });
  }
  return { refused, taken: waits.length, longest: Math.max(...waits) };
}

describe('orders that are taken in', () => {
  it('are all decided in time at five times what is decided, and as many as can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 50 }), fc.integer({ min: 1, max: 4 }), (decides, environments) => {
        const load = { decides, comes: decides * 5, environments, seconds: 120 };
        const { refused, taken, longest } = simulate(load);
        expect(longest).toBeLessThan(TIME_OUT_MS);
        expect(refused).toBeGreaterThan(0);
        // At least three quarters of what could have been decided meanwhile.
        expect(taken).toBeGreaterThan(decides * load.seconds * 0.75);
      }),
      { numRuns: 50 },
    );
  });

  it('are never refused where all are decided at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 4 }), (decides, environments) => {
        const { refused } = simulate({ decides, comes: Math.max(1, decides * 0.9), environments, seconds: 60 });
        expect(refused).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('are not asked for where they are rare', () => {
    let backlog = emptyBacklog;
    for (let index = 0; index < 100; index += 1) {
      const now = 10_000 + index * 2_000;
      expect(toLookAt(backlog, now, LIMITS)).toEqual([]);
      backlog = taking(backlog, { orderId: String(index), whose: `c-${index}`, at: now });
    }
  });

  it('are asked for once a second at most', () => {
    let backlog = emptyBacklog;
    let looks = 0;
    for (let index = 0; index < 1_000; index += 1) {
      const now = 10_000 + index * 10;
      const looked = toLookAt(backlog, now, LIMITS);
      if (looked.length > 0) {
        looks += 1;
        backlog = lookedAt(backlog, looked, looked, now);
      }
      backlog = taking(backlog, { orderId: String(index), whose: `c-${index}`, at: now });
    }
    expect(looks).toBeGreaterThan(3);
    expect(looks).toBeLessThanOrEqual(7);
  });
});

describe('refusing', () => {
  const busy = Array.from({ length: 20 }, (_, index) => index).reduce(
    (backlog, index) => taking(backlog, { orderId: String(index), whose: `c-${index}`, at: index * 100 }),
    emptyBacklog,
  );

  it('takes two late orders: one may wait for reasons of its own', () => {
    const looked = toLookAt(busy, 5_000, LIMITS);
    expect(looked).toEqual(['18', '19']);
    expect(isFull(lookedAt(busy, looked, ['19'], 5_000))).toBe(false);
    expect(isFull(lookedAt(busy, looked, [], 5_000))).toBe(true);
  });

  it('takes two customers: one whose orders all wait closes the shop for nobody', () => {
    const theirs = Array.from({ length: 20 }, (_, index) => ({
      orderId: `slow-${index}`,
      whose: 'c-slow',
      at: 2_000 + index,
    }));
    const looked = toLookAt(theirs.reduce(taking, busy), 5_100, LIMITS);
    expect(looked).toEqual(['19', 'slow-19']);
    const alone = theirs.reduce(taking, emptyBacklog);
    const ofOne = toLookAt(alone, 5_100, LIMITS);
    expect(ofOne).toEqual(['slow-19']);
    expect(isFull(lookedAt(alone, ofOne, [], 5_100))).toBe(false);
  });

  it('ends when a last one is decided', () => {
    const full = lookedAt(busy, ['18', '19'], [], 5_000);
    expect(toLookAt(full, 5_500, LIMITS)).toEqual([]);
    const again = toLookAt(full, 6_000, LIMITS);
    expect(again).toEqual(['18', '19']);
    expect(isFull(lookedAt(full, again, ['18'], 6_000))).toBe(false);
  });

  it('ends after half a minute, whatever the last ones wait for', () => {
    let backlog = busy;
    for (let now = 5_000; now < 34_000; now += 1_000) {
      backlog = lookedAt(backlog, toLookAt(backlog, now, LIMITS), [], now);
      expect(isFull(backlog)).toBe(true);
    }
    expect(isFull(lookedAt(backlog, toLookAt(backlog, 35_000, LIMITS), [], 35_000))).toBe(false);
  });
});
