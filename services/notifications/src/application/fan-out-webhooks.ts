import type { Call } from '@dure/contracts/binding/call';
import type { WebhookEventType } from '@dure/contracts/notifications';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import { type Health, isPaused, postpone, priorityOf } from '../domain/lane.ts';
import type { Delivery, Endpoint } from '../domain/webhook.ts';
import type { OrderMilestone } from '../messages.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Endpoints } from '../store/endpoints.ts';
import type { Lanes } from '../store/lanes.ts';
import { chunksOf, throwFailure } from './chunks.ts';

export type DeliveryId = Pick<Delivery, 'endpointId' | 'deliveryId'>;

/**
 * Schedules an attempt after some seconds. Duplicates and losses are harmless: the sweep schedules everything that is
 * due.
 */
export type ScheduleAttempt = (delivery: DeliveryId, seconds: number, call: Call) => Promise<void>;

export interface FanOutDependencies {
  readonly endpoints: Endpoints;
  readonly deliveries: Deliveries;
  readonly lanes: Lanes;
  readonly scheduleAttempt: ScheduleAttempt;
}

/** Later attempts are left to the sweep, so that no message waits for hours. */
const SCHEDULED_WITHIN_MS = 300_000;

/** Schedules the attempt of a delivery for when it is due. */
export async function scheduleIfSoon(
  { scheduleAttempt }: Pick<FanOutDependencies, 'scheduleAttempt'>,
  delivery: Delivery,
  now: string,
  call: Call,
): Promise<void> {
  const wait = Date.parse(delivery.nextAttemptAt ?? now) - Date.parse(now);
  if (wait > SCHEDULED_WITHIN_MS) return;
  // One second more: a delayed message may arrive a moment early and would find nothing due.
  await scheduleAttempt(delivery, wait <= 0 ? 0 : Math.ceil(wait / 1000) + 1, call);
}

/** Endpoints processed at the same time; no single write grows with the number of endpoints. */
const AT_ONCE = 25;

/**
 * Creates a delivery for each endpoint that subscribes to the milestone, once per event. Endpoints that accepted their
 * last delivery come first; deliveries to paused endpoints are postponed from the start. The marker is written when all
 * are created: until then the message is redelivered, and deliveries that exist stay as they are.
 */
export async function fanOut(
  using: FanOutDependencies,
  eventId: string,
  milestone: OrderMilestone,
  call: Call,
): Promise<void> {
  const { endpoints, deliveries, lanes } = using;
  const type: WebhookEventType = `order.${milestone.milestone}`;
  const subscribed = (await endpoints.listTogether()).filter(
    ({ status, events }) => status === 'enabled' && events.includes(type),
  );
  // No marker when no endpoint subscribes: one that subscribes later may receive it when the message is redelivered.
  if (subscribed.length === 0) return;
  if (await deliveries.areMade(call)) throw new AlreadyHandled('The deliveries were created before.');
  const health = await lanes.healthOfAll(subscribed.map(({ endpointId }) => endpointId));
  const healthOf = ({ endpointId }: Endpoint): Health => health.get(endpointId) ?? {};
  const createDelivery = async (endpoint: Endpoint) => {
    const due = deliveryOf(endpoint, eventId, type, milestone, call.time);
    const delivery = isPaused(healthOf(endpoint), call.time) ? postpone(due, healthOf(endpoint), call.time) : due;
    await deliveries.addOnce(delivery);
    await scheduleIfSoon(using, delivery, call.time, call);
  };
  const ranked = subscribed.toSorted((one, other) => priorityOf(healthOf(one)) - priorityOf(healthOf(other)));
  for (const some of chunksOf(ranked, AT_ONCE)) throwFailure(await Promise.allSettled(some.map(createDelivery)));
  await deliveries.noteMade(call);
}

function deliveryOf(
  { endpointId }: Endpoint,
  deliveryId: string,
  type: WebhookEventType,
  milestone: OrderMilestone,
  now: string,
): Delivery {
  const { orderId } = milestone;
  const body = JSON.stringify({ type, timestamp: milestone.at, data: publicData(milestone) });
  return { ...newDelivery({ endpointId, deliveryId, type, body }, now), orderId };
}

/** What third parties and followers receive: neither names nor addresses, nor any part of the envelope. */
export const publicData = ({
  orderId,
  customerId,
  sequence,
  status,
  details,
}: Omit<OrderMilestone, 'milestone' | 'at'>) => ({
  ...{ orderId, customerId, sequence, status },
  ...details,
});

export const newDelivery = (
  fields: Pick<Delivery, 'endpointId' | 'deliveryId' | 'type' | 'body'>,
  now: string,
): Delivery => ({ ...fields, status: 'pending', attempts: [], nextAttemptAt: now, createdAt: now, version: 1 });
