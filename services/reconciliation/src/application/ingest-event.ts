import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import type { SourceEvent } from '../domain/facts.ts';
import { ingest } from '../domain/ingest.ts';
import { newOrder, type Store } from '../store.ts';

/** Records an event of an order, which is checked once it has been quiet. A repeated event changes nothing. */
export function ingestEvent(
  store: Store,
  call: Call,
  orderId: string,
  seen: SourceEvent,
  quietSeconds: number,
): Promise<void> {
  return retryOnConflict(async () => {
    const order = (await store.load(orderId)) ?? newOrder(orderId, call);
    const copy = ingest(order.copy, seen);
    if (copy === undefined) return;
    const due = new Date(Date.parse(call.time) + 1000 * quietSeconds).toISOString();
    await store.saveCopy({ ...order, copy, heardAt: call.time, correlationId: call.correlationId, due });
  });
}
