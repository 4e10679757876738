import type { Call } from '@dure/contracts/binding/call';
import { decide, type PlaceOrder, type Rejection } from '../domain/decide.ts';
import { initialOrder } from '../domain/order.ts';
import type { EventStore, Loaded } from '../store/event-store.ts';
import type { ProductStore } from '../store/product-store.ts';

type Placement = Omit<PlaceOrder, 'type' | 'products'>;

/** Places an order at the current prices of the catalogue, or rejects it when a product is not for sale. */
export async function placeOrder(
  orders: EventStore,
  products: ProductStore,
  call: Call,
  placement: Placement,
): Promise<Loaded | { rejected: Rejection }> {
  const known = await products.find(placement.items.map((item) => item.sku));
  const decision = decide({ type: 'place', ...placement, products: known }, initialOrder);
  if ('rejected' in decision) return decision;
  const nothingYet = { orderId: placement.orderId, order: initialOrder, sequence: 0, placedAt: '', updatedAt: '' };
  return orders.append(call, nothingYet, decision.events);
}
