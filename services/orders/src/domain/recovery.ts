import { isOpen, type Order } from './order.ts';

/** How an execution of the state machine begins: `$.mode`. */
export type Mode = 'checkout' | 'complete' | 'cancel' | 'reject';

/** An order whose execution was lost so often, or so long ago, is ended rather than carried on. */
const MAX_RESUMED = 2;
const RESUMED_WITHIN_MINUTES = 10;

/**
 * How a lost workflow goes on: forward at first, for every step may be repeated; then back.
 * Undefined when nothing is left to do.
 */
export function recover(order: Order, attempts: number, ageMinutes: number): Mode | undefined {
  if (!isOpen(order) || !('cancelling' in order)) return undefined;
  if (order.cancelling) return 'cancel';
  const forward = attempts < MAX_RESUMED && ageMinutes < RESUMED_WITHIN_MINUTES;
  if (order.status === 'placed') return forward ? 'checkout' : 'reject';
  return forward ? 'complete' : 'cancel';
}
