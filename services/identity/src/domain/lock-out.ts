/** Failed sign-ins of one account from one connection. Whoever fails elsewhere locks nobody out. */
export interface Failures {
  readonly count: number;
  /** Of the last one (ISO 8601, UTC). */
  readonly at: string;
}

/** Who has to wait before the next try. */
export interface TooOften {
  /** In whole seconds, at least one. */
  readonly waitSeconds: number;
}

const FREE = 5;
const LONGEST_MS = 15 * 60_000;
/** Failures are forgotten after this long without another. */
export const FORGOTTEN_SECONDS = 86_400;

/** Until when the next try is refused, in milliseconds since 1970: twice as long after each failure. */
export const refusedUntil = ({ count, at }: Failures): number =>
  count < FREE ? 0 : Date.parse(at) + Math.min(LONGEST_MS, 1_000 * 2 ** (count - FREE));

/** How long the next try has to wait; undefined where it does not. @param now in milliseconds since 1970 */
export function waitAfter(failures: Failures | undefined, now: number): TooOften | undefined {
  const left = failures === undefined ? 0 : refusedUntil(failures) - now;
  return left > 0 ? { waitSeconds: Math.ceil(left / 1_000) } : undefined;
}

/** The failures with one more. */
export function withFailure(seen: Failures | undefined, at: string): Failures {
  const isForgotten = seen === undefined || Date.parse(at) >= Date.parse(seen.at) + FORGOTTEN_SECONDS * 1_000;
  return { count: isForgotten ? 1 : seen.count + 1, at };
}

/** What all devices that an account does not know may try together in a day (UTC), before each further try waits. */
export const STRANGERS_FREE = 30;
/** How long one of them waits after another. A device that the account knows does not wait for them. */
export const STRANGERS_WAIT_MS = 60_000;
