import type { Call } from '@dure/contracts/binding/call';
import type { WebhookEventType } from '@dure/contracts/notifications';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import { type Health, isPaused, putOff, rankOf } from '../domain/lane.ts';
import type { Delivery, Endpoint } from '../domain/webhook.ts';
import type { OrderMilestone } from '../messages.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { Endpoints } from '../store/endpoints.ts';
import type { Lanes } from '../store/lanes.ts';
import { chunksOf, throwFailure } from './chunks.ts';

export type DeliveryId = Pick<Delivery, 'endpointId' | 'deliveryId'>;

/** Has a delivery attempted, after so many seconds. Repeated or lost, it does no harm: the sweep looks after those due. */
export type Summon = (delivery: DeliveryId, seconds: number, call: Call) => Promise<void>;

export interface FanningOut {
  readonly endpoints: Endpoints;
  readonly deliveries: Deliveries;
  readonly lanes: Lanes;
  readonly summon: Summon;
}

/** Later ones are left to the sweep, so that no message waits for hours. */
const SUMMONED_WITHIN_MS = 300_000;

/** Has a delivery attempted when it is due. */
export async function summonInTime(
  { summon }: Pick<FanningOut, 'summon'>,
  delivery: Delivery,
  now: string,
  call: Call,
): Promise<void> {
  const wait = Date.parse(delivery.nextAttemptAt ?? now) - Date.parse(now);
  if (wait > SUMMONED_WITHIN_MS) return;
  // A second more: a delayed message may come a moment early, and would find nothing due.
  await summon(delivery, wait <= 0 ? 0 : Math.ceil(wait / 1000) + 1, call);
}

/** So many endpoints are seen to at once; however many there are, no write grows with them. */
const AT_ONCE = 25;

/**
 * Makes a delivery for each endpoint that wants to hear of the milestone, once for each event: first for those that took
 * the last one; for those that are paused they are put off from the beginning. The marker is written when
 * all are made: until then the message comes again, and what is made already stays as it is.
 */
export async function fanOut(using: FanningOut, eventId: string, milestone: OrderMilestone, call: Call): Promise<void> {
  const { endpoints, deliveries, lanes } = using;
  const type: WebhookEventType = `order.${milestone.milestone}`;
  const wanting = (await endpoints.list()).filter(
    ({ status, events }) => status === 'enabled' && events.includes(type),
  );
  // Without a marker where nobody is told: one that listens from now on may hear of it when the message comes again.
  if (wanting.length === 0) return;
  if (await deliveries.areMade(call)) throw new AlreadyHandled('Its deliveries were made before.');
  const health = await lanes.healthOfAll(wanting.map(({ endpointId }) => endpointId));
  const healthOf = ({ endpointId }: Endpoint): Health => health.get(endpointId) ?? {};
  const tell = async (endpoint: Endpoint) => {
    const due = deliveryOf(endpoint, eventId, type, milestone, call.time);
    const delivery = isPaused(healthOf(endpoint), call.time) ? putOff(due, healthOf(endpoint), call.time) : due;
    await deliveries.addOnce(delivery);
    await summonInTime(using, delivery, call.time, call);
  };
  const ranked = wanting.toSorted((one, other) => rankOf(healthOf(one)) - rankOf(healthOf(other)));
  for (const some of chunksOf(ranked, AT_ONCE)) throwFailure(await Promise.allSettled(some.map(tell)));
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

/** What third parties and followers are told: neither names nor addresses, nor anything of the envelope. */
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
  said: Pick<Delivery, 'endpointId' | 'deliveryId' | 'type' | 'body'>,
  now: string,
): Delivery => ({ ...said, status: 'pending', attempts: [], nextAttemptAt: now, createdAt: now, version: 1 });
