import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled, readMarker, retryOnConflict } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { type Fact, applyFact, type News, type Order } from '../domain/order.ts';
import type { OrderMilestone } from '../messages.ts';
import type { Orders } from '../store/orders.ts';

/** A milestone, with the id of the event that it comes from: the same however often it is published. */
export interface PublishedMilestone {
  readonly eventId: string;
  readonly milestone: OrderMilestone;
}

export interface FactDependencies {
  readonly table: Table;
  readonly orders: Orders;
  /** Publishes a milestone to everything that follows orders, possibly more than once. */
  readonly publish: (milestone: PublishedMilestone, call: Call) => Promise<void>;
}

/**
 * Applies an event to the copy of the order, then publishes the milestone. It is saved before it is published, so that a
 * connection that opens in between finds it. If the invocation dies in between, the message is redelivered and finds in
 * its marker what has to be published. Delivery is thus at least once, and every subscriber ignores duplicates.
 */
export async function recordFact(
  { table, orders, publish }: FactDependencies,
  orderId: string,
  fact: Fact,
  call: Call,
): Promise<void> {
  const milestone = await recordOnce(orders, orderId, fact, call);
  if (milestone !== undefined) return publish(milestone, call);
  // Recorded before: by this message, or by another one with the same fact, which publishes it when redelivered.
  const before = call.marker && (await readMarker(table, call.marker));
  if (before === undefined) return;
  if (before.result !== undefined) await publish(before.result as PublishedMilestone, call);
  throw new AlreadyHandled(`The fact of ${call.id} was recorded before.`);
}

/** Undefined when the fact was recorded before. */
function recordOnce(orders: Orders, orderId: string, fact: Fact, call: Call): Promise<PublishedMilestone | undefined> {
  return retryOnConflict(async () => {
    const recorded = applyFact(await orders.load(orderId), fact);
    if (recorded === undefined) return undefined;
    const milestone = toMilestone(recorded.order, recorded.news);
    await orders.save(call, recorded.order, recorded.news, milestone);
    return milestone;
  }).catch((error: unknown) => {
    if (error instanceof AlreadyHandled) return undefined;
    throw error;
  });
}

const toMilestone = ({ orderId, customerId }: Order, { eventId, ...news }: News): PublishedMilestone => ({
  eventId,
  milestone: { orderId, ...(customerId !== undefined && { customerId }), ...news },
});
