import { describe, expect, it } from '@jest/globals';
import { compareFigures, figuresOf } from '../../src/compare/figures.ts';

describe('figures of a run', () => {
  it('are named by their place, and a list counts by its median', () => {
    const results = {
      startup: { first: [{ readyAfter: 900 }, { readyAfter: 300 }, { readyAfter: 500 }], prices: { read: 1 } },
      throughput: { latencies: [1, 2, 9], accepted: 10, at: 1_700_000_000_000, name: 'ten' },
      broken: { ratio: Number.NaN, none: null },
    };
    expect(Object.fromEntries(figuresOf(results))).toEqual({
      'startup.first.readyAfter': 500,
      'throughput.latencies': 2,
      'throughput.accepted': 10,
    });
  });

  it('are compared by the medians of the runs, with what only one revision has', () => {
    const run = (figures: Record<string, number>) => new Map(Object.entries(figures));
    const before = [
      run({ ready: 4, zero: 0, gone: 1 }),
      run({ ready: 2, zero: 0, gone: 1 }),
      run({ ready: 3, zero: 0 }),
    ];
    const after = [run({ ready: 6, zero: 5, added: 1 })];
    expect(compareFigures(before, after)).toEqual({
      figures: [
        { name: 'ready', before: 3, after: 6, ratio: 2 },
        { name: 'zero', before: 0, after: 5, ratio: undefined },
      ],
      onlyBefore: ['gone'],
      onlyAfter: ['added'],
    });
  });
});
