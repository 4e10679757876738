import { describe, expect, it } from '@jest/globals';
import { InvalidScheduleError, parseSchedule, type ScheduleOptions } from '../src/index.ts';

const at = (text: string): number => Date.parse(text);

/** The first times from the one given, to the minute. */
function times(expression: string, from: string, count: number, options: ScheduleOptions = {}): string[] {
  const schedule = parseSchedule(expression, options);
  const found: string[] = [];
  for (let time = schedule.next(at(from) - 1); time !== undefined && found.length < count; time = schedule.next(time)) {
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

describe('a rate', () => {
  const start = at('2026-07-01T12:00:30Z');

  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(90 minutes)', 5_400_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(2 days)', 172_800_000],
  ])('%s', (expression, interval) => {
    const schedule = parseSchedule(expression, { start });
    expect(schedule.next(start - 5)).toBe(start);
    expect(schedule.next(start)).toBe(start + interval);
    expect(schedule.next(start + 10 * interval + 1)).toBe(start + 11 * interval);
  });

  it('may be in the plural for a schedule, not for a rule', () => {
    expect(parseSchedule('rate(1 minutes)', { start }).next(start)).toBe(start + 60_000);
    expect(() => parseSchedule('rate(1 minutes)', { service: 'rule' })).toThrow(InvalidScheduleError);
  });
});

describe('a cron expression', () => {
  it.each<[expression: string, from: string, next: string[]]>([
    ['cron(0 12 * * ? *)', '2026-07-01T12:00', ['2026-07-01T12:00', '2026-07-02T12:00']],
    ['cron(0/15 * * * ? *)', '2026-07-01T03:40', ['2026-07-01T03:45', '2026-07-01T04:00']],
    ['cron(*/20 * * * ? *)', '2026-07-01T03:40', ['2026-07-01T03:40', '2026-07-01T04:00']],
    ['cron(0 8-9 ? * MON-FRI *)', '2026-07-03T09:00', ['2026-07-03T09:00', '2026-07-06T08:00']],
    ['cron(0 0 ? * 1 *)', '2026-07-01T00:00', ['2026-07-05T00:00', '2026-07-12T00:00']],
    ['cron(30 6 1,15 JAN,jul ? 2026)', '2026-02-01T00:00', ['2026-07-01T06:30', '2026-07-15T06:30']],
    ['cron(0 22-2 * * ? *)', '2026-07-01T01:30', ['2026-07-01T02:00', '2026-07-01T22:00']],
    ['cron(0 8 ? * FRI-MON *)', '2026-07-01T00:00', ['2026-07-03T08:00', '2026-07-04T08:00']],
    ['cron(0 8 1 NOV-FEB ? *)', '2026-02-02T00:00', ['2026-11-01T08:00', '2026-12-01T08:00']],
    ['cron(50-10/5 0 1 1 ? *)', '2027-01-01T00:06', ['2027-01-01T00:10', '2027-01-01T00:50']],
    ['cron(0 12 L * ? *)', '2028-02-01T00:00', ['2028-02-29T12:00', '2028-03-31T12:00']],
    ['cron(0 12 LW * ? *)', '2026-02-01T00:00', ['2026-02-27T12:00', '2026-03-31T12:00']],
    ['cron(0 12 1W * ? *)', '2026-08-01T00:00', ['2026-08-03T12:00', '2026-09-01T12:00']],
    ['cron(0 12 31W * ? *)', '2026-02-01T00:00', ['2026-03-31T12:00', '2026-05-29T12:00']],
    ['cron(0 12 ? * 6L *)', '2026-07-01T00:00', ['2026-07-31T12:00', '2026-08-28T12:00']],
    ['cron(0 12 ? * L *)', '2026-07-01T00:00', ['2026-07-04T12:00', '2026-07-11T12:00']],
    ['cron(0 2 ? * SAT#3 *)', '2026-07-01T00:00', ['2026-07-18T02:00', '2026-08-15T02:00']],
    ['cron(0 2 ? * 2#5 *)', '2026-07-01T00:00', ['2026-08-31T02:00', '2026-11-30T02:00']],
    ['cron(0 0 29 2 ? *)', '2026-07-01T00:00', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['cron(15 10 ? * 6L 2002-2005)', '2026-07-01T00:00', []],
    ['cron(0 0 31 2 ? *)', '2026-07-01T00:00', []],
  ])('%s', (expression, from, next) => {
    expect(times(expression, `${from}Z`, next.length)).toEqual(next);
    if (next.length === 0) expect(parseSchedule(expression).next(at(`${from}Z`))).toBeUndefined();
  });

  it.each<[timezone: string, expression: string, from: string, next: string[]]>([
    ['Asia/Seoul', 'cron(0 9 * * ? *)', '2026-07-01T00:00', ['2026-07-01T00:00', '2026-07-02T00:00']],
    ['Europe/Berlin', 'cron(30 2 * * ? *)', '2026-03-28T00:00', ['2026-03-28T01:30', '2026-03-30T00:30']],
    ['Europe/Berlin', 'cron(30 2 * * ? *)', '2026-10-25T00:00', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['Europe/Berlin', 'cron(0 * * * ? *)', '2026-10-25T00:00', ['2026-10-25T00:00', '2026-10-25T02:00']],
    ['Australia/Lord_Howe', 'cron(45 1 * * ? *)', '2026-04-04T14:00', ['2026-04-04T14:45', '2026-04-05T15:15']],
  ])('in %s: %s', (timezone, expression, from, next) => {
    expect(times(expression, `${from}Z`, 2, { timezone })).toEqual(next);
  });
});

describe('a single time', () => {
  it.each([
    ['UTC', '2030-01-31T12:00:00Z'],
    ['America/New_York', '2030-01-31T17:00:00Z'],
  ])('in %s', (timezone, expected) => {
    const schedule = parseSchedule('at(2030-01-31T12:00:00)', { timezone });
    expect(schedule.next(at('2026-01-01T00:00Z'))).toBe(at(expected));
    expect(schedule.next(at(expected))).toBeUndefined();
  });
});

it.each([
  ...['rate(1.5 hours)', 'rate(2 minute)', 'rate(0 minutes)', 'rate(5 seconds)', 'rate( 5 minutes )', 'rate()'],
  ...['cron(* * * * *)', 'cron(0 12 * * * *)', 'cron(0 12 ? * ? *)', 'cron(60 12 * * ? *)', 'cron(0 12 32 * ? *)'],
  ...['cron(0/0 12 * * ? *)', 'cron(0/60 12 * * ? *)', 'cron(? 12 * * ? *)', 'cron(0 12 1-2-3 * ? *)', 'cron()'],
  ...[
    'cron(0 12 L,1 * ? *)',
    'cron(0 12 32W * ? *)',
    'cron(0 12 ? * 8L *)',
    'cron(0 12 ? * 1#6 *)',
    'cron(0 -1 * * ? *)',
  ],
  ...['cron(0 12 ? * 3#1,6#3 *)', 'cron(0 12 ? * NOT *)', 'cron(0 12 * * ? 2005-2002)', 'cron(0 12 * * ? 2200)'],
  ...['at(2030-02-30T12:00:00)', 'at(2030-01-31)', 'at(2030-01-31T12:00:00Z)', 'every day', ' rate(5 minutes)', ''],
])('refuses %s', (expression) => {
  expect(() => parseSchedule(expression)).toThrow(InvalidScheduleError);
});

it('refuses at(…) for a rule, and a time zone that there is not', () => {
  expect(() => parseSchedule('at(2030-01-31T12:00:00)', { service: 'rule' })).toThrow(InvalidScheduleError);
  const timezone = 'Mars/Olympus_Mons';
  for (const expression of ['cron(0 12 * * ? *)', 'at(2030-01-31T12:00:00)']) {
    expect(() => parseSchedule(expression, { timezone })).toThrow('There is no time zone Mars/Olympus_Mons.');
  }
});
