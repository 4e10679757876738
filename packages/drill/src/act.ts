import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CancelOrder, GetOrder, PlaceOrder } from '@dure/contracts/orders';
import { RefundPayment } from '@dure/contracts/payments';
import { DispatchShipment, EndShipment, ListShipments } from '@dure/contracts/shipping';
import { expectStatus } from '@dure/testing/cloud';
import { hasEnded } from '@dure/testing/shop/shop';
import { answered, patiently } from './patiently.ts';
import type { StoryClock } from './story-clock.ts';
import type { OrderStory } from './story.ts';
import type { World } from './world.ts';

/** What became of an order's story, as its customer and operator know it. */
export interface Acted {
  readonly story: OrderStory;
  readonly orderId: string;
  /** When it was asked for first, by the story's clock. */
  readonly placedAt: number;
  /** In minor units; 0 when nothing was given back by hand. */
  readonly refunded: number;
  /** What may have been given back besides: a request for it had no answer, and a later one was refused. */
  readonly mayBeRefunded: number;
  readonly cancelled: boolean;
}

export interface Stage {
  readonly world: World;
  readonly clock: StoryClock;
  /** When everybody gives up, as `performance.now()`. */
  readonly deadline: number;
}

const LOOK_AGAIN_MS = 1_500;
/** An operator who is to give money back waits so long for it to be taken. */
const REFUND_WITHIN_MS = 60_000;

/** Places the order of a story and does whatever else its customer and its operator do. */
export async function actOrder(stage: Stage, story: OrderStory): Promise<Acted> {
  const { world, deadline } = stage;
  const placedAt = Math.round(stage.clock.now());
  const idempotencyKey = randomUUID();
  const order = await patiently(`Placing ${story.name}`, deadline, async () =>
    answered(await world.cloud().call(PlaceOrder, { body: story.body, idempotencyKey })),
  );
  const { orderId, total } = expectStatus(order, 202).body;
  const [cancelled, refund] = await Promise.all([
    story.cancelAfterMs === undefined ? false : cancel(stage, orderId, story.cancelAfterMs),
    story.refundPercent === undefined || total === undefined
      ? { refunded: 0, mayBeRefunded: 0 }
      : giveBack(stage, orderId, { ...total, amount: Math.ceil((total.amount * story.refundPercent) / 100) }),
    story.operator === undefined ? undefined : endParcels(stage, orderId, story.operator),
  ]);
  return { story, orderId, placedAt, ...refund, cancelled };
}

async function cancel({ world, deadline }: Stage, orderId: string, afterMs: number): Promise<boolean> {
  await delay(afterMs);
  const idempotencyKey = randomUUID();
  const { status } = await patiently(`Cancelling ${orderId}`, deadline, async () =>
    answered(await world.cloud().call(CancelOrder, { params: { orderId }, body: {}, idempotencyKey })),
  );
  if (status !== 202 && status !== 409) throw new Error(`Cancelling ${orderId} was answered with ${status}.`);
  return status === 202;
}

/** Gives money back by hand once it was taken. */
async function giveBack(
  stage: Stage,
  orderId: string,
  amount: { amount: number; currency: string },
): Promise<Pick<Acted, 'refunded' | 'mayBeRefunded'>> {
  const { world, deadline } = stage;
  const until = Math.min(deadline, performance.now() + REFUND_WITHIN_MS);
  const request = { params: { orderId }, body: { amount, reason: 'drill' }, idempotencyKey: randomUUID() };
  let mayBeRefunded = 0;
  const ask = async () => {
    try {
      return answered(await world.cloud().call(RefundPayment, request));
    } catch (error) {
      // It may still be on its way when a later one is answered.
      mayBeRefunded = amount.amount;
      throw error;
    }
  };
  while (performance.now() < until) {
    const { status } = await patiently(`Refunding ${orderId}`, deadline, ask);
    if (status === 201) return { refunded: amount.amount, mayBeRefunded: 0 };
    if ((status !== 404 && status !== 409) || (await isOver(stage, orderId))) break;
    await delay(LOOK_AGAIN_MS);
  }
  return { refunded: 0, mayBeRefunded };
}

/** Does by hand what the carrier does not tell of: hands parcels over and notes how they ended. */
async function endParcels(stage: Stage, orderId: string, outcome: 'delivered' | 'returned' | 'lost'): Promise<void> {
  const { world, deadline } = stage;
  const ask = <Answer extends { status: number }>(request: () => Promise<Answer>) =>
    patiently(`Ending the parcels of ${orderId}`, deadline, async () => answered(await request()));
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
  const answer = await patiently(`Reading ${orderId}`, deadline, async () =>
    answered(await world.cloud().call(GetOrder, { params: { orderId } })),
  );
  return hasEnded(expectStatus(answer, 200).body);
}
