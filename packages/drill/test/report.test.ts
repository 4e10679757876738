import { expect, it } from '@jest/globals';
import { type Report, reportText, summed } from '../src/report.ts';

const report: Report = {
  seeds: [1],
  orders: 10,
  endings: { completed: 8, 'rejected (out-of-stock)': 2 },
  kinds: ['kills'],
  faults: { 'functions killed': 3 },
  crashes: 1,
  awayMs: 4_000,
  redriven: 2,
  cancelled: 1,
  refundedByHand: 0,
  changes: 1,
  mailedAgain: 0,
  quietAfterMs: 9_000,
  hoursPassed: 0,
  tookMs: 60_000,
  violations: [],
  unchecked: [],
};

it('reports are summed, with the longest time to quiet', () => {
  const other = { ...report, seeds: [2], kinds: ['bus'], quietAfterMs: 12_000, endings: { completed: 10 } };
  expect(summed([report, other])).toMatchObject({
    seeds: [1, 2],
    orders: 20,
    endings: { completed: 18, 'rejected (out-of-stock)': 2 },
    kinds: ['bus', 'kills'],
    faults: { 'functions killed': 6 },
    crashes: 2,
    redriven: 4,
    quietAfterMs: 12_000,
  });
});

it('one that never became quiet shows in the sum and in the text', () => {
  const unquiet = summed([report, { ...report, quietAfterMs: undefined, violations: ['order a: has not ended'] }]);
  expect(unquiet.quietAfterMs).toBeUndefined();
  expect(reportText(unquiet)).toMatch(/It did not become quiet[^]*1 violations\n {2}order a: has not ended/);
  expect(reportText(report)).toMatch(/Quiet 9\.0 s after the last fault\n0 violations$/);
});
