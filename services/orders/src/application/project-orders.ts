import { type Asked, perSubject } from '@dure/contracts/binding/consumer';
import { writtenGenerations } from '../domain/projection.ts';
import type { EventStore } from '../store/event-store.ts';
import type { ProjectionStore } from '../store/projection-store.ts';
import type { ViewStore } from '../store/view-store.ts';

/**
 * Updates the read models of orders, each once for a batch, from their present state, independent of the events that
 * triggered it. During a rebuild it writes both generations. The generations are read before the orders: a rebuild that
 * starts later reads the events itself. Returns a result for each message, in their order.
 */
export async function projectOrders(
  projections: ProjectionStore,
  orders: EventStore,
  views: ViewStore,
  asked: readonly Asked<unknown>[],
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const generations = writtenGenerations(await projections.load());
  return perSubject(async (orderId) => {
    const loaded = await orders.load(orderId);
    if (loaded.order.status === 'none') return;
    await Promise.all(generations.map((generation) => views.put(generation, loaded)));
  })(asked);
}
