/** An order that an environment took in, and that nobody is known to have decided. */
interface Taken {
  readonly orderId: string;
  /** The customer. */
  readonly whose: string;
  /** Epoch in milliseconds. */
  readonly at: number;
}

/** What an environment knows of how soon orders are decided: of those that it took in itself. */
export interface Backlog {
  /** Oldest first. */
  readonly taken: readonly Taken[];
  readonly lookedAt: number;
  /** Since when orders are refused. */
  readonly fullSince?: number;
}

export const emptyBacklog: Backlog = { taken: [], lookedAt: 0 };

export interface BacklogLimits {
  /**
   * An order that is not decided after so many milliseconds is late. Time-outs of a checkout are ten times as long: at five
   * times the orders that are decided, what was taken in until two late ones are seen is decided before them.
   */
  readonly lateMs: number;
}

/** Of two customers, because one may have reasons of their own to wait: nobody closes the shop for all. */
const LOOKED_AT = 2;
const LOOK_EVERY_MS = 1_000;
/** Who takes in fewer than these asks for none of them: that costs nothing where orders are rare. */
const BUSY = { orders: 10, withinMs: 10_000 };
/** After that some orders are taken in again, whatever the last ones wait for. */
const FULL_AT_MOST_MS = 30_000;
/** An environment handles one request at a time: it takes in fewer than these before the first is late. */
const KEPT = 2_000;

export const isFull = ({ fullSince }: Backlog): boolean => fullSince !== undefined;

export const taking = (backlog: Backlog, taken: Taken): Backlog => ({
  ...backlog,
  taken: [...backlog.taken, taken].slice(-KEPT),
});

/**
 * The orders to look at now, whether they are decided: the newest late ones of two customers. None where it is too early, or where so few
 * orders come that no one waits for another.
 */
export function toLookAt(backlog: Backlog, now: number, { lateMs }: BacklogLimits): readonly string[] {
  const { taken, lookedAt } = backlog;
  if (now - lookedAt < LOOK_EVERY_MS) return [];
  const busy = taken.filter(({ at }) => now - at < BUSY.withinMs + lateMs).length >= BUSY.orders;
  if (!busy && !isFull(backlog)) return [];
  const late = taken.filter(({ at }) => now - at >= lateMs);
  // The newest one of each customer.
  const newest = new Map(late.map(({ whose, orderId }) => [whose, orderId]));
  return late.flatMap(({ whose, orderId }) => (newest.get(whose) === orderId ? [orderId] : [])).slice(-LOOKED_AT);
}

/**
 * What is known after some orders were looked at. What was taken in before a decided one is supposed to be decided as well.
 *
 * @param decided of the orders that were looked at, those that are decided
 */
export function lookedAt(
  backlog: Backlog,
  looked: readonly string[],
  decided: readonly string[],
  now: number,
): Backlog {
  const last = backlog.taken.findLastIndex(({ orderId }) => decided.includes(orderId));
  const { fullSince = now } = backlog;
  const taken = backlog.taken.slice(last + 1);
  const isLate = looked.length === LOOKED_AT && decided.length === 0;
  if (!isLate) return { taken, lookedAt: now };
  return now - fullSince < FULL_AT_MOST_MS ? { taken, lookedAt: now, fullSince } : { taken: [], lookedAt: now };
}
