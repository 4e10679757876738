import type { Asked } from '@dure/contracts/binding/consumer';
import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { applyFact, type Fact, type News, type Order } from '../domain/order.ts';
import type { OrderMilestone } from '../messages.ts';
import type { Endpoints } from '../store/endpoints.ts';
import type { Orders } from '../store/orders.ts';

/** Who listens to an order's milestones, besides its customer's mail. */
export interface Listeners {
  /** Whether a connection may follow the order. */
  readonly followers: boolean;
  /** Whether there are webhook endpoints. */
  readonly endpoints: boolean;
}

/** A milestone, with the id of the event that it comes from: the same however often it is published. */
export interface PublishedMilestone {
  readonly eventId: string;
  readonly milestone: OrderMilestone;
  readonly listeners: Listeners;
}

export interface FactDependencies {
  readonly orders: Orders;
  readonly endpoints: Pick<Endpoints, 'countFirst'>;
  /** Publishes a milestone to everything that follows orders, possibly more than once. */
  readonly publish: (milestone: PublishedMilestone, call: Call) => Promise<void>;
}

/**
 * Applies the events of an order to its copy, saves it once, then publishes the milestones. They are saved before they
 * are published, so that a connection that opens in between finds them. A channel that nobody listens to is left out: an
 * order is saved only if nobody has begun to follow it since it was read, and a later follower finds the milestones saved.
 * If the invocation dies in between, the messages are redelivered and find in the order's progress what has to be
 * published. Delivery is thus at least once, and every subscriber ignores duplicates.
 */
export async function recordFacts(
  { orders, endpoints, publish }: FactDependencies,
  orderId: string,
  asked: readonly Asked<Fact>[],
): Promise<void> {
  const { order, news, ...listening } = await retryOnConflict(() => recordOnce(orders, orderId, asked));
  const count = listening.endpoints ?? (await endpoints.countFirst());
  const listeners = { followers: listening.isFollowed, endpoints: count !== 0 };
  const published = new Set<string>();
  for (const { item, call } of asked) {
    const entry = news.find(({ eventId }) => eventId === item.eventId);
    // None for a fact that another event brought: that one's message publishes it.
    if (entry === undefined || published.has(item.eventId)) continue;
    published.add(item.eventId);
    await publish({ ...toMilestone(order, entry), listeners }, call);
  }
}

/** The order with its whole progress: what is new, and what was new when a message came before. */
async function recordOnce(orders: Orders, orderId: string, asked: readonly Asked<Fact>[]) {
  const { order: before, news: known, ...rest } = await orders.loadWithListeners(orderId, Date.now());
  let order = before;
  const news = [...known];
  for (const { item } of asked) {
    const recorded = applyFact(order, item);
    if (recorded === undefined) continue;
    order = recorded.order;
    news.push(recorded.news);
  }
  if (order !== before) await orders.save({ ...rest, order, news }, before, asked[0]!.call.time);
  return { ...rest, order, news };
}

const toMilestone = ({ orderId, customerId }: Order, { eventId, ...news }: News) => ({
  eventId,
  milestone: { orderId, ...(customerId !== undefined && { customerId }), ...news },
});
