/** When a scheduled event is due: every so many milliseconds, or in the minutes that a cron expression matches. */
export type Schedule = { readonly everyMilliseconds: number } | { readonly matches: (minute: Date) => boolean };

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const UNITS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
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

/**
 * Reads `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC. `L`, `W` and `#` are refused.
 * @throws TypeError that says what is wrong
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) return { everyMilliseconds: rateOf(expression, Number(rate[1]), rate[2]!, rate[3] === 's') };
  const cron = /^cron\((.+)\)$/.exec(expression);
  if (cron !== null) return { matches: cronOf(expression, cron[1]!.trim().split(/\s+/)) };
  throw new TypeError(`"${expression}" is neither rate(…) nor cron(…).`);
}

function rateOf(expression: string, value: number, unit: string, plural: boolean): number {
  if (value < 1 || (value === 1) === plural) throw new TypeError(`"${expression}": one minute, two minutes.`);
  return value * UNITS[unit]!;
}

function cronOf(expression: string, parts: readonly string[]): (minute: Date) => boolean {
  if (parts.length !== FIELDS.length) throw new TypeError(`"${expression}" has ${parts.length} fields instead of six.`);
  if ((parts[2] === '?') === (parts[4] === '?')) {
    throw new TypeError(`"${expression}": either the day of month or the day of week has to be "?".`);
  }
  const sets = parts.map((part, index) => valuesOf(expression, part, FIELDS[index]!));
  return (minute) =>
    [
      minute.getUTCMinutes(),
      minute.getUTCHours(),
      minute.getUTCDate(),
      minute.getUTCMonth() + 1,
      minute.getUTCDay() + 1,
      minute.getUTCFullYear(),
    ].every((value, index) => sets[index]!.has(value));
}

function valuesOf(expression: string, part: string, field: Field): Set<number> {
  const values = new Set<number>();
  for (const item of part.split(',')) {
    const [range = '', step = '1'] = item.split('/');
    const [from, to] = rangeOf(expression, range, field, item.includes('/'));
    const increment = Number(step);
    if (!Number.isInteger(increment) || increment < 1) throw refusal(expression, item, field);
    for (let value = from; value <= to; value += increment) values.add(value);
  }
  return values;
}

function rangeOf(expression: string, range: string, field: Field, stepped: boolean): [number, number] {
  if (range === '*' || range === '?') return [field.from, field.to];
  const [first = '', last] = range.split('-');
  const from = valueOf(expression, first, field);
  if (last !== undefined) return [from, valueOf(expression, last, field)];
  return [from, stepped ? field.to : from];
}

function valueOf(expression: string, text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + field.from : Number(text === '' ? NaN : text);
  if (Number.isInteger(value) && value >= field.from && value <= field.to) return value;
  throw refusal(expression, text, field);
}

function refusal(expression: string, text: string, { name }: Field): TypeError {
  return new TypeError(`"${expression}": "${text}" is not supported for the ${name}.`);
}
