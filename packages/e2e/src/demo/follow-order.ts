import { randomUUID } from 'node:crypto';
import { CancelOrder } from '@dure/contracts/orders';
import type { Cloud } from '@dure/testing/cloud';
import { isEvent, nameOf, recorded, type RecordedEvent } from '@dure/testing/journal';
import { hasEnded, type Order, orderFor, place, readOrder, sandboxCarrier } from '@dure/testing/shop/shop';
import { sweep } from '@dure/testing/shop/sweeps';
import { bad, dim, good, heading, money, say, step } from './printer.ts';
import type { Story } from './stories.ts';

export interface Begun {
  readonly story: Story;
  readonly order: Order;
  readonly correlationId: string;
}

export interface FollowedOrder extends Begun {
  /** From placement to its end, by the services' clocks. */
  readonly tookMs: number;
  /** What differs from the expectation; undefined when all is right. */
  readonly wrong: string | undefined;
}

const PATIENCE_MS = 30_000;
const SLOW_PATIENCE_MS = 180_000;
const POLL_MS = 50;
/** By then the provider has approved the first request. */
const APPROVED_LATE_MS = 12_000;

export async function begin(cloud: Cloud, story: Story, customerId: string): Promise<Begun> {
  const correlationId = randomUUID();
  const { currency, items, paymentMethod = 'pm_card_visa', carrier } = story;
  const customer = { id: customerId, email: 'mina@example.com' };
  const order = await place(cloud, orderFor(items, { currency, paymentMethod, customer, ...sandboxCarrier(carrier) }), {
    correlationId,
  });
  return { story, order, correlationId };
}

/** Prints an order's progress as the journal records it, and its outcome. */
export async function followOrder(cloud: Cloud, begun: Begun, number: string): Promise<FollowedOrder> {
  const { story, order } = begun;
  const total = order.total ? `, ${money(order.total)}` : '';
  heading(`${number}  ${story.title}`);
  say(dim(`  order ${order.orderId}${total}, ${order.paymentMethod}`));
  const { names, refusedWith } = await follow(cloud, begun);
  const end = await readOrder(cloud, order.orderId);
  const wrong = wrongEnd(story, end, names, refusedWith);
  const reason = end.reason ? ` (${end.reason})` : '';
  say(`  ${wrong === undefined ? good('✓') : bad('✗')} ${end.status}${reason}${wrong ? bad(`: ${wrong}`) : ''}`);
  return { ...begun, order: end, tookMs: Date.parse(end.updatedAt) - Date.parse(end.placedAt), wrong };
}

interface Followed {
  /** The names of the order's events. */
  readonly names: ReadonlySet<string>;
  /** The status with which its cancellation was rejected, if it was. */
  readonly refusedWith: number | undefined;
}

/** Prints events as they arrive, until the order has ended and its last event is recorded. */
async function follow(cloud: Cloud, begun: Begun): Promise<Followed> {
  const { story, order } = begun;
  const deadline = Date.now() + (story.slow ? SLOW_PATIENCE_MS : PATIENCE_MS);
  const names = new Set<string>();
  const printNew = printer(cloud, begun);
  let [cancelled, swept, refusedWith] = [false, false, undefined as number | undefined];
  while (Date.now() < deadline) {
    for (const event of await printNew()) names.add(nameOf(event));
    if (!cancelled && names.has(story.cancelAfter ?? '')) {
      cancelled = true;
      refusedWith = await cancel(cloud, begun);
      continue;
    }
    if (names.has(story.lastEvent) && hasEnded(await readOrder(cloud, order.orderId))) break;
    if (story.slow && !swept && Date.now() - Date.parse(order.placedAt) > APPROVED_LATE_MS) {
      swept = true;
      say(dim('  payments continues what the provider left unanswered, as it does every minute'));
      await sweep(cloud, 'payments');
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { names, refusedWith };
}

/** Returns a function that prints and returns the events recorded since its last call. */
function printer(cloud: Cloud, { order, correlationId }: Begun): () => Promise<RecordedEvent[]> {
  const printed = new Set<string>();
  return async () => {
    const events = (await recorded(cloud, { correlationId })).filter(
      (event) => isEvent(event) && !printed.has(event.id),
    );
    for (const event of events.toSorted((a, b) => a.recordedAt.localeCompare(b.recordedAt))) {
      printed.add(event.id);
      step(Date.parse(event.recordedAt) - Date.parse(order.placedAt), event);
    }
    return events;
  };
}

/** Returns the status with which the cancellation was rejected, if it was. */
async function cancel(cloud: Cloud, { order, correlationId }: Begun): Promise<number | undefined> {
  say(dim('  the customer cancels it'));
  const request = { params: { orderId: order.orderId }, body: { note: 'changed my mind' }, call: { correlationId } };
  const answer = await cloud.call(CancelOrder, request);
  if (answer.problem === undefined) return undefined;
  say(dim(`  rejected: ${answer.status} ${answer.problem.title}`));
  return answer.status;
}

function wrongEnd(
  story: Story,
  { status, reason }: Order,
  names: ReadonlySet<string>,
  refusedWith: number | undefined,
): string | undefined {
  if (status !== story.status) return `it should be ${story.status}`;
  if (reason !== story.reason) return `the reason should be ${story.reason}`;
  if (!names.has(story.lastEvent)) return `the journal has no ${story.lastEvent}`;
  const shouldBeRefused = story.cancelAfter !== undefined && story.status === 'rejected';
  if (refusedWith !== (shouldBeRefused ? 409 : undefined)) return 'its cancellation was not answered as it should be';
  return undefined;
}
