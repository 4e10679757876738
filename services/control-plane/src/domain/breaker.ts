/** What an operator said of the breaker of a service. */
export interface ByHand {
  /** From 1. */
  readonly revision: number;
  readonly state: 'open' | 'closed';
  readonly until?: string | undefined;
  readonly at: string;
  readonly actor: string;
  readonly why?: string | undefined;
}

/** What a caller found out. */
export interface Report {
  readonly caller: string;
  readonly service: string;
  readonly openedAt: string;
  readonly openUntil: string;
  readonly reporters: number;
}

export interface Breaker {
  readonly service: string;
  readonly state: 'open' | 'closed';
  readonly byHand?: ByHand | undefined;
  readonly callers: readonly Report[];
}

const LONGEST_HOURS = 24;

/** What is wrong with the end of a breaker that is opened by hand; undefined when nothing is. */
export function untilFault(until: string, now: string): string | undefined {
  const milliseconds = Date.parse(until) - Date.parse(now);
  if (milliseconds <= 0) return 'must be in the future';
  return milliseconds > LONGEST_HOURS * 3_600_000 ? `must be within ${LONGEST_HOURS} hours` : undefined;
}

/** All that is known of breakers, by service. What callers found out before an operator closed it does not count any more. */
export function breakersOf(
  byHand: ReadonlyMap<string, ByHand>,
  reports: readonly Report[],
  now: string,
): readonly Breaker[] {
  const services = new Set([...byHand.keys(), ...reports.map(({ service }) => service)]);
  return [...services].sort().map((service) => {
    const hand = byHand.get(service);
    const callers = reports.filter((report) => report.service === service);
    const isOpen =
      (hand?.until !== undefined && hand.until > now) ||
      callers.some(({ openedAt, openUntil }) => openUntil > now && openedAt > (hand?.at ?? ''));
    return { service, state: isOpen ? 'open' : 'closed', byHand: hand, callers };
  });
}
