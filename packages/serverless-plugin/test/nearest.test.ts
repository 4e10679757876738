import { expect, it } from '@jest/globals';
import { nearest } from '../src/nearest.ts';

it('names at most three, the most alike first', () => {
  expect(nearest('GetStok', ['SetPrice', 'SetStock', 'GetStock', 'GetPrice'])).toEqual([
    'GetStock',
    'SetStock',
    'GetPrice',
  ]);
});

it('takes case for no difference', () => {
  expect(nearest('dependson', ['depend', 'dependsOn'])).toEqual(['dependsOn', 'depend']);
});
