import { describe, expect, it } from '@jest/globals';
import { expiryOf, foreignDays, recordExpiry, retentionDays } from '../../src/domain/retention.ts';

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

describe('the record of an event expires', () => {
  const days = (count: number) => count * 86_400;
  const instant = (day: number) => new Date(days(day) * 1000).toISOString();
  it.each([
    ['days after it happened, however late it is recorded', 10, 12, 30, 40],
    ['no later than if it had just happened, when its clock is ahead', 500, 12, 30, 42],
    ['a day later, when it is older than that', 10, 4000, 30, 4001],
    ['after the one day that there is', 10, 12, 1, 13],
  ])('%s', (_, happened, recorded, kept, expected) => {
    expect(recordExpiry(instant(happened), instant(recorded), kept)).toBe(days(expected));
  });

  it('never, when the setting says so', () => {
    expect(recordExpiry(instant(10), instant(12), 0)).toBeUndefined();
  });
});
