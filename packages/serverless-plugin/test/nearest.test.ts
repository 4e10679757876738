import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, nearest } from '../src/nearest.ts';

describe('edit distance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['Order', 'oRDER', 0],
  ])('%j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is a metric, up to case', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});

it('names at most three, the least different first', () => {
  expect(nearest('GetStok', ['SetPrice', 'SetStock', 'GetStock', 'GetPrice'])).toEqual([
    'GetStock',
    'SetStock',
    'GetPrice',
  ]);
});
