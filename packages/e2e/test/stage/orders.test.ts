import { describe, expect, it } from '@jest/globals';
import { GetOrder, GetOrderWorkflow, ListOrderEvents, ListOrders, PlaceOrder } from '@dure/contracts/orders';
import { expectStatus } from '@dure/testing/cloud';
import { cloudUnderTest } from '@dure/testing/connection';
import { eventually } from '@dure/testing/eventually';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { cursorOf } from '@dure/testing/pages';
import {
  cancel,
  ended,
  type Order,
  orderFor,
  place,
  readOrder,
  sandboxCarrier,
  shipmentsOf,
  stockOf,
  stockOne,
  unique,
} from '@dure/testing/shop/shop';

const cloud = cloudUnderTest();

const answerAt = (orderId: string, at: string) => cloud.call(GetOrder, { params: { orderId }, query: { at } });
const orderAt = async (orderId: string, at: string): Promise<Order> =>
  expectStatus(await answerAt(orderId, at), 200).body;

const eventsOf = async (orderId: string) =>
  expectStatus(await cloud.call(ListOrderEvents, { params: { orderId } }), 200).body.items;

const workflowOf = async (orderId: string) =>
  expectStatus(await cloud.call(GetOrderWorkflow, { params: { orderId } }), 200).body.executions;

async function completed() {
  const { sku } = await stockOne(cloud, { onHand: 5 });
  const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
  await ended(cloud, orderId);
  return { sku, orderId };
}

/** A confirmed order whose parcel is not picked up. */
async function held() {
  const { sku } = await stockOne(cloud, { onHand: 5 });
  const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }], sandboxCarrier('hold')));
  await eventually(
    'The parcel has its label',
    async () => (await shipmentsOf(cloud, orderId))[0]?.status === 'labelled' || undefined,
  );
  return { sku, orderId };
}

describe('an order as of a moment', () => {
  it('is shown after each of its events, by number and by instant', async () => {
    const { orderId } = await completed();
    const events = await eventsOf(orderId);
    expect(events.map(({ type }) => type)).toEqual([
      'OrderPlaced.v1',
      'OrderConfirmed.v1',
      'OrderShipped.v1',
      'OrderCompleted.v1',
    ]);
    for (const [index, { sequence, time }] of events.entries()) {
      const status = ['placed', 'confirmed', 'shipped', 'completed'][index];
      expect(sequence).toBe(index + 1);
      expect(await orderAt(orderId, String(sequence))).toMatchObject({ status, sequence, updatedAt: time });
      expect(await orderAt(orderId, time)).toMatchObject({ status, sequence });
    }
  });

  it('is shown as it was before it was cancelled', async () => {
    const { orderId } = await held();
    const before = await readOrder(cloud, orderId);
    await cancel(cloud, orderId);
    await ended(cloud, orderId);
    expect(await orderAt(orderId, String(before.sequence))).toEqual(before);
    expect((await eventsOf(orderId)).map(({ type }) => type).slice(2)).toEqual([
      'OrderCancellationRequested.v1',
      'OrderCancelled.v1',
    ]);
  });

  it('does not exist before it was placed, nor after an event that it does not have', async () => {
    const { orderId } = await completed();
    expect(await answerAt(orderId, '2020-01-01T00:00:00.000Z')).toMatchObject({ status: 404, code: 'order-not-yet' });
    expect(await answerAt(orderId, '99')).toMatchObject({ status: 404, code: 'order-not-yet' });
  });
});

describe('the list of orders', () => {
  it('contains those of a customer, newest first, in pages', async () => {
    const customer = { id: unique('customer'), email: 'jun@example.com' };
    const { sku } = await stockOne(cloud, { onHand: 3 });
    const orders: Order[] = [];
    for (let count = 0; count < 5; count += 1) {
      orders.push(await place(cloud, orderFor([{ sku, quantity: 1 }], { customer })));
    }
    await Promise.all(orders.map(({ orderId }) => ended(cloud, orderId)));
    const newestFirst = orders.map(({ orderId }) => orderId).reverse();

    const list = async (query: { status?: Order['status']; cursor?: string }) => {
      const answer = await cloud.call(ListOrders, { query: { customerId: customer.id, limit: 2, ...query } });
      return expectStatus(answer, 200).body;
    };
    const readAll = async (status?: Order['status']) => {
      const pages: Order[][] = [];
      let cursor: string | undefined;
      do {
        const page = await list({ status, cursor });
        pages.push(page.items);
        cursor = cursorOf(page);
      } while (cursor !== undefined);
      return pages;
    };
    // The list is a projection: it lags behind the orders.
    const pages = await eventually('All five are listed as they ended', async () => {
      const read = await readAll();
      const done = read.flat().filter(({ status }) => status === 'completed' || status === 'rejected');
      return done.length === 5 ? read : undefined;
    });
    expect(pages.flat().map(({ orderId }) => orderId)).toEqual(newestFirst);
    expect(pages[0]).toHaveLength(2);
    for (const order of pages.flat()) expect(order).toEqual(await readOrder(cloud, order.orderId));

    const rejected = (await readAll('rejected')).flat();
    const completedOnes = (await readAll('completed')).flat();
    expect([completedOnes.length, rejected.length]).toEqual([3, 2]);
    expect([...completedOnes, ...rejected].every(({ customer: { id } }) => id === customer.id)).toBe(true);
  });

  it('contains those with a status, and rejects a cursor of another list', async () => {
    const { orderId } = await completed();
    const first = await eventually('The order is listed as completed', async () => {
      const page = expectStatus(await cloud.call(ListOrders, { query: { status: 'completed', limit: 1 } }), 200).body;
      return page.items.length === 1 && cursorOf(page) !== undefined ? page : undefined;
    });
    expect(first.items[0]?.status).toBe('completed');
    const cursor = cursorOf(first);
    const answer = await cloud.call(ListOrders, { query: { status: 'rejected', cursor } });
    expect(answer).toMatchObject({ status: 400, code: 'invalid-cursor' });
    expect((await readOrder(cloud, orderId)).status).toBe('completed');
  });
});

describe('the workflow of an order', () => {
  it('shows its steps with attempts and durations', async () => {
    const { orderId } = await completed();
    const [checkout, ...others] = await eventually('The execution has ended', async () => {
      const executions = await workflowOf(orderId);
      return executions[0]?.status === 'succeeded' ? executions : undefined;
    });
    expect(others).toEqual([]);
    expect(checkout).toMatchObject({ name: orderId, mode: 'checkout', durationMs: expect.any(Number) });
    const steps = checkout?.steps ?? [];
    const names = ['ReserveStock', 'AuthorisePayment', 'ShipOrder', 'Fulfil', 'AwaitDelivery'];
    expect(steps.map(({ name }) => name)).toEqual(names);
    for (const step of steps) {
      expect(step).toMatchObject({ status: 'succeeded', attempts: 1, durationMs: expect.any(Number) });
      expect(Date.parse(step.endedAt ?? '') - Date.parse(step.startedAt)).toBe(step.durationMs);
    }
  });

  it('shows why a step failed, and how that was handled', async () => {
    const { sku } = await stockOne(cloud, { onHand: 5 });
    const { orderId } = await place(
      cloud,
      orderFor([{ sku, quantity: 1 }], { paymentMethod: 'pm_card_visa_chargeDeclined' }),
    );
    await ended(cloud, orderId);
    const steps = (await workflowOf(orderId))[0]?.steps ?? [];
    expect(steps.map(({ name, status, error }) => [name, status, error])).toEqual([
      ['ReserveStock', 'succeeded', undefined],
      ['AuthorisePayment', 'failed', 'PaymentDeclined'],
      ['DecideEnding', 'succeeded', undefined],
      ['ReleaseStock', 'succeeded', undefined],
      ['End', 'succeeded', undefined],
    ]);
  });

  it('shows what was undone when it was cancelled', async () => {
    const { orderId } = await held();
    await cancel(cloud, orderId);
    await ended(cloud, orderId);
    const executions = await workflowOf(orderId);
    expect(executions.map(({ mode }) => mode)).toEqual(['checkout']);
    expect(executions[0]?.steps.map(({ name, status, error }) => [name, status, error])).toEqual([
      ['ReserveStock', 'succeeded', undefined],
      ['AuthorisePayment', 'succeeded', undefined],
      ['ShipOrder', 'failed', 'ShippingCancelled'],
      ['DecideEnding', 'succeeded', undefined],
      ['CancelShipping', 'succeeded', undefined],
      ['CancelPayment', 'succeeded', undefined],
      ['ReleaseStock', 'succeeded', undefined],
      ['End', 'succeeded', undefined],
    ]);
  });
});

describe('placing an order again', () => {
  it('with the same key and body answers the same, and places nothing', async () => {
    const { sku } = await stockOne(cloud, { onHand: 5 });
    const request = { body: orderFor([{ sku, quantity: 2 }]), idempotencyKey: unique('key') };
    const first = expectStatus(await cloud.call(PlaceOrder, request), 202);
    await ended(cloud, first.body.orderId);
    const again = expectStatus(await cloud.call(PlaceOrder, request), 202);

    expect(again.body).toEqual(first.body);
    expect(again.etag).toBe(first.etag);
    for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name));
    const url = new URL(first.headers.get('location') ?? '', cloud.urlOf('orders', ''));
    const followed = await fetch(url, { headers: await cloud.headers() });
    expect(await followed.json()).toMatchObject({ orderId: first.body.orderId });
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    await invariantsHold(cloud, { orderIds: [first.body.orderId], stock: { [sku]: 5 } });
  });

  it('ten times at once with one key places one', async () => {
    const { sku } = await stockOne(cloud, { onHand: 50 });
    const request = { body: orderFor([{ sku, quantity: 2 }]), idempotencyKey: unique('key') };
    const answers = await Promise.all(Array.from({ length: 10 }, () => cloud.call(PlaceOrder, request)));
    const placed = answers.flatMap((answer) => (answer.status === 202 ? [answer.body?.orderId] : []));
    expect(placed.length).toBeGreaterThan(0);
    expect(new Set(placed).size).toBe(1);
    for (const answer of answers) {
      if (answer.status !== 202) expect(answer).toMatchObject({ status: 409, code: 'idempotency-key-in-use' });
    }
    await ended(cloud, String(placed[0]));
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 48 });
  });
});

it('an unchanged order is not sent again', async () => {
  const { orderId } = await completed();
  const first = await cloud.call(GetOrder, { params: { orderId } });
  const again = await cloud.call(GetOrder, { params: { orderId }, ifNoneMatch: first.etag });
  expect([first.etag, again.status]).toEqual(['4', 304]);
  const changed = await cloud.call(GetOrder, { params: { orderId }, ifNoneMatch: '3' });
  expect(changed.status).toBe(200);
});
