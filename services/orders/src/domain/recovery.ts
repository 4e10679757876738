import type { Ending } from './ending.ts';
import { isOpen, type Order } from './order.ts';

/** Where an execution of the state machine starts: `$.mode`. */
export type Mode = 'checkout' | 'ship' | 'deliver' | 'cancel' | 'reject' | 'undo';

/** An order that was lost this often, or for this long, is ended instead of resumed. */
const MAX_RESUMED = 2;
const RESUMED_WITHIN_MINUTES = 10;

/**
 * How a lost workflow continues: at first forward, since every step may be repeated, then back. An order whose undoing had
 * begun is undone, for the reason that was decided. Parcels that have left are waited for, even when recalled. Undefined
 * when no work is left.
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
 * When the sweep checks an open order again: the longer it has not moved, or the more often it was resumed, the later, by
 * up to an hour. Otherwise orders whose parcels are in transit would keep the sweep busy.
 */
export function nextCheckAt(now: string, movedAt: string, attempts: number): string {
  const age = Date.parse(now) - Date.parse(movedAt);
  const pause = Math.max(age / 4, attempts > MAX_RESUMED ? MINUTE_MS * 2 ** Math.min(attempts, 6) : 0);
  return new Date(Date.parse(now) + Math.min(LONGEST_MS, pause)).toISOString();
}

/** After this many attempts the sweep alone cannot help an order. */
export const isStuck = (attempts: number): boolean => attempts > MAX_RESUMED;
