import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { judge } from './judge-pairs.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('every break is reported and every alarm has an instance, over 20,000 pairs', () => {
  const { pairs, breaks, undecided } = judge(20261130, 480);
  expect([...undecided.keys()].filter((why) => !readme.includes(`"${why}"`))).toEqual([]);
  expect([...undecided.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(pairs / 50);
  expect(pairs).toBeGreaterThan(20_000);
  expect(breaks).toBeGreaterThan(pairs / 5);
  expect(breaks).toBeLessThan((pairs * 4) / 5);
});

it('the same of pairs that nobody has seen', () => {
  judge(Date.now() % 2 ** 32, 50);
});
