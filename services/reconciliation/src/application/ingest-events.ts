import { retryOnConflict } from '@dure/contracts/binding/commit';
import type { Asked } from '@dure/contracts/binding/consumer';
import type { SourceEvent } from '../domain/facts.ts';
import { ingestAll, type Refused } from '../domain/ingest.ts';
import { newOrder, type Store, type StoredOrder } from '../store.ts';

/**
 * Records events of orders: one read for all, and one save for each order, which is checked once it has been quiet. A
 * repeated event changes nothing. Returns a result for each event, in their order.
 */
export async function ingestEvents(
  store: Store,
  asked: readonly Asked<SourceEvent>[],
  quietSeconds: number,
): Promise<PromiseSettledResult<void>[]> {
  const groups = [...Map.groupBy(asked, ({ subject }) => subject)];
  const orders = await store.loadAll(groups.map(([orderId]) => orderId));
  const ingested = new Map(
    groups.map(([orderId, events]) => [orderId, ingestOfOrder(store, orders.get(orderId), events, quietSeconds)]),
  );
  return Promise.allSettled(
    asked.map(async ({ subject, item }) => {
      const refusal = (await ingested.get(subject))?.get(item);
      if (refusal !== undefined) throw refusal;
    }),
  );
}

/** Ingests the events of one order, which was loaded before. Returns those that are refused. */
function ingestOfOrder(
  store: Store,
  loaded: StoredOrder | undefined,
  events: readonly Asked<SourceEvent>[],
  quietSeconds: number,
): Promise<Refused> {
  const { subject: orderId, call } = events.at(-1)!;
  let load = () => Promise.resolve(loaded);
  return retryOnConflict(async () => {
    const order = (await load()) ?? newOrder(orderId, call);
    load = () => store.load(orderId);
    const { copy, refused } = ingestAll(
      order.copy,
      events.map(({ item }) => item),
    );
    if (copy === order.copy) return refused;
    const quiet = new Date(Date.parse(call.time) + 1000 * quietSeconds).toISOString();
    // An order that is due before is left so, and judged later if it is not quiet by then: that saves writes of the index.
    const due = order.due !== undefined && order.due < quiet ? order.due : quiet;
    await store.saveCopy({ ...order, copy, heardAt: call.time, correlationId: call.correlationId, due });
    return refused;
  });
}
