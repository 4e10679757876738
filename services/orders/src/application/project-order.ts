import { writtenGenerations } from '../domain/projection.ts';
import type { EventStore } from '../store/event-store.ts';
import type { ProjectionStore } from '../store/projection-store.ts';
import type { ViewStore } from '../store/view-store.ts';

/**
 * Brings an order's read model up to date: whatever event it was told of, it takes the order as it is. While a rebuild
 * is under way it writes both generations. Which these are is read before the order: a rebuild that begins after that
 * finds the event by itself.
 */
export async function projectOrder(
  projections: ProjectionStore,
  orders: EventStore,
  views: ViewStore,
  orderId: string,
): Promise<void> {
  const generations = writtenGenerations(await projections.load());
  const loaded = await orders.load(orderId);
  if (loaded.order.status === 'none') return;
  await Promise.all(generations.map((generation) => views.put(generation, loaded)));
}
