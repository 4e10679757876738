/**
 * A second, slow opinion on cron expressions for property tests, written from AWS's page alone: it looks at every minute
 * of a span, as the clocks of the time zone show it, and skips what they showed before.
 */
export interface WallClock {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly year: number;
}

/** Whether a part of an expression is satisfied by what clocks show. */
export type Test = (shown: WallClock) => boolean;

export interface Minute {
  readonly time: number;
  readonly shown: WallClock;
}

const MINUTE = 60_000;

/** The minutes of a span of days, without those whose wall-clock time was there before. */
export function minutesOf(timeZone: string, from: number, days: number): Minute[] {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23' },
    ...{ minute: 'numeric', hour: 'numeric', day: 'numeric', month: 'numeric', year: 'numeric' },
  });
  const seen = new Set<string>();
  const minutes: Minute[] = [];
  // What clocks showed just before the span counts as seen.
  for (let time = from - 120 * MINUTE; time < from + days * 1440 * MINUTE; time += MINUTE) {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const shown = parts as unknown as WallClock;
    const text = `${shown.year} ${shown.month} ${shown.day} ${shown.hour} ${shown.minute}`;
    if (!seen.has(text) && time >= from) minutes.push({ time, shown });
    seen.add(text);
  }
  return minutes;
}

/** 1 is Sunday. */
export const weekday = ({ year, month, day }: WallClock): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

export const lastDay = ({ year, month }: WallClock): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** The working day of this month that is nearest to `day`. */
export function nearestWorkday(shown: WallClock, day: number): number | undefined {
  const last = lastDay(shown);
  if (day > last) return undefined;
  const isWorkday = (candidate: number): boolean =>
    candidate >= 1 && candidate <= last && ![1, 7].includes(weekday({ ...shown, day: candidate }));
  return [0, -1, 1, -2, 2].map((distance) => day + distance).find(isWorkday);
}
