import type { Call } from '@dure/contracts/call';
import { AlreadyHandled, readMarker, retryOnConflict } from '@dure/contracts/commit';
import type { Table } from '@dure/contracts/table';
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
  const telling = await learnOnce(orders, orderId, fact, call).catch(async (error: unknown) => {
    if (!(error instanceof AlreadyHandled) || call.marker === undefined) throw error;
    const { result } = (await readMarker(table, call.marker)) ?? {};
    if (result !== undefined) await tell(result as Telling, call);
    throw error;
  });
  if (telling !== undefined) await tell(telling, call);
}

function learnOnce(orders: Orders, orderId: string, fact: Fact, call: Call): Promise<Telling | undefined> {
  return retryOnConflict(async () => {
    const learnt = decide(await orders.load(orderId), fact);
    if (learnt === undefined) return undefined;
    const telling = toTelling(learnt.order, learnt.news);
    await orders.save(call, learnt.order, learnt.news, telling);
    return telling;
  });
}

const toTelling = ({ orderId, customerId }: Order, { eventId, ...news }: News): Telling => ({
  eventId,
  milestone: { orderId, ...(customerId !== undefined && { customerId }), ...news },
});
