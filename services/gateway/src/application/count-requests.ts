import {
  isExhausted,
  limitHeaders,
  type Moment,
  momentOf,
  type Plan,
  type Refusal,
  refusalOf,
  reported,
  reportOf,
  spend,
  type Tally,
} from '../domain/rate-limit.ts';
import type { UsageStore } from '../store/usage.ts';

/** What came of counting a request. */
export interface Counting {
  /** `RateLimit` and `RateLimit-Policy`; none where it could not be counted. */
  readonly headers: Readonly<Record<string, string>>;
  readonly refused?: { readonly code: Refusal; readonly retryAfter: number };
  /** Missing where it could not be counted. */
  readonly tally?: Tally;
}

export interface Counter {
  /** At once while the environment may go on without a report; a promise when it has to report. */
  count(client: string): Counting | Promise<Counting>;
  /** What the environment knows of a client in this minute. */
  known(client: string): Tally | undefined;
}

export interface CounterOptions {
  /** Of a client that has none of its own. */
  readonly usual: Plan;
  /** Gets the error of a report that failed. */
  readonly failed: (error: unknown) => void;
  /** How long an answer may wait for a report, in milliseconds. */
  readonly withinMs?: number;
  readonly clock?: () => number;
}

const WITHIN_MS = 250;
/** Nothing is reported for this long after a report that failed, so that a slow table slows one request and not all. */
const PAUSE_MS = 5_000;

/** Of this many clients an environment knows its tally: the others are counted one by one. */
const MAX_KNOWN = 1_000;

/**
 * Counts the requests of clients against their plans. An environment reports to the common counter what it let through, and
 * goes on for a while without another report. A counter that fails or is late is no reason to fail: the request is let through
 * uncounted, and `failed` is told.
 */
export function createCounter(
  store: Pick<UsageStore, 'report' | 'planOf'>,
  { usual, failed, withinMs = WITHIN_MS, clock = Date.now }: CounterOptions,
): Counter {
  const tallies = new Map<string, Tally>();
  let pausedUntil = 0;

  /** The clients that asked longest ago are forgotten first. */
  function keep(client: string, tally: Tally): void {
    tallies.delete(client);
    tallies.set(client, tally);
    if (tallies.size > MAX_KNOWN) tallies.delete(tallies.keys().next().value!);
  }

  async function report(client: string, moment: Moment): Promise<Counting> {
    const known = tallies.get(client);
    const wanted = reportOf(known, moment);
    // What is reported now is not reported again, whatever comes of it: a late report may have arrived.
    if (known !== undefined) keep(client, { ...known, unreported: 0 });
    const signal = AbortSignal.timeout(withinMs);
    try {
      const [counted, own] = await orLate(signal, [
        store.report(client, moment, wanted, signal),
        // Once a minute at most: a plan that was changed holds within one.
        known?.moment.window === moment.window ? known.plan : store.planOf(client, signal),
      ]);
      const { tally, isLetThrough } = reported(tallies.get(client), moment, { plan: own ?? usual, ...counted });
      keep(client, tally);
      return isLetThrough ? passed(tally, moment) : refused(tally, moment);
    } catch (error) {
      pausedUntil = clock() + PAUSE_MS;
      failed(error);
      return { headers: {} };
    }
  }

  return {
    count(client) {
      const now = clock();
      const moment = momentOf(now);
      const tally = tallies.get(client);
      if (isExhausted(tally, moment)) return refused(tally, moment);
      const spent = spend(tally, moment);
      if (spent === undefined) return now < pausedUntil ? { headers: {} } : report(client, moment);
      keep(client, spent);
      return passed(spent, moment);
    },

    known(client) {
      const tally = tallies.get(client);
      return tally?.moment.window === momentOf(clock()).window ? tally : undefined;
    },
  };
}

const passed = (tally: Tally, moment: Moment): Counting => ({ headers: limitHeaders(tally, moment), tally });

const refused = (tally: Tally, moment: Moment): Counting => ({
  ...passed(tally, moment),
  refused: refusalOf(tally, moment),
});

/** What the SDK does between two tries does not hear of a signal. */
function orLate<const Wanted extends readonly unknown[]>(signal: AbortSignal, wanted: Wanted) {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  return Promise.race([Promise.all(wanted), promise]);
}
