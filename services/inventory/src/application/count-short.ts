import type { Call } from '@dure/contracts/binding/call';
import type { Store } from '../store.ts';

const LIMIT = 50;

/** Of how many products more left than were in the stock, 50 at most; names them. */
export async function countShort(store: Store, call: Call): Promise<number> {
  const skus = await store.listShort(LIMIT);
  if (skus.length > 0) call.log.warn('products are short', { skus });
  return skus.length;
}
