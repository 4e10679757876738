import { costNow, type Latency, observe, PENALTY_MS } from './latency.ts';
import type { Policy } from './policy.ts';
import { countsOf, forget, noResults, note, type Results } from './results.ts';

/** What one environment knows of one target of a service. */
export interface TargetState {
  readonly name: string;
  readonly latency: Latency;
  results: Results;
  /** Tries under way. */
  pending: number;
  /** Failures in a row. */
  failures: number;
  ejectedUntil: number;
  /** How often it was ejected lately: each time is longer. */
  ejections: number;
}

export const newTarget = (name: string, prior: number, now: number): TargetState => ({
  ...{ name, latency: { cost: prior, at: now }, results: noResults() },
  ...{ pending: 0, failures: 0, ejectedUntil: 0, ejections: 0 },
});

export const isEjected = ({ ejectedUntil }: TargetState, now: number): boolean => now < ejectedUntil;

/** What a further try costs: how long an answer takes, for each that waits and the new one. */
export const costOf = ({ latency, pending }: TargetState, prior: number, now: number): number =>
  costNow(latency, prior, now) * (pending + 1);

/** How a try ended: a refusal is a success, since the service is well and says no; 429 says that it is not well, or busy. */
export interface TryEnd {
  readonly result: 'success' | 'busy' | 'failure';
  /** Milliseconds that it took. */
  readonly rtt: number;
  /** Milliseconds, of `Retry-After`. */
  readonly retryAfter?: number | undefined;
}

/** Who is busy or fails becomes dearer, by a penalty or by what `Retry-After` says. Only failures count against a target. */
export function noteTry(
  target: TargetState,
  { breaker: { window } }: Policy,
  now: number,
  { result, rtt, retryAfter = 0 }: TryEnd,
): void {
  const isSuccess = result === 'success';
  observe(target.latency, isSuccess ? rtt : Math.max(rtt, PENALTY_MS, retryAfter), now);
  if (result === 'busy') return;
  note(target.results, window, now, isSuccess);
  target.failures = isSuccess ? 0 : target.failures + 1;
  // Who was healthy for as long as it would be ejected next is forgiven once.
  if (isSuccess && target.ejections > 0 && now - target.ejectedUntil > EJECTED_MS * target.ejections) {
    target.ejections -= 1;
    target.ejectedUntil = now;
  }
}

const EJECTED_MS = 30_000;
const LONGEST_EJECTED_MS = 300_000;
/** A target is ejected for its share of failures where the others have less than this of it. */
const CLEARLY_BETTER = 0.5;

/**
 * Takes a target out of use that fails while others do not: after failures in a row, or by its share of them. Works with two
 * targets: one is always left, and where all fail alike none is ejected, since it is not the target's fault.
 *
 * @returns whether it was ejected just now
 */
export function ejectIfOutlier(
  target: TargetState,
  all: readonly TargetState[],
  { breaker, outlier }: Policy,
  now: number,
  random: () => number,
): boolean {
  const others = all.filter((other) => other !== target && !isEjected(other, now));
  const ejected = all.length - others.length - 1;
  const most = Math.min(all.length - 1, Math.floor(all.length * outlier.maxEjected));
  if (others.length === 0 || ejected >= most || isEjected(target, now)) return false;
  const own = countsOf(target.results, breaker.window, now);
  const theirs = others.map(({ results }) => countsOf(results, breaker.window, now));
  const share = own.failures / own.tries;
  const shareOfOthers =
    theirs.reduce((sum, { failures }) => sum + failures, 0) /
    Math.max(
      1,
      theirs.reduce((sum, { tries }) => sum + tries, 0),
    );
  const isBad =
    target.failures >= breaker.consecutive || (own.tries >= breaker.minimum && share >= breaker.failureRate);
  if (!isBad || shareOfOthers >= share * CLEARLY_BETTER) return false;
  target.ejections += 1;
  // Environments that ejected it together do not come back together.
  const jitter = 0.75 + random() / 2;
  target.ejectedUntil = now + Math.min(EJECTED_MS * target.ejections, LONGEST_EJECTED_MS) * jitter;
  target.failures = 0;
  // What it did wrong does not count for the service any more.
  forget(target.results);
  return true;
}
