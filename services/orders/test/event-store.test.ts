import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { openTable } from '@dure/contracts/binding/table';
import { outboxOf } from '@dure/testing/outbox';
import { expect, it } from '@jest/globals';
import { changeOrder } from '../src/application/change-order.ts';
import type { OrderEvent } from '../src/domain/order.ts';
import { initialOrder } from '../src/domain/order.ts';
import { createEventStore } from '../src/store/event-store.ts';
import { createWorkflowStore } from '../src/store/workflow-store.ts';
import { orderBody, ordersTable } from './setup.ts';

const table = openTable(await ordersTable());

function placed(orderId: string): OrderEvent {
  const { customer, currency, paymentMethod, shippingAddress } = orderBody('MUG');
  const price = { amount: 100, currency };
  const lines = [{ sku: 'MUG', title: 'Mug', quantity: 1, unitPrice: price }];
  return {
    type: 'OrderPlaced',
    data: { orderId, customer, currency, paymentMethod, shippingAddress, lines, total: price },
  };
}

const nothing = (orderId: string) => ({ orderId, order: initialOrder, sequence: 0, placedAt: '', updatedAt: '' });

it('lets only one of two decisions on the same state append', async () => {
  const store = createEventStore(table);
  const orderId = randomUUID();
  const loaded = await store.append(beginCall(), nothing(orderId), [placed(orderId)]);
  const confirmed: OrderEvent = {
    type: 'OrderConfirmed',
    data: { orderId, customerId: 'c', total: { amount: 100, currency: 'EUR' } },
  };
  const results = await Promise.allSettled([
    store.append(beginCall(), loaded, [confirmed]),
    store.append(beginCall(), loaded, [confirmed]),
  ]);
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  const lost = results.find((result) => result.status === 'rejected');
  expect(lost?.reason).toBeInstanceOf(Conflict);
  expect(await store.history(orderId)).toHaveLength(2);
});

it('loads the same from snapshots as from all events, at every sequence', async () => {
  const orderId = randomUUID();
  const often = createEventStore(table, 2);
  await often.append(beginCall(), nothing(orderId), [placed(orderId)]);
  await changeOrder(often, beginCall(), orderId, { type: 'confirm' });
  await changeOrder(often, beginCall(), orderId, { type: 'ship', parcels: [] });
  await changeOrder(often, beginCall(), orderId, { type: 'requestCancellation' });
  await changeOrder(often, beginCall(), orderId, { type: 'cancel', reason: 'customer-request' });
  const statuses = ['placed', 'confirmed', 'shipped', 'shipped', 'cancelled'];
  for (const [index, status] of statuses.entries()) {
    const loaded = await often.load(orderId, { sequence: index + 1 });
    expect(loaded).toMatchObject({ order: { status }, sequence: index + 1 });
  }
  expect(await often.load(orderId)).toEqual(await often.load(orderId, { sequence: 5 }));
  expect(await often.history(orderId)).toHaveLength(5);
});

it('keeps open orders in the index that the sweep reads, and ended ones out of it', async () => {
  const store = createEventStore(table);
  const workflows = createWorkflowStore(table);
  const orderId = randomUUID();
  const later = new Date(Date.now() + 60_000).toISOString();
  await store.append(beginCall(), nothing(orderId), [placed(orderId)]);
  expect(await workflows.listOpen(later, 100)).toContain(orderId);
  await changeOrder(store, beginCall(), orderId, { type: 'reject', reason: 'out-of-stock', skus: [] });
  expect(await workflows.listOpen(later, 100)).not.toContain(orderId);
});

it('checks an order again at the given time, and at once when the order moves', async () => {
  const store = createEventStore(table);
  const workflows = createWorkflowStore(table);
  const orderId = randomUUID();
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  await store.append({ ...beginCall(), time: inMinutes(-1) }, nothing(orderId), [placed(orderId)]);
  const stuck = await workflows.countStuck(100);
  await workflows.postpone(orderId, inMinutes(10), true);
  expect(await workflows.listOpen(inMinutes(1), 100)).not.toContain(orderId);
  expect(await workflows.listOpen(inMinutes(11), 100)).toContain(orderId);
  expect(await workflows.countStuck(100)).toBe(stuck + 1);
  await changeOrder(store, beginCall(), orderId, { type: 'confirm' });
  expect(await workflows.listOpen(inMinutes(1), 100)).toContain(orderId);
  expect(await workflows.countStuck(100)).toBe(stuck);
  await changeOrder(store, beginCall(), orderId, { type: 'cancel', reason: 'workflow-lost' });
  await workflows.postpone(orderId, inMinutes(10), true);
  expect(await workflows.listOpen(inMinutes(11), 100)).not.toContain(orderId);
});

it('leaves a young order in its place among the open ones, and takes it out when it has ended', async () => {
  const store = createEventStore(table);
  const workflows = createWorkflowStore(table);
  const orderId = randomUUID();
  const before = new Date(Date.now() - 10_000).toISOString();
  await store.append({ ...beginCall(), time: before }, nothing(orderId), [placed(orderId)]);
  await changeOrder(store, beginCall(), orderId, { type: 'confirm' });
  expect(await workflows.listOpen(before, 100)).toContain(orderId);
  await changeOrder(store, beginCall(), orderId, { type: 'ship', parcels: [] });
  await changeOrder(store, beginCall(), orderId, { type: 'complete' });
  expect(await workflows.listOpen(before, 100)).not.toContain(orderId);
});

it('stores an event once, as it was published, and those that are appended together with their data', async () => {
  const store = createEventStore(table);
  const orderId = randomUUID();
  const event = placed(orderId);
  const settled = { orderId, customerId: 'c' };
  const loaded = await store.append(beginCall(), nothing(orderId), [event]);
  const asked: OrderEvent = { type: 'OrderCancellationRequested', data: settled };
  const done: OrderEvent = { type: 'OrderCancelled', data: { ...settled, reason: 'customer-request' } };
  await store.append(beginCall(), loaded, [asked, done]);
  expect((await store.history(orderId)).map((it) => it.event)).toEqual([event, asked, done]);
  const published = await outboxOf(table.client, table.name, orderId);
  expect(published.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

it('counts a recovery once, however many sweeps run', async () => {
  const workflows = createWorkflowStore(table);
  const orderId = randomUUID();
  const counted = await Promise.all([1, 2, 3].map(() => workflows.countAttempt(orderId, 0)));
  expect(counted.filter(Boolean)).toHaveLength(1);
  expect(await workflows.load(orderId)).toEqual({ attempts: 1, ending: undefined });
});
