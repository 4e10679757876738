import { expect, it } from '@jest/globals';
import { expiryOf, foreignDays, retentionDays } from '../../src/domain/retention.ts';

it('is a number of days after an instant; 0 means forever', () => {
  expect(expiryOf('1970-01-02T00:00:00.500Z', 2)).toBe(3 * 86_400);
  expect(expiryOf('1970-01-02T00:00:00.500Z', 0)).toBeUndefined();
  expect([retentionDays('0'), retentionDays('365')]).toEqual([0, 365]);
});

it.each(['', ' ', '-1', '1.5', 'a year', 'NaN', 'Infinity'])('is not "%s"', (setting) => {
  expect(() => retentionDays(setting)).toThrow(/not a number of days/);
});

it('of foreign events is never longer than that of other events', () => {
  expect([foreignDays(7), foreignDays(365), foreignDays(0)]).toEqual([7, 90, 90]);
});
