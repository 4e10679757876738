import type { ProjectionStore } from '../store/projection-store.ts';
import type { OrderFilter, ViewPage, ViewStore } from '../store/view-store.ts';

/** A page of the read model's present generation; undefined when the cursor is not one of this list's. */
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
