import { type Breaker, closedBreaker, hold } from './breaker.ts';

/** What operators and the other environments say of the breaker of a service. Moments are milliseconds since 1970. */
export interface FromOutside {
  /** By hand: open until a moment, or closed from now on where that is 0. */
  readonly hand?: { readonly revision: number; readonly at: number; readonly openUntil: number } | undefined;
  /** Enough environments of this caller found the service away. */
  readonly fleet?: { readonly openedAt: number; readonly openUntil: number } | undefined;
}

/** What of it this environment has acted on. */
export interface Heeded {
  revision: number;
  openedAt: number;
}

export const nothingHeeded = (): Heeded => ({ revision: 0, openedAt: 0 });

/** Of the time that a breaker of the fleet is open, so much is added by chance: its environments do not all call at once. */
const SPREAD = 0.5;

/**
 * Holds the breaker of an environment, or closes it, by what others say, each time they say something new. After that time it
 * is as open as the environment itself has found it: who has found nothing calls at once, and who has goes on probing.
 */
export function heed(
  breaker: Breaker,
  heeded: Heeded,
  { hand, fleet }: FromOutside,
  { now, random }: { readonly now: () => number; readonly random: () => number },
): void {
  if (hand !== undefined && hand.revision > heeded.revision) {
    heeded.revision = hand.revision;
    if (hand.openUntil > now()) hold(breaker, hand.openUntil);
    else Object.assign(breaker, closedBreaker());
  }
  if (fleet !== undefined && fleet.openedAt > Math.max(heeded.openedAt, hand?.at ?? 0)) {
    heeded.openedAt = fleet.openedAt;
    if (fleet.openUntil > now())
      hold(breaker, fleet.openUntil + (fleet.openUntil - fleet.openedAt) * SPREAD * random());
  }
}
