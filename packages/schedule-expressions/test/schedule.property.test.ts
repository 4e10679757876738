import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSchedule } from '../src/index.ts';
import { lastDay, nearestWorkday, minutesOf, type Test, weekday, type WallClock } from './cron-oracle.ts';

interface Part {
  readonly text: string;
  readonly test: Test;
}

const NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Values, ranges that may wrap, steps and lists of a field. */
function field(from: number, to: number, valueOf: (shown: WallClock) => number, names?: string[]): fc.Arbitrary<Part> {
  const value = fc.integer({ min: from, max: to });
  const shown = (number: number): string => names?.[number - from] ?? String(number);
  const upwards = (start: number, end: number, step: number) => (actual: number) =>
    actual >= start && actual <= end && (actual - start) % step === 0;
  const item = fc.oneof(
    fc.constant({ text: '*', has: () => true }),
    value.map((only) => ({ text: shown(only), has: (actual: number) => actual === only })),
    fc.tuple(value, value).map(([first, last]) => ({
      text: `${shown(first)}-${shown(last)}`,
      has: (actual: number) => (first <= last ? actual >= first && actual <= last : actual >= first || actual <= last),
    })),
    fc.tuple(value, fc.integer({ min: 1, max: to })).map(([first, step]) => ({
      text: `${first}/${step}`,
      has: upwards(first, to, step),
    })),
  );
  return fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => ({
    text: items.map(({ text }) => text).join(','),
    test: (clock: WallClock) => items.some(({ has }) => has(valueOf(clock))),
  }));
}

const number = (min: number, max: number) => fc.integer({ min, max });
const dayOfMonth: fc.Arbitrary<Part> = fc.oneof(
  field(1, 31, ({ day }) => day),
  fc.constant<Part>({ text: 'L', test: (shown: WallClock) => shown.day === lastDay(shown) }),
  number(1, 31).map((day) => ({
    text: `${day}W`,
    test: (shown: WallClock) => shown.day === nearestWorkday(shown, day),
  })),
);
const dayOfWeek: fc.Arbitrary<Part> = fc.oneof(
  field(1, 7, weekday),
  field(1, 7, weekday, NAMES),
  number(1, 7).map((day) => ({
    text: `${NAMES[day - 1]}L`,
    test: (shown: WallClock) => weekday(shown) === day && shown.day > lastDay(shown) - 7,
  })),
  fc.tuple(number(1, 7), number(1, 5)).map(([day, which]) => ({
    text: `${day}#${which}`,
    test: (shown: WallClock) => weekday(shown) === day && Math.ceil(shown.day / 7) === which,
  })),
);
const none = fc.constant<Part>({ text: '?', test: () => true });
const every = fc.constant<Part>({ text: '*', test: () => true });
const years = fc.tuple(number(2024, 2028), number(0, 3)).map(([first, more]) => ({
  text: more === 0 ? String(first) : `${first}-${first + more}`,
  test: ({ year }: WallClock) => year >= first && year <= first + more,
}));
const days = fc.oneof(fc.tuple(dayOfMonth, none), fc.tuple(none, dayOfWeek));
const expression = fc
  .tuple(
    field(0, 59, ({ minute }) => minute),
    field(0, 23, ({ hour }) => hour),
    days,
    fc.oneof(
      every,
      field(1, 12, ({ month }) => month),
    ),
    fc.oneof(every, years),
  )
  .map(([minutes, hours, [date, day], month, year]) => [minutes, hours, date, month, day, year]);

/** With a change of clocks, where there is one. */
const SPANS = [
  ['UTC', '2028-02-25T00:00Z'],
  ['Europe/Berlin', '2026-03-27T00:00Z'],
  ['Europe/Berlin', '2026-10-24T00:00Z'],
  ['America/New_York', '2027-10-30T12:00Z'],
  ['Australia/Lord_Howe', '2026-04-03T06:00Z'],
  ['Africa/Cairo', '2026-04-22T00:00Z'],
] as const;

const DAYS = 12;
const MOST = 100;

it.each(SPANS)('finds the times that AWS documents: %s from %s', (timezone, start) => {
  const from = Date.parse(start);
  const minutes = minutesOf(timezone, from, DAYS);
  fc.assert(
    fc.property(expression, (parts) => {
      const text = `cron(${parts.map((part) => part.text).join(' ')})`;
      const schedule = parseSchedule(text, { timezone });
      const until = from + DAYS * 86_400_000;
      const found: number[] = [];
      for (let time = schedule.next(from - 1); found.length < MOST; time = schedule.next(time)) {
        if (time === undefined || time >= until) break;
        found.push(time);
      }
      const due = minutes.filter(({ shown }) => parts.every(({ test }) => test(shown)));
      expect([text, ...found]).toEqual([text, ...due.slice(0, MOST).map(({ time }) => time)]);
    }),
    { numRuns: 60 },
  );
});
