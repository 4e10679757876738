import { InvalidScheduleError } from './invalid-schedule.ts';

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIELDS: readonly Field[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'day of week', from: 1, to: 7, names: DAYS },
  { name: 'year', from: 1970, to: 2199 },
];
const [DAY_OF_MONTH, DAY_OF_WEEK, YEAR] = [2, 4, 5];
/** croner counts the days of a week from 0. */
const FIRST_DAY = 1;

/**
 * AWS's six fields in croner's notation, which has no names, no ranges that wrap and no steps from a number.
 * @throws InvalidScheduleError
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function cronerPattern(fields: string): string {
  const parts = fields.split(/\s+/);
  if (parts.length !== FIELDS.length) throw new InvalidScheduleError(`It has ${parts.length} fields instead of six.`);
  if ((parts[DAY_OF_MONTH] === '?') === (parts[DAY_OF_WEEK] === '?')) {
    throw new InvalidScheduleError('Either the day of month or the day of week has to be "?".');
  }
  return ['0', ...parts.map((part, index) => specialDay(part, index) ?? list(part, index))].join(' ');
}

/** Days that depend on the month. AWS takes each of them alone, not in a list. */
function specialDay(part: string, index: number): string | undefined {
  const text = part.toUpperCase();
  if (index === DAY_OF_MONTH) {
    if (text === '?' || text === 'L' || text === 'LW') return text.replace('?', '*');
    const [, day] = /^(\d+)W$/.exec(text) ?? [];
    return day === undefined ? undefined : `${valueOf(day, FIELDS[index]!)}W`;
  }
  if (index !== DAY_OF_WEEK) return undefined;
  if (text === '?') return '*';
  if (text === 'L') return String(DAYS.length - FIRST_DAY);
  const [, day, which] = /^(\w+?)(L|#[1-5])$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  return `${valueOf(day, FIELDS[index]!) - FIRST_DAY}#${which === 'L' ? 'L' : which!.slice(1)}`;
}

function list(part: string, index: number): string {
  if (part === '*') return '*';
  const field = FIELDS[index]!;
  const values = new Set(part.split(',').flatMap((item) => valuesOf(item, field, index === YEAR)));
  return [...values].map((value) => (index === DAY_OF_WEEK ? value - FIRST_DAY : value)).join(',');
}

function valuesOf(item: string, field: Field, isYear: boolean): number[] {
  const [range = '', step, ...more] = item.split('/');
  const increment = Number(step ?? 1);
  const isStep = /^\d+$/.test(step ?? '1') && increment >= 1 && increment <= field.to;
  if (!isStep || more.length > 0) throw refusal(item, field);
  const [first = '', last, ...others] = range === '*' ? [String(field.from), String(field.to)] : range.split('-');
  if (others.length > 0) throw refusal(item, field);
  const from = valueOf(first, field);
  const to = last === undefined ? (step === undefined ? from : field.to) : valueOf(last, field);
  if (isYear && to < from) throw refusal(item, field);
  const size = field.to - field.from + 1;
  const count = Math.floor((to < from ? to - from + size : to - from) / increment) + 1;
  return Array.from({ length: count }, (_, n) => ((from - field.from + n * increment) % size) + field.from);
}

function valueOf(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + field.from : /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (value >= field.from && value <= field.to) return value;
  throw refusal(text, field);
}

function refusal(text: string, { name, from, to }: Field): InvalidScheduleError {
  return new InvalidScheduleError(`"${text}" is not valid for the ${name} (${from} to ${to}).`);
}
