import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled, readMarker, retryOnConflict } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { type Fact, learn as decide, type News, type Order } from '../domain/order.ts';
import type { OrderMilestone } from '../messages.ts';
import type { Orders } from '../store/orders.ts';

/** What is told, with the id of the event that it comes from: the same however often it is told. */
export interface Telling {
  readonly eventId: string;
  readonly milestone: OrderMilestone;
}

export interface Learning {
  readonly table: Table;
  readonly orders: Orders;
  /** Tells all who follow orders. May be told twice of the same. */
  readonly tell: (telling: Telling, call: Call) => Promise<void>;
}

/**
 * Takes what happened into the copy of the order, then tells all who follow it. First saved, then told: a connection that
 * opens in between finds it. If it dies in between, the message comes again, finds its marker, and what was to be told in
 * the marker. Told is thus once or more often, and each who is told passes over a repetition.
 */
export async function learn({ table, orders, tell }: Learning, orderId: string, fact: Fact, call: Call): Promise<void> {
  const telling = await learnOnce(orders, orderId, fact, call);
  if (telling !== undefined) return tell(telling, call);
  // Learnt before: from this message, or from another with the same fact, which is told when that comes.
  const before = call.marker && (await readMarker(table, call.marker));
  if (before === undefined) return;
  if (before.result !== undefined) await tell(before.result as Telling, call);
  throw new AlreadyHandled(`What ${call.id} says was learnt before.`);
}

/** Undefined where it was learnt before. */
function learnOnce(orders: Orders, orderId: string, fact: Fact, call: Call): Promise<Telling | undefined> {
  return retryOnConflict(async () => {
    const learnt = decide(await orders.load(orderId), fact);
    if (learnt === undefined) return undefined;
    const telling = toTelling(learnt.order, learnt.news);
    await orders.save(call, learnt.order, learnt.news, telling);
    return telling;
  }).catch((error: unknown) => {
    if (error instanceof AlreadyHandled) return undefined;
    throw error;
  });
}

const toTelling = ({ orderId, customerId }: Order, { eventId, ...news }: News): Telling => ({
  eventId,
  milestone: { orderId, ...(customerId !== undefined && { customerId }), ...news },
});
