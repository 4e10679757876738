import type { EventStore } from '../store/event-store.ts';
import type { ViewStore } from '../store/view-store.ts';

/** Brings an order's read model up to date: whatever event it was told of, it takes the order as it is. */
export async function projectOrder(orders: EventStore, views: ViewStore, orderId: string): Promise<void> {
  const loaded = await orders.load(orderId);
  if (loaded.order.status !== 'none') await views.put(loaded);
}
