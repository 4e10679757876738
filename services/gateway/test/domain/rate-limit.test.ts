import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Counting, createCounter } from '../../src/application/count-requests.ts';
import { limitHeaders, momentOf, type Plan, type Tally } from '../../src/domain/rate-limit.ts';
import type { UsageStore } from '../../src/store/usage.ts';

const NOON = Date.UTC(2026, 10, 30, 12);

type Store = Pick<UsageStore, 'report' | 'planOf'>;

/** The table's counter, which is atomic; `writes` says how often it was asked. */
function commonCounter(plan: Plan) {
  const at = { window: -1, taken: 0, used: 0, writes: 0 };
  const store: Store = {
    report(_, { window }, { inMinute, inMonth, opens }) {
      const isNew = at.window < window;
      if (isNew) Object.assign(at, { window, taken: 0 });
      at.taken += inMinute;
      at.used += inMonth;
      at.writes += opens === isNew ? 1 : 2;
      return Promise.resolve({ taken: at.taken, used: at.used, opened: isNew });
    },
    planOf: () => Promise.resolve(plan),
  };
  return { at, store };
}

function environments(count: number, plan: Plan) {
  const { at, store } = commonCounter(plan);
  const clock = { now: NOON };
  const failed = (error: unknown) => {
    throw error;
  };
  const all = Array.from({ length: count }, () =>
    createCounter(store, { usual: plan, failed, clock: () => clock.now }),
  );
  return { at, clock, ask: (index: number): Promise<Counting> => Promise.resolve(all[index % count]!.count('key:a')) };
}

/** Which environment is asked, and how many milliseconds after the last. */
const turns = fc.array(fc.tuple(fc.nat(7), fc.integer({ min: 0, max: 2_000 })), { maxLength: 400 });

describe('counting', () => {
  it('refuses nobody who keeps to the plan, however environments take turns', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), turns, async (perMinute, asked) => {
        const { at, clock, ask } = environments(8, { perMinute, perMonth: 1_000_000 });
        const through = new Map<number, number>();
        for (const [index, pause] of asked) {
          clock.now += pause;
          const { window } = momentOf(clock.now);
          const count = through.get(window) ?? 0;
          if (count === perMinute) continue;
          through.set(window, count + 1);
          expect((await ask(index)).refused).toBeUndefined();
        }
        const all = [...through.values()].reduce((sum, count) => sum + count, 0);
        expect(at.used).toBeLessThanOrEqual(all);
        expect(at.used).toBeGreaterThanOrEqual(Math.floor(all * 0.9));
      }),
      { numRuns: 100 },
    );
  });

  it('lets at most two ninths more through in a minute than the plan has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), turns, async (perMinute, asked) => {
        const { clock, ask } = environments(8, { perMinute, perMonth: 1_000_000 });
        const through = new Map<number, number>();
        for (const [index, pause] of asked) {
          clock.now += pause;
          const { window } = momentOf(clock.now);
          if ((await ask(index)).refused === undefined) through.set(window, (through.get(window) ?? 0) + 1);
        }
        expect(Math.max(0, ...through.values())).toBeLessThanOrEqual((perMinute * 11) / 9);
      }),
      { numRuns: 100 },
    );
  });

  it('lets one environment use exactly all of a minute, with few writes, and refuses the rest without any', async () => {
    const { at, ask } = environments(1, { perMinute: 6_000, perMonth: 1_000_000 });
    for (let request = 0; request < 6_000; request += 1) expect((await ask(0)).refused).toBeUndefined();
    expect(at.writes).toBeLessThan(100);
    const { writes } = at;
    for (let request = 0; request < 100; request += 1) {
      expect((await ask(0)).refused).toEqual({ code: 'too-many-requests', retryAfter: 60 });
    }
    expect(at.writes).toBeLessThanOrEqual(writes + 1);
  });

  it('counts what is let through while a report is under way', async () => {
    const { at, store } = commonCounter({ perMinute: 10_000, perMonth: 1_000_000 });
    const slow: Store = { ...store, report: (...all) => setTimeout(1).then(() => store.report(...all)) };
    const counter = createCounter(slow, {
      ...{ usual: { perMinute: 10_000, perMonth: 1_000_000 }, clock: () => NOON, withinMs: 60_000 },
      failed: (error) => {
        throw error;
      },
    });
    for (let round = 0; round < 60; round += 1) {
      await Promise.all(Array.from({ length: 5 }, async () => counter.count('key:a')));
    }
    expect(at.used).toBeLessThanOrEqual(300);
    expect(at.used).toBeGreaterThanOrEqual(270);
  });

  it('counts every request of who asks rarely, one write each', async () => {
    const { at, clock, ask } = environments(1, { perMinute: 10, perMonth: 100 });
    for (let request = 0; request < 30; request += 1) {
      await ask(request);
      clock.now += 61_000;
    }
    expect([at.used, at.writes]).toEqual([30, 30]);
  });

  it('loses hardly a write where many environments begin a minute', async () => {
    const { at, clock, ask } = environments(20, { perMinute: 6_000, perMonth: 1_000_000 });
    const minute = async () => {
      const { writes } = at;
      for (let index = 0; index < 20; index += 1) await ask(index);
      clock.now += 60_000;
      return at.writes - writes;
    };
    await minute();
    expect(await minute()).toBeLessThanOrEqual(22);
  });

  it('refuses what is above the quota of a month, and says when the next begins', async () => {
    const { ask, clock } = environments(1, { perMinute: 100, perMonth: 5 });
    for (let request = 0; request < 5; request += 1) expect((await ask(0)).refused).toBeUndefined();
    const end = (Date.UTC(2026, 11) - NOON) / 1000;
    expect((await ask(0)).refused).toEqual({ code: 'quota-exceeded', retryAfter: end });
    clock.now += 60_000;
    expect((await ask(0)).refused).toEqual({ code: 'quota-exceeded', retryAfter: end - 60 });
  });
});

describe('a counter that fails', () => {
  const usual = { perMinute: 1, perMonth: 1 };

  it('lets requests through uncounted, tells once, and is asked again after a pause', async () => {
    const told: unknown[] = [];
    const clock = { now: NOON };
    const broken: Store = { report: () => Promise.reject(new Error('away')), planOf: () => Promise.resolve(undefined) };
    const { count } = createCounter(broken, { usual, failed: (error) => told.push(error), clock: () => clock.now });
    expect([await count('key:a'), await count('key:a')]).toEqual([{ headers: {} }, { headers: {} }]);
    expect(told).toHaveLength(1);
    clock.now += 5_001;
    await count('key:b');
    expect(told).toHaveLength(2);
  });

  it('is waited for no longer than it may take, and not by the next request', async () => {
    const told: unknown[] = [];
    let asked = 0;
    const slow: Store = {
      report: async () => {
        asked += 1;
        await setTimeout(60_000, undefined, { ref: false });
        return { taken: 1, used: 1, opened: true };
      },
      planOf: () => Promise.resolve(undefined),
    };
    const { count } = createCounter(slow, { usual, failed: (error) => told.push(error), withinMs: 20 });
    expect(await count('key:a')).toEqual({ headers: {} });
    expect(told).toEqual([expect.objectContaining({ name: 'TimeoutError' })]);
    expect(count('key:a')).toEqual({ headers: {} });
    expect(asked).toBe(1);
  });
});

it('says what is left as structured fields', () => {
  const moment = momentOf(NOON + 18_500);
  const tally: Tally = {
    ...{ moment, plan: { perMinute: 100, perMonth: 1_000 }, taken: 35, used: 298 },
    ...{ unreported: 2, own: 30, before: 0, opened: true },
  };
  expect(limitHeaders(tally, moment)).toEqual({
    'ratelimit-policy': '"minute";q=100;w=60, "month";q=1000;w=2592000',
    ratelimit: `"minute";r=63;t=42, "month";r=700;t=${12 * 3600 - 18}`,
  });
});
