import { describe, expect, it } from '@jest/globals';
import { parsePlan } from '@dure/local-cloud/faults/plan';
import * as fc from 'fast-check';
import { merged } from '../src/fault-kinds.ts';
import { onlyAbsence } from '../src/probe-services.ts';
import { makeAbsences, makeStory } from '../src/make-story.ts';
import { absentAt, KINDS, parseStory } from '../src/story.ts';

const functions = { names: ['orders-local-relay', 'payments-local-commands'], services: ['orders', 'payments'] };
const wanted = { seed: 5, orders: 50, rate: 2, kinds: KINDS };

describe('a story', () => {
  it('is the same for the same seed, and differs for another', () => {
    expect(makeStory(wanted, functions)).toEqual(makeStory(wanted, functions));
    expect(makeStory({ ...wanted, seed: 6 }, functions)).not.toEqual(makeStory(wanted, functions));
  });

  it('has every kind of fault, in plans that the local cloud accepts, also combined', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 400 }), (seed, orders) => {
        const { faults, lastsMs } = makeStory({ ...wanted, seed, orders }, functions);
        expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(KINDS));
        for (const { from, until, plan } of faults) {
          expect([from >= 0, from <= until, until <= Math.max(lastsMs, 3_000)]).toEqual([true, true, true]);
          parsePlan({ seed: 1, ...plan });
        }
        const plans = faults.map(({ plan }) => plan);
        const { kills, clocks } = merged(plans);
        parsePlan({ seed: 1, ...merged(plans) });
        expect(kills).toHaveLength(plans.flatMap((plan) => plan.kills ?? []).length);
        expect(clocks).toHaveLength(plans.flatMap((plan) => plan.clocks ?? []).length);
      }),
      { numRuns: 50 },
    );
  });

  it('has clocks that are wrong by minutes, and by up to two days', () => {
    const { faults } = makeStory({ ...wanted, orders: 2_000, kinds: ['clocks'] }, functions);
    const clocks = faults.flatMap(({ plan }) => (plan.clocks ?? []) as { seconds: number }[]);
    const days = clocks.map(({ seconds }) => Math.abs(seconds) / 86_400);
    expect(Math.max(...days)).toBeGreaterThan(1);
    expect(Math.max(...days)).toBeLessThanOrEqual(2);
    expect(Math.min(...days)).toBeLessThan(0.01);
  });

  it('has orders of one currency, in order of time, each with its own customer', () => {
    const { orders, products } = makeStory(wanted, functions);
    const currencyOf = new Map(products.map(({ sku, price }) => [sku, price.currency]));
    for (const { body } of orders) {
      expect(body.items.map(({ sku }) => currencyOf.get(sku))).toEqual(body.items.map(() => body.currency));
    }
    expect(orders.map(({ at }) => at)).toEqual(orders.map((_, index) => index * 500));
    expect(new Set(orders.map(({ body }) => body.customer.id)).size).toBe(orders.length);
  });

  it('of absences has each service absent for two minutes while orders flow, and never two at a time', () => {
    const story = makeAbsences({ seed: 5, rate: 2 }, functions);
    expect(story.faults.map(({ plan, from, until }) => [plan.absent, until - from])).toEqual([
      [['orders'], 120_000],
      [['payments'], 120_000],
    ]);
    const at = Array.from({ length: story.lastsMs / 1000 }, (_, second) => absentAt(story, second * 1000));
    expect(at.filter(({ length }) => length > 0)).toHaveLength(240);
    expect(at.filter(({ length }) => length > 1)).toEqual([]);
    expect(story.orders.at(-1)?.at).toBeGreaterThan(story.faults.at(-1)?.until ?? Infinity);
    expect([onlyAbsence(story), onlyAbsence(makeStory(wanted, functions))]).toEqual([true, false]);
  });

  it('without kinds has no faults', () => {
    expect(makeStory({ ...wanted, kinds: [] }, functions).faults).toEqual([]);
  });

  it('survives a round trip through its file', () => {
    const story = makeStory(wanted, functions);
    expect(parseStory(JSON.stringify(story))).toEqual(story);
  });

  it.each([
    ['{}', 'A story must have version 1, not undefined.'],
    ['{"version":1}', 'The story has no list of products.'],
    [
      '{"version":1,"products":[],"orders":[],"changes":[],"faults":[{"kind":"meteor"}]}',
      'Unknown kind "meteor"; the kinds are duplicates',
    ],
  ])('rejects %s', (text, reason) => {
    expect(() => parseStory(text)).toThrow(reason);
  });
});
