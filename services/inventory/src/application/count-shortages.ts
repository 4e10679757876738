import type { Call } from '@dure/contracts/binding/call';
import type { Store } from '../store.ts';

const LIMIT = 50;

/** Counts the products that are short (more left than were in stock), up to 50, and logs their SKUs. */
export async function countShortages(store: Store, call: Call): Promise<number> {
  const skus = await store.listShort(LIMIT);
  if (skus.length > 0) call.log.warn('products are short', { skus });
  return skus.length;
}
