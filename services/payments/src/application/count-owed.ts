import type { Call } from '@dure/contracts/binding/call';
import type { Store } from '../store.ts';

const LIMIT = 50;

/** Of how many orders money is owed that the provider refused to give back, 50 at most; names them. */
export async function countOwed(store: Store, call: Call): Promise<number> {
  const orderIds = await store.listOwed(LIMIT);
  if (orderIds.length > 0) call.log.warn('refunds are owed', { orderIds });
  return orderIds.length;
}
