import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { type ChangeRejection, decideChange, type Product, type ProductChanges } from '../domain/product.ts';
import type { Store } from '../store.ts';

/** Changes a product if it is still at the version that the caller has seen; returns the changed product or the rejection. */
export function changeProduct(
  store: Store,
  call: Call,
  sku: string,
  changes: ProductChanges,
  expectedVersion: string,
): Promise<Product | { rejected: ChangeRejection }> {
  return retryOnConflict(async () => {
    const stored = await store.load(sku);
    const decision = decideChange(stored?.product, changes, expectedVersion);
    return typeof decision === 'string' ? { rejected: decision } : store.save(call, stored, decision);
  });
}
