import type { Ending } from './ending.ts';
import { isOpen, type Order } from './order.ts';

/** How an execution of the state machine begins: `$.mode`. */
export type Mode = 'checkout' | 'ship' | 'deliver' | 'cancel' | 'reject' | 'undo';

/** An order whose execution was lost so often, or so long ago, is ended rather than carried on. */
const MAX_RESUMED = 2;
const RESUMED_WITHIN_MINUTES = 10;

/**
 * How a lost workflow goes on: forward at first, for every step may be repeated; then back. One that was being undone is
 * undone, for the reason that was decided. What has left is waited for, also when it was called back. Undefined when
 * nothing is left to do.
 */
export function recover(
  order: Order,
  { attempts, ending }: { readonly attempts: number; readonly ending?: Ending },
  ageMinutes: number,
): Mode | undefined {
  if (!isOpen(order)) return undefined;
  if (order.status === 'shipped') return 'deliver';
  if (ending !== undefined) return 'undo';
  if (order.cancelling) return 'cancel';
  const again = attempts < MAX_RESUMED;
  if (order.status === 'placed') return again && ageMinutes < RESUMED_WITHIN_MINUTES ? 'checkout' : 'reject';
  return again ? 'ship' : 'cancel';
}

const MINUTE_MS = 60_000;
const LONGEST_MS = 60 * MINUTE_MS;

/**
 * When the sweep looks at an open order again that it has just looked at: the longer nothing moved it, or the more often
 * it was taken up, the later, an hour at most. Orders whose parcels are on their way would keep it busy otherwise.
 */
export function lookAgainAt(now: string, movedAt: string, attempts: number): string {
  const age = Date.parse(now) - Date.parse(movedAt);
  const pause = Math.max(age / 4, attempts > MAX_RESUMED ? MINUTE_MS * 2 ** Math.min(attempts, 6) : 0);
  return new Date(Date.parse(now) + Math.min(LONGEST_MS, pause)).toISOString();
}

/** An order that was taken up so often is one that the sweep alone cannot help. */
export const isStuck = (attempts: number): boolean => attempts > MAX_RESUMED;
