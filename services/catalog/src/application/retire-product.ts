import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { decideRetire, type Product, type RetireRejection } from '../domain/product.ts';
import type { Store } from '../store.ts';

/** Withdraws a product from sale; returns it, or the reason for the rejection. */
export function retireProduct(store: Store, call: Call, sku: string): Promise<Product | { rejected: RetireRejection }> {
  return retryOnConflict(async () => {
    const stored = await store.load(sku);
    const decision = decideRetire(stored?.product);
    return typeof decision === 'string' ? { rejected: decision } : store.save(call, stored, decision);
  });
}
