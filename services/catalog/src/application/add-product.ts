import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { type AddRejection, decideAdd, type NewProduct, type Product } from '../domain/product.ts';
import type { Store } from '../store.ts';

/** Adds a product; returns it, or the reason for the rejection. */
export function addProduct(
  store: Store,
  call: Call,
  newProduct: NewProduct,
): Promise<Product | { rejected: AddRejection }> {
  return retryOnConflict(async () => {
    const stored = await store.load(newProduct.sku);
    const decision = decideAdd(stored?.product, newProduct);
    return typeof decision === 'string' ? { rejected: decision } : store.save(call, stored, decision);
  });
}
