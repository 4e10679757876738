import { expect, it } from '@jest/globals';
import { expiryOf, retentionDays } from '../../src/domain/retention.ts';

it('is a number of days after an instant; none is for ever', () => {
  expect(expiryOf('1970-01-02T00:00:00.500Z', 2)).toBe(3 * 86_400);
  expect(expiryOf('1970-01-02T00:00:00.500Z', 0)).toBeUndefined();
  expect([retentionDays('0'), retentionDays('365')]).toEqual([0, 365]);
});

it.each(['', ' ', '-1', '1.5', 'a year', 'NaN', 'Infinity'])('is not "%s"', (setting) => {
  expect(() => retentionDays(setting)).toThrow(/no number of days/);
});
