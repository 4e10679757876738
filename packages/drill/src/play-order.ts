import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CancelOrder, GetOrder, PlaceOrder } from '@dure/contracts/orders';
import { RefundPayment } from '@dure/contracts/payments';
import { DispatchShipment, EndShipment, ListShipments } from '@dure/contracts/shipping';
import { expectStatus } from '@dure/testing/cloud';
import { hasEnded } from '@dure/testing/shop/shop';
import { conclusive, retryUntil } from './retry-until.ts';
import type { StoryClock } from './story-clock.ts';
import type { OrderStory } from './story.ts';
import type { World } from './world.ts';

/** The result of an order's story, as its customer and its operator see it. */
export interface PlayedOrder {
  readonly story: OrderStory;
  readonly orderId: string;
  /** When it was first requested, by the story's clock. */
  readonly placedAt: number;
  /** In minor units; 0 when nothing was refunded manually. */
  readonly refunded: number;
  /** What may have been refunded in addition: a request got no answer, and a later one was refused. */
  readonly mayBeRefunded: number;
  readonly cancelled: boolean;
}

export interface Stage {
  readonly world: World;
  readonly clock: StoryClock;
  /** When every client gives up, as `performance.now()`. */
  readonly deadline: number;
}

const LOOK_AGAIN_MS = 1_500;
/** How long an operator waits for a capture before refunding. */
const REFUND_WITHIN_MS = 60_000;

/** Places the order of a story and performs everything else that its customer and its operator do. */
export async function playOrder(stage: Stage, story: OrderStory): Promise<PlayedOrder> {
  const { world, deadline } = stage;
  const placedAt = Math.round(stage.clock.now());
  const idempotencyKey = randomUUID();
  const order = await retryUntil(`Placing ${story.name}`, deadline, async () =>
    conclusive(await world.cloud().call(PlaceOrder, { body: story.body, idempotencyKey })),
  );
  const { orderId, total } = expectStatus(order, 202).body;
  const [cancelled, refund] = await Promise.all([
    story.cancelAfterMs === undefined ? false : cancel(stage, orderId, story.cancelAfterMs),
    story.refundPercent === undefined || total === undefined
      ? { refunded: 0, mayBeRefunded: 0 }
      : refundManually(stage, orderId, { ...total, amount: Math.ceil((total.amount * story.refundPercent) / 100) }),
    story.operator === undefined ? undefined : endParcels(stage, orderId, story.operator),
  ]);
  return { story, orderId, placedAt, ...refund, cancelled };
}

async function cancel({ world, deadline }: Stage, orderId: string, afterMs: number): Promise<boolean> {
  await delay(afterMs);
  const idempotencyKey = randomUUID();
  const { status } = await retryUntil(`Cancelling ${orderId}`, deadline, async () =>
    conclusive(await world.cloud().call(CancelOrder, { params: { orderId }, body: {}, idempotencyKey })),
  );
  if (status !== 202 && status !== 409) throw new Error(`Cancelling ${orderId} was answered with ${status}.`);
  return status === 202;
}

/** Refunds manually, once the money was captured. */
async function refundManually(
  stage: Stage,
  orderId: string,
  amount: { amount: number; currency: string },
): Promise<Pick<PlayedOrder, 'refunded' | 'mayBeRefunded'>> {
  const { world, deadline } = stage;
  const until = Math.min(deadline, performance.now() + REFUND_WITHIN_MS);
  const request = { params: { orderId }, body: { amount, reason: 'drill' }, idempotencyKey: randomUUID() };
  let mayBeRefunded = 0;
  const ask = async () => {
    try {
      return conclusive(await world.cloud().call(RefundPayment, request));
    } catch (error) {
      // It may still be in flight when a later one is answered.
      mayBeRefunded = amount.amount;
      throw error;
    }
  };
  while (performance.now() < until) {
    const { status } = await retryUntil(`Refunding ${orderId}`, deadline, ask);
    if (status === 201) return { refunded: amount.amount, mayBeRefunded: 0 };
    if ((status !== 404 && status !== 409) || (await isOver(stage, orderId))) break;
    await delay(LOOK_AGAIN_MS);
  }
  return { refunded: 0, mayBeRefunded };
}

/** Does manually what the carrier does not report: hands parcels over and records how they ended. */
async function endParcels(stage: Stage, orderId: string, outcome: 'delivered' | 'returned' | 'lost'): Promise<void> {
  const { world, deadline } = stage;
  const ask = <Answer extends { status: number }>(request: () => Promise<Answer>) =>
    retryUntil(`Ending the parcels of ${orderId}`, deadline, async () => conclusive(await request()));
  while (performance.now() < deadline) {
    const listed = await ask(() => world.cloud().call(ListShipments, { query: { orderId, limit: 100 } }));
    const shipments = expectStatus(listed, 200).body.items;
    for (const { shipmentId, status } of shipments) {
      const params = { shipmentId };
      if (status === 'labelled') await ask(() => world.cloud().call(DispatchShipment, { params, body: {} }));
      if (status === 'labelled' || status === 'dispatched') {
        await ask(() => world.cloud().call(EndShipment, { params, body: { outcome } }));
      }
    }
    const open = shipments.some(({ status }) => ['pending', 'labelled', 'dispatched'].includes(status));
    if (shipments.length > 0 && !open) return;
    if (shipments.length === 0 && (await isOver(stage, orderId))) return;
    await delay(LOOK_AGAIN_MS);
  }
}

async function isOver({ world, deadline }: Stage, orderId: string): Promise<boolean> {
  const answer = await retryUntil(`Reading ${orderId}`, deadline, async () =>
    conclusive(await world.cloud().call(GetOrder, { params: { orderId } })),
  );
  return hasEnded(expectStatus(answer, 200).body);
}
