import type { Call } from '@dure/contracts/binding/call';
import type { Store } from '../store.ts';

const LIMIT = 50;

/** Counts the orders with money owed that the provider refused to refund, up to 50, and logs them. */
export async function countOwedRefunds(store: Store, call: Call): Promise<number> {
  const orderIds = await store.listOwed(LIMIT);
  if (orderIds.length > 0) call.log.warn('refunds are owed', { orderIds });
  return orderIds.length;
}
