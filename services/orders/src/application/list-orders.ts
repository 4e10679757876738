import type { ProjectionStore } from '../store/projection-store.ts';
import type { OrderFilter, ViewPage, ViewStore } from '../store/view-store.ts';

/** A page of the current generation of the read model; undefined when the cursor belongs to another list. */
export async function listOrders(
  projections: ProjectionStore,
  views: ViewStore,
  filter: OrderFilter,
  limit: number,
  cursor: string | undefined,
): Promise<ViewPage | undefined> {
  const { generation } = await projections.load();
  return views.list(generation, filter, limit, cursor);
}
