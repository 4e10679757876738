import { writtenGenerations } from '../domain/projection.ts';
import type { EventStore } from '../store/event-store.ts';
import type { ProjectionStore } from '../store/projection-store.ts';
import type { ViewStore } from '../store/view-store.ts';

/**
 * Updates the read model of an order from its present state, independent of the event that triggered it. During a
 * rebuild it writes both generations. The generations are read before the order: a rebuild that starts later reads the
 * event itself.
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
