import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { openTable } from '@dure/contracts/binding/table';
import { beforeEach, expect, it } from '@jest/globals';
import { answerWorkflow } from '../src/application/answer-workflow.ts';
import { changeOrder } from '../src/application/change-order.ts';
import type { Ending } from '../src/domain/ending.ts';
import { initialOrder, type OrderEvent } from '../src/domain/order.ts';
import { createEventStore, type Loaded } from '../src/store/event-store.ts';
import { createWorkflowStore } from '../src/store/workflow-store.ts';
import { outboxOf } from '@dure/testing/outbox';
import { orderBody, ordersTable } from './setup.ts';

const table = openTable(await ordersTable());
const orders = createEventStore(table);
const workflows = createWorkflowStore(table);
const { handler: step } = await import('../src/workflow-step.ts');

const parcels = [{ shipmentId: '01890a5d-e5f6-7c44-ad9b-5c6d7e8f9012', carrier: 'sandbox', trackingNumber: 'SBX1' }];
const mug = [{ sku: 'MUG', quantity: 1 }];
const undo: Ending = { type: 'reject', reason: 'payment-unavailable', skus: [], undo: 'payment' };
const total = { amount: 100, currency: 'EUR' };

let orderId: string;
let placed: Loaded;
beforeEach(async () => {
  orderId = randomUUID();
  const { customer, currency, paymentMethod, shippingAddress } = orderBody('MUG');
  const lines = [{ sku: 'MUG', title: 'Mug', quantity: 1, unitPrice: total }];
  const nothing = { orderId, order: initialOrder, sequence: 0, placedAt: '', updatedAt: '' };
  placed = await orders.append(beginCall(), nothing, [
    { type: 'OrderPlaced', data: { orderId, customer, currency, paymentMethod, shippingAddress, lines, total } },
  ]);
});
const confirmed = (): OrderEvent => ({ type: 'OrderConfirmed', data: { orderId, customerId: 'c', total } });

it('does not append to an order that is being undone, unless its parcels could not be recalled', async () => {
  await workflows.decideEnding(orderId, undo);
  const guarded = () => orders.append(beginCall(), placed, [confirmed()], { unlessUndone: true });
  await expect(guarded()).rejects.toBeInstanceOf(Conflict);
  expect((await orders.load(orderId)).sequence).toBe(1);
  await workflows.markTooLate(orderId);
  expect(await workflows.load(orderId)).toEqual({ attempts: 0, ending: undo, tooLate: true });
  await guarded();
  expect((await orders.load(orderId)).order.status).toBe('confirmed');
});

it('appends while no undoing is decided, and what ends an order also when it is', async () => {
  await orders.append(beginCall(), placed, [confirmed()], { unlessUndone: true });
  await workflows.decideEnding(orderId, undo);
  await changeOrder(orders, beginCall(), orderId, { type: 'cancel', reason: 'workflow-lost' });
  expect((await orders.load(orderId)).order.status).toBe('cancelled');
});

it('collects parcels, capture and commit, whoever is first, and keeps what is there', async () => {
  const call = beginCall();
  expect(await workflows.noteFulfilled(call, orderId, 'committed')).toEqual({ captured: false, committed: true });
  await workflows.keepParcels(call, orderId, parcels);
  const all = { parcels, captured: true, committed: true };
  expect(await workflows.noteFulfilled(call, orderId, 'captured')).toEqual(all);
  expect(await workflows.noteFulfilled(call, orderId, 'committed')).toEqual(all);
});

it('lets one of two simultaneous answers ship the order, and tells the step by whichever is last', async () => {
  await orders.append(beginCall(), placed, [confirmed()]);
  const told: string[] = [];
  const workflow = {
    succeed: async (token: string) => told.push(token) > 0,
    fail: async (_: string, error: string) => told.push(error) > 0,
  };
  const answer = (type: 'PaymentCaptured' | 'StockCommitted') =>
    answerWorkflow({ orders, workflows, workflow }, beginCall({ replyTo: 'ship c t a T1' }), orderId, {
      type,
      data: {},
    });
  await workflows.keepParcels(beginCall(), orderId, parcels);
  await Promise.all([answer('PaymentCaptured'), answer('StockCommitted')]);
  expect((await orders.load(orderId)).order).toMatchObject({ status: 'shipped', parcels });
  expect((await orders.history(orderId)).map(({ event }) => event.type)).toEqual([
    ...['OrderPlaced', 'OrderConfirmed', 'OrderShipped'],
  ]);
  expect(new Set(told)).toEqual(new Set(['T1']));
});

it('publishes what it decides in the name of the execution, and without a return address', async () => {
  const workflow = { succeed: async () => true, fail: async () => true };
  const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const correlationId = randomUUID();
  const call = beginCall({ replyTo: `confirm ${correlationId} ${trace} customer:mina T1`, actor: 'carrier' });
  await answerWorkflow({ orders, workflows, workflow }, call, orderId, { type: 'PaymentAuthorised', data: {} });
  const confirmation = (await outboxOf(table.client, table.name, orderId)).at(-1);
  expect(confirmation).toMatchObject({
    ...{ type: 'dure.orders.OrderConfirmed.v1', correlationid: correlationId, traceparent: trace },
    ...{ actor: 'customer:mina', causationid: call.id },
  });
  expect(confirmation).not.toHaveProperty('replyto');
});

it('still takes the steps of executions that began before the order decided on answers', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const context = { orderId, correlationId: orderId, causationId: orderId, traceparent, actor: 'anonymous' };
  const take = (command: object) =>
    (step as unknown as (event: object, context: object) => Promise<unknown>)({ ...context, command }, {});
  expect(await take({ type: 'confirm' })).toEqual({ status: 'confirmed', cancelling: false });
  expect(await take({ type: 'ship', parcels })).toEqual({ status: 'shipped', cancelling: false });
  const settlement = await take({ type: 'settle', delivered: mug, returned: [], lost: [] });
  expect(settlement).toMatchObject({ returned: [], ending: { type: 'complete' } });
  expect(await take({ type: 'complete' })).toEqual({ status: 'completed', cancelling: false });
});
