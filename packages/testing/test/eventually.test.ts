import { expect, it } from '@jest/globals';
import { eventually } from '../src/eventually.ts';

it.each([
  ['undefined', undefined],
  ['false', false],
])('a probe that says %s is asked again', async (_, before) => {
  const answers = [before, before, 'done'];
  expect(await eventually('It is done', async () => answers.shift())).toBe('done');
});

it.each([0, '', null])('takes %j for an answer', async (answer) => {
  expect(await eventually('It is there', async () => answer)).toBe(answer);
});

it('ends with why it was not yet', async () => {
  const never = eventually('It is there', () => Promise.reject(new Error('nobody home')), { within: 1 });
  await expect(never).rejects.toThrow('It is there: not within 1 ms; at last: nobody home');
  await expect(eventually('It is so', async () => false, { within: 1 })).rejects.toThrow('It is so: not within 1 ms');
});
