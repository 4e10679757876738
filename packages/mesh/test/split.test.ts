import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bucketOf, targetAt } from '../src/split.ts';

const weight = fc.integer({ min: 0, max: 10_000 });

it('gives each target its share of many actors, within a point', () => {
  const drawn = Array.from({ length: 40_000 }, (_, index) => bucketOf(`orders customer-${index}`));
  for (const share of [100, 500, 2_500, 5_000]) {
    const canary = drawn.filter((bucket) => targetAt({ v1: 10_000 - share, v2: share }, bucket) === 'v2').length;
    expect(Math.abs(canary / drawn.length - share / 10_000)).toBeLessThan(0.01);
  }
});

it('moves nobody back while a weight grows', () => {
  fc.assert(
    fc.property(fc.string(), weight, weight, (key, one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      const bucket = bucketOf(key);
      const at = (share: number) => targetAt({ v1: 10_000 - share, v2: share }, bucket);
      if (at(less) === 'v2') expect(at(more)).toBe('v2');
    }),
  );
});

it('never gives a target without weight', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_999 }), (bucket) => {
      expect(targetAt({ v1: 0, v2: 10_000, v3: 0 }, bucket)).toBe('v2');
    }),
  );
});
