import type { Policy } from './policy.ts';

type Settings = Policy['breaker'];

/** Whether a service is asked at all. */
export interface Breaker {
  /** Failures in a row. */
  failures: number;
  /** Zero while it is closed; else the moment from which a probe may go through. */
  openUntil: number;
  /** How often in a row it opened. */
  openings: number;
  /** Successful probes in a row. */
  probed: number;
  /** The try that is the probe now: the owner is the try, not the process. */
  probe: object | undefined;
  /** When the probe began: one that a frozen environment left behind holds nobody up. */
  probeSince: number;
  /** Until when nothing goes through, because others say so. */
  heldUntil: number;
}

export const closedBreaker = (): Breaker => ({
  ...{ failures: 0, openUntil: 0, openings: 0, probed: 0, probe: undefined, probeSince: 0, heldUntil: 0 },
});

/** Also while it lets probes through. */
export const isOpen = ({ openUntil }: Breaker): boolean => openUntil !== 0;

/**
 * Whether a try may go through: any while it is closed, none while it is open, and one at a time after that.
 * @param patience milliseconds after which a probe counts as lost
 */
export function admits(breaker: Breaker, attempt: object, now: number, patience: number): boolean {
  if (now < breaker.heldUntil) return false;
  if (!isOpen(breaker)) return true;
  if (now < breaker.openUntil) return false;
  if (breaker.probe !== undefined && now - breaker.probeSince < patience) return breaker.probe === attempt;
  breaker.probe = attempt;
  breaker.probeSince = now;
  return true;
}

export function succeeded(breaker: Breaker, attempt: object, { probes }: Settings): void {
  breaker.failures = 0;
  if (!isOpen(breaker) || breaker.probe !== attempt) return;
  breaker.probe = undefined;
  breaker.probed += 1;
  if (breaker.probed >= probes) Object.assign(breaker, closedBreaker());
}

/** A probe that was neither a success nor a failure: the next try probes again. */
export function released(breaker: Breaker, attempt: object): void {
  if (breaker.probe === attempt) breaker.probe = undefined;
}

/**
 * @param counts of the tries within the window, of all targets that are in use
 * @returns whether it opened just now
 */
export function failed(
  breaker: Breaker,
  attempt: object,
  settings: Settings,
  now: number,
  counts: { readonly tries: number; readonly failures: number },
): boolean {
  breaker.failures += 1;
  if (isOpen(breaker)) {
    // What was under way when it opened says nothing new.
    if (breaker.probe === attempt) open(breaker, settings, now);
    return false;
  }
  const { consecutive, failureRate, minimum } = settings;
  const isTooMany = counts.tries >= minimum && counts.failures >= failureRate * counts.tries;
  if (breaker.failures < consecutive && !isTooMany) return false;
  open(breaker, settings, now);
  return true;
}

/** Lets nothing through until a moment, as others say; after that it goes on as it was. */
export function hold(breaker: Breaker, until: number): void {
  breaker.heldUntil = Math.max(breaker.heldUntil, until);
}

function open(breaker: Breaker, settings: Settings, now: number): void {
  breaker.openUntil = now + Math.min(settings.open * 2 ** breaker.openings, settings.maxOpen);
  // More doublings than that change nothing.
  breaker.openings = Math.min(breaker.openings + 1, 30);
  breaker.probe = undefined;
  breaker.probed = 0;
}
