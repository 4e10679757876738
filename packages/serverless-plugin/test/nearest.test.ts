import { expect, it } from '@jest/globals';
import { nearest } from '../src/nearest.ts';

it('names at most three, the most similar first', () => {
  expect(nearest('GetStok', ['SetPrice', 'SetStock', 'GetStock', 'GetPrice'])).toEqual([
    'GetStock',
    'SetStock',
    'GetPrice',
  ]);
});

it('ignores case', () => {
  expect(nearest('dependson', ['depend', 'dependsOn'])).toEqual(['dependsOn', 'depend']);
});
