import { Callable, type Named, Namespace, Unreadable } from './values.ts';

/** A length of time. */
export class Duration {
  readonly milliseconds: number;
  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ milliseconds: 1, seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 },
};

export const duration = new Callable(([days], named) => {
  const given: Named = { ...(days !== undefined && { days }), ...named };
  return new Duration(
    Object.entries(given).reduce((sum, [unit, value]) => sum + (UNITS[unit] ?? Number.NaN) * Number(value), 0),
  );
});

/** `datetime` of a case: the present, and moments in UTC. */
export const moments = new Namespace({
  now: new Callable(() => new Date()),
  utcnow: new Callable(() => new Date()),
  fromtimestamp: new Callable(([seconds]) => new Date(Number(seconds) * 1000)),
  strptime: new Callable(([source, format]) => {
    if (format !== '%Y-%m-%dT%H:%M:%SZ') throw new Unreadable(`the format ${String(format)}`);
    return new Date(String(source));
  }),
  fromisoformat: new Callable(([source]) => new Date(String(source))),
});

export const DURATION_METHODS: Readonly<Record<string, (duration: Duration) => unknown>> = {
  total_seconds: ({ milliseconds }) => milliseconds / 1000,
};

type DateMethod = (date: Date, args: readonly unknown[], named: Named) => unknown;

export const DATE_METHODS: Readonly<Record<string, DateMethod>> = {
  isoformat: (date) => date.toISOString(),
  timestamp: (date) => date.getTime() / 1000,
  strftime: (date, [format]) => formatted(date, String(format)),
  replace: (date, _, named) => {
    const changed = new Date(date);
    if ('microsecond' in named) changed.setUTCMilliseconds(0);
    if ('second' in named) changed.setUTCSeconds(Number(named['second']));
    return changed;
  },
  astimezone: (date) => date,
};

function formatted(date: Date, format: string): string {
  const [day = '', time = '', milliseconds = ''] = date.toISOString().split(/[T.]/);
  const [year = '', month = '', dayOfMonth = ''] = day.split('-');
  const [hour = '', minute = '', second = ''] = time.split(':');
  const parts: Readonly<Record<string, string>> = {
    Y: year,
    m: month,
    d: dayOfMonth,
    H: hour,
    M: minute,
    S: second,
    f: `${milliseconds.slice(0, 3)}000`,
    z: '+0000',
  };
  return format.replace(/%(.)/g, (_, letter: string) => {
    const part = parts[letter];
    if (part === undefined) throw new Unreadable(`the format %${letter}`);
    return part;
  });
}

/** A moment and a duration, or two moments. */
export function calculateTime(one: unknown, operator: string, other: unknown): unknown {
  if (one instanceof Date && other instanceof Duration) {
    return new Date(one.getTime() + (operator === '-' ? -1 : 1) * other.milliseconds);
  }
  if (one instanceof Date && other instanceof Date && operator === '-')
    return new Duration(one.getTime() - other.getTime());
  return undefined;
}
