import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { advanceRebuild, beginRebuild, isRebuilding, type Projection, type StepResult } from '../domain/projection.ts';
import type { EventStore } from '../store/event-store.ts';
import type { ProjectionStore } from '../store/projection-store.ts';
import type { ViewStore } from '../store/view-store.ts';

export interface RebuildDependencies {
  readonly projections: ProjectionStore;
  readonly orders: EventStore;
  readonly views: ViewStore;
}

/** Starts a rebuild; the event it publishes triggers the first step. */
export function startRebuild(
  projections: ProjectionStore,
  call: Call,
  rebuildId: string,
): Promise<Projection | { rejected: 'rebuild-in-progress' }> {
  return retryOnConflict(async () => {
    const before = await projections.load();
    const after = beginRebuild(before, rebuildId, call.time);
    if (after === undefined) return { rejected: 'rebuild-in-progress' };
    await projections.save(call, before, after);
    return after;
  });
}

/** Runs one step of a rebuild and saves the progress; that event triggers the next step, until the rebuild is finished. */
export async function continueRebuild(
  { projections, orders, views }: RebuildDependencies,
  call: Call,
  trigger: { readonly rebuildId: string; readonly sequence: number },
): Promise<void> {
  const before = await projections.load();
  const stale = before.rebuild?.rebuildId !== trigger.rebuildId || before.sequence !== trigger.sequence;
  if (stale || !isRebuilding(before)) return;
  const step =
    before.rebuild?.phase === 'building'
      ? await build(projections, orders, views, before)
      : await projections.purge(before.generation - 1, before.rebuild?.cursor);
  await projections.save(call, before, advanceRebuild(before, step, call.time));
}

const AT_ONCE = 20;

async function build(
  projections: ProjectionStore,
  orders: EventStore,
  views: ViewStore,
  { generation, rebuild }: Projection,
): Promise<StepResult> {
  const { orderIds, cursor } = await projections.scanOrders(rebuild?.cursor);
  for (let start = 0; start < orderIds.length; start += AT_ONCE) {
    const loaded = await Promise.all(orderIds.slice(start, start + AT_ONCE).map((orderId) => orders.load(orderId)));
    await Promise.all(loaded.map((order) => views.put(generation + 1, order)));
  }
  return { count: orderIds.length, cursor };
}
