import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cloud } from '@dure/testing/cloud';
import { expectStatus } from '@dure/testing/cloud';
import { nameOf, recorded } from '@dure/testing/journal';
import { hasEnded, orderFor, place, readOrder, type StockedProduct, stockUp } from '@dure/testing/shop/shop';
import { ListOrderEvents } from '@dure/contracts/orders';

const PRODUCTS = 20;
const LINES = 2;
const PLENTY = 100_000;
const AT_ONCE = 10;

export interface PlacedOrder {
  readonly orderId: string;
  readonly correlationId: string;
  /** Just before the request was sent, in milliseconds since 1970. */
  readonly placedAt: number;
  /** Milliseconds until the 202. */
  readonly answeredAfter: number;
}

export interface Placing {
  readonly placed: readonly PlacedOrder[];
  /** The responses of rejected requests. */
  readonly refused: readonly string[];
}

/** Products with plenty of stock. */
export const stockShop = (cloud: Cloud): Promise<StockedProduct[]> =>
  stockUp(cloud, ...Array.from({ length: PRODUCTS }, () => ({ onHand: PLENTY })));

/** Places an order of two lines by card, for a new customer. */
export async function placeOne(cloud: Cloud, goods: readonly StockedProduct[], index: number): Promise<PlacedOrder> {
  const items = Array.from({ length: LINES }, (_, line) => goods[(index * LINES + line) % goods.length]!);
  const order = orderFor(items.map(({ sku }) => ({ sku, quantity: 1 })));
  const correlationId = randomUUID();
  const placedAt = Date.now();
  const started = performance.now();
  const { orderId } = await place(cloud, order, { correlationId });
  return { orderId, correlationId, placedAt, answeredAfter: performance.now() - started };
}

interface Load {
  readonly rate: number;
  readonly seconds: number;
  readonly onPlaced?: (order: PlacedOrder, index: number) => void;
}

/** Places orders at a fixed rate, independent of the response times, and waits for all responses. */
export async function placeAtRate(
  cloud: Cloud,
  goods: readonly StockedProduct[],
  { rate, seconds, onPlaced }: Load,
): Promise<Placing> {
  const placed: PlacedOrder[] = [];
  const refused: string[] = [];
  const requests: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < rate * seconds; index += 1) {
    await delay(Math.max(0, startedAt + (index * 1000) / rate - performance.now()));
    const request = placeOne(cloud, goods, index).then(
      (order) => {
        placed.push(order);
        onPlaced?.(order, index);
      },
      (error: unknown) => void refused.push(String(error)),
    );
    requests.push(request);
  }
  await Promise.all(requests);
  return { placed, refused };
}

/** Milliseconds from the request until the order is confirmed, polled every 20 milliseconds. */
export async function untilConfirmed(cloud: Cloud, { orderId, placedAt }: PlacedOrder): Promise<number> {
  for (;;) {
    const { status } = await readOrder(cloud, orderId);
    if (status === 'confirmed' || status === 'shipped' || status === 'completed') return Date.now() - placedAt;
    if (status !== 'placed') throw new Error(`The order ${orderId} was ${status}.`);
    await delay(20);
  }
}

/** How orders ended, and when each of their events happened. */
export interface Ended {
  /** Orders by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Orders that have not ended. */
  readonly open: readonly string[];
  /** By order: milliseconds since 1970 by the event's name. */
  readonly times: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

export async function endingsOf(cloud: Cloud, orders: readonly PlacedOrder[]): Promise<Ended> {
  const statuses: Record<string, number> = {};
  const open: string[] = [];
  const times = new Map<string, Record<string, number>>();
  await inTurns(orders, async ({ orderId }) => {
    const order = await readOrder(cloud, orderId);
    statuses[order.status] = (statuses[order.status] ?? 0) + 1;
    if (!hasEnded(order)) open.push(orderId);
    const answer = await cloud.call(ListOrderEvents, { params: { orderId } });
    const events = expectStatus(answer, 200).body.items;
    times.set(orderId, Object.fromEntries(events.map(({ type, time }) => [type.split('.')[0], Date.parse(time)])));
  });
  return { statuses, open, times };
}

/** Every event and command of an order, as the journal has it: milliseconds since 1970 by name. */
export async function messagesOf(cloud: Cloud, { correlationId }: PlacedOrder): Promise<Record<string, number>> {
  const messages = await recorded(cloud, { correlationId });
  return Object.fromEntries(messages.map((message) => [nameOf(message), Date.parse(message.time)]));
}

/** Processes all items with limited concurrency. */
export async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
