/** How many environments of a caller found a service away, and whether those are enough to speak for all. */
export interface Reports {
  /** The moment of each one's latest report. */
  readonly at: readonly number[];
  /** How many environments there are; rather too many than too few, for a service is not away because few say so. */
  readonly environments: number;
}

/** One alone may have a broken network of its own. */
const LEAST = 2;

export function isQuorum(
  { at, environments }: Reports,
  { quorum, window }: { readonly quorum: number; readonly window: number },
  now: number,
): boolean {
  const reporters = at.filter((moment) => now - moment < window).length;
  return reporters >= Math.max(LEAST, Math.ceil(quorum * environments));
}

/** So long an environment may take until it looks: a breaker of the fleet is open for that time besides. */
const UNTIL_SEEN_MS = 10_000;

export const fleetOpening = (openMs: number, now: number) => ({
  openedAt: now,
  openUntil: now + openMs + UNTIL_SEEN_MS,
});
