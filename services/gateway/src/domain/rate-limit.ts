import type { Priority } from './priority.ts';

/** How much a client may ask for. */
export interface Plan {
  /** Requests in a minute by the clock. */
  readonly perMinute: number;
  /** Requests in a month (UTC). */
  readonly perMonth: number;
  readonly priority?: Priority;
}

/** A minute by the clock, and the month and day (UTC) that it is in. */
export interface Moment {
  /** Minutes since 1970. */
  readonly window: number;
  /** `2026-11` */
  readonly month: string;
  /** `2026-11-30` */
  readonly day: string;
  /** Seconds until the next minute and the next month, from 1. */
  readonly windowEnds: number;
  readonly monthEnds: number;
}

const WINDOW_MS = 60_000;

/** @param now epoch in milliseconds */
export function momentOf(now: number): Moment {
  const window = Math.floor(now / WINDOW_MS);
  const day = new Date(now).toISOString().slice(0, 10);
  return {
    ...{ window, month: day.slice(0, 7), day },
    windowEnds: Math.ceil(((window + 1) * WINDOW_MS - now) / 1000),
    monthEnds: Math.ceil((nextMonth(now) - now) / 1000),
  };
}

/** When the month after that of `now` begins, in epoch milliseconds. */
export function nextMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** What an environment knows of a client. Only what was let through counts: what nobody asked for is lost to nobody. */
export interface Tally {
  /** Of the last report. */
  readonly moment: Pick<Moment, 'window' | 'month'>;
  readonly plan: Plan;
  /** Of all environments together, by the last report: let through in the minute and in the month. */
  readonly taken: number;
  readonly used: number;
  /** Let through by this environment since; -1 while a request is in the report that was refused. */
  readonly unreported: number;
  /** Let through by this environment in the minute, and in the one before. */
  readonly own: number;
  readonly before: number;
  /** Whether its report was the first of the minute. */
  readonly opened: boolean;
}

type When = Pick<Moment, 'window' | 'month'>;

/** An environment reports to the common counter after this share of what it let through in a minute. */
const UNREPORTED_SHARE = 1 / 10;

/**
 * How many requests an environment may let through before it reports: of who asks rarely it reports each. All environments
 * together know nothing of a tenth of this minute's requests and a tenth of the last one's at most, so that no more than
 * 11/9 of a plan's requests a minute go through, however many environments there are.
 */
const creditOf = ({ own, before }: Tally): number => Math.floor(Math.max(own, before) * UNREPORTED_SHARE);

/** The tally after a request was let through without a report; undefined where it takes one. */
export function spend(tally: Tally | undefined, { window, month }: When): Tally | undefined {
  if (tally === undefined || tally.moment.window !== window || tally.moment.month !== month) return undefined;
  if (tally.unreported >= creditOf(tally) || isUsedUp(tally)) return undefined;
  return { ...tally, unreported: tally.unreported + 1, own: tally.own + 1 };
}

/** Whether a report is no use in this minute: what others let through is only ever more. */
export const isExhausted = (tally: Tally | undefined, { window }: When): tally is Tally =>
  tally?.moment.window === window && isUsedUp(tally);

function isUsedUp(tally: Tally): boolean {
  const { perMinute, perMonth } = remaining(tally);
  return perMinute === 0 || perMonth === 0;
}

/** What an environment reports: the request that is asked about, and those that it let through since the last report. */
export interface Report {
  readonly inMinute: number;
  readonly inMonth: number;
  /** Whether it probably is the first report of the minute. */
  readonly opens: boolean;
}

/** Who began the last minute is supposed to begin this one: where it is not so, a write is lost. */
export function reportOf(tally: Tally | undefined, { window, month }: When): Report {
  const inMinute = 1 + (tally?.moment.window === window ? tally.unreported : 0);
  const inMonth = 1 + (tally?.moment.month === month ? tally.unreported : 0);
  return { inMinute, inMonth, opens: tally === undefined || (tally.moment.window !== window && tally.opened) };
}

/** What the common counter says after a report. */
export interface Counted {
  readonly plan: Plan;
  readonly taken: number;
  readonly used: number;
  readonly opened: boolean;
}

/** The tally after a report, and whether the request that was asked about is let through. */
export function reported(
  before: Tally | undefined,
  { window, month }: When,
  { plan, taken, used, opened }: Counted,
): { readonly tally: Tally; readonly isLetThrough: boolean } {
  const isLetThrough = taken <= plan.perMinute && used <= plan.perMonth;
  const passed = isLetThrough ? 1 : 0;
  const mine = before?.moment.window === window ? before : undefined;
  const last = before?.moment.window === window - 1 ? before.own : 0;
  const tally = {
    ...{ moment: { window, month }, plan },
    // Reports that overlap may be answered in another order.
    ...{ taken: Math.max(taken, mine?.taken ?? 0), used: Math.max(used, mine?.used ?? 0) },
    // What was let through while the report was under way is not in it.
    unreported: (mine?.unreported ?? 0) + passed - 1,
    ...{ own: (mine?.own ?? 0) + passed, before: mine?.before ?? last, opened: opened || (mine?.opened ?? false) },
  };
  return { tally, isLetThrough };
}

/** What is left of a plan, as far as the environment knows. */
export function remaining({ plan, taken, used, unreported }: Tally): Plan {
  return {
    perMinute: Math.max(0, plan.perMinute - taken - Math.max(0, unreported)),
    perMonth: Math.max(0, plan.perMonth - used - unreported),
  };
}

/**
 * The fields of a counted answer. A month's `w` is that of 30 days: a policy's window is fixed.
 * Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function limitHeaders(tally: Tally, { windowEnds, monthEnds }: Moment): Record<string, string> {
  const { perMinute, perMonth } = tally.plan;
  const left = remaining(tally);
  return {
    'ratelimit-policy': `"minute";q=${perMinute};w=60, "month";q=${perMonth};w=2592000`,
    ratelimit: `"minute";r=${left.perMinute};t=${windowEnds}, "month";r=${left.perMonth};t=${monthEnds}`,
  };
}

/** Why a tally with nothing left lets nothing through, and after how many seconds something will be. */
export function refusalOf(tally: Tally, moment: Moment): { readonly code: Refusal; readonly retryAfter: number } {
  if (remaining(tally).perMonth <= 0) return { code: 'quota-exceeded', retryAfter: moment.monthEnds };
  return { code: 'too-many-requests', retryAfter: moment.windowEnds };
}

export type Refusal = 'quota-exceeded' | 'too-many-requests';
