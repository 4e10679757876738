import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import type { Seen } from '../domain/facts.ts';
import { takeIn } from '../domain/take-in.ts';
import { newOrder, type Store } from '../store.ts';

/** Notes an event of an order, which is looked at once it has been quiet. The same event again changes nothing. */
export function takeInEvent(
  store: Store,
  call: Call,
  orderId: string,
  seen: Seen,
  quietSeconds: number,
): Promise<void> {
  return retryOnConflict(async () => {
    const order = (await store.load(orderId)) ?? newOrder(orderId, call);
    const copy = takeIn(order.copy, seen);
    if (copy === undefined) return;
    const due = new Date(Date.parse(call.time) + 1000 * quietSeconds).toISOString();
    await store.saveCopy({ ...order, copy, heardAt: call.time, correlationId: call.correlationId, due });
  });
}
