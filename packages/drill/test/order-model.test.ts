import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ParcelEnd } from './model/carrier.ts';
import { type Case, simulate } from './model/simulate.ts';

const HOUR_MS = 3_600_000;
const skew = fc.constantFrom(0, 0, 0, 48 * HOUR_MS, -48 * HOUR_MS, 25 * HOUR_MS, -25 * HOUR_MS, HOUR_MS, -HOUR_MS);
const clocks = [
  ...['orders/commands', 'orders/sweep', 'inventory/commands', 'inventory/sweep'],
  ...['payments/commands', 'payments/sweep', 'shipping/commands', 'shipping/sweep', 'carrier'],
];

const order = fc.record(
  {
    mugs: fc.integer({ min: 1, max: 2 }),
    cups: fc.integer({ min: 0, max: 1 }),
    cancelAfterMinutes: fc.constantFrom(1, 4, 30, 90, 2_000),
  },
  { requiredKeys: ['mugs', 'cups'] },
);

const anyCase: fc.Arbitrary<Case> = fc.record({
  script: fc.array(fc.nat(1_000_000), { maxLength: 300, size: 'max' }),
  skews: fc.record(Object.fromEntries(clocks.map((clock) => [clock, skew]))),
  mended: fc.boolean(),
  beforeSweepMs: fc.constantFrom(100, 200, 300, 400, 30_000),
  travelHours: fc.constantFrom(0, 29),
  onHand: fc.integer({ min: 1, max: 4 }),
  keeps: fc.constantFrom(false, false, false, true),
  orders: fc.array(order, { minLength: 1, maxLength: 3 }),
  parcels: fc.array(fc.constantFrom<ParcelEnd>('delivered', 'delivered', 'returned', 'lost'), {
    minLength: 1,
    maxLength: 4,
  }),
});

/** More in the nightly run: `ORDER_MODEL_RUNS=20000`. */
const wanted = process.env['ORDER_MODEL_RUNS'];
const numRuns = Number(wanted ?? 400);
/** Includes the time to shrink a failure. */
const limits = { interruptAfterTimeLimit: wanted === undefined ? 60_000 : 7_000_000 };

it('ends every order by itself, with money and stock consistent, whatever is lost, late, killed or timed out', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async (one) => {
      expect(await simulate(one)).toEqual([]);
    }),
    { numRuns, ...limits },
  );
}, 7_200_000);

it.each(['lost', 'returned'] as const)(
  'ends by itself an order whose parcels are %s when the provider gives no money back',
  async (end) => {
    const one = {
      ...{ script: [], skews: {}, mended: false, beforeSweepMs: 30_000, onHand: 4, travelHours: 0, keeps: true },
      orders: [{ mugs: 1, cups: 1 }],
    };
    expect(await simulate({ ...one, parcels: [end] })).toEqual([]);
    expect(await simulate({ ...one, parcels: ['delivered', end] })).toEqual([]);
  },
);

it('finds the order that stayed open when inventory rejected an expired reservation', async () => {
  const ahead = { ...Object.fromEntries(clocks.map((clock) => [clock, 0])), 'inventory/sweep': 48 * HOUR_MS };
  const sold = {
    skews: ahead,
    mended: false,
    onHand: 4,
    parcels: ['delivered'] as const,
    travelHours: 0,
    orders: [{ mugs: 1, cups: 0 }],
  };
  const simulated = async (forgets: boolean, beforeSweepMs: number) =>
    simulate({ ...sold, script: [], beforeSweepMs, forgets });
  const moments = [100, 150, 200, 250, 300, 350, 400];
  const planted = await Promise.all(moments.map((moment) => simulated(true, moment)));
  expect(planted.flat().join()).toMatch(/something arrived|has not ended/);
  const right = await Promise.all(moments.map((moment) => simulated(false, moment)));
  expect(right.flat()).toEqual([]);
});
