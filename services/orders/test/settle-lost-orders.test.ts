import { randomUUID } from 'node:crypto';
import { beginCall, type Call } from '@dure/contracts/binding/call';
import { openTable } from '@dure/contracts/binding/table';
import { beforeEach, expect, it } from '@jest/globals';
import { changeOrder } from '../src/application/change-order.ts';
import { settleLostOrders } from '../src/application/settle-lost-orders.ts';
import { startCheckout } from '../src/application/start-workflow.ts';
import { initialOrder, type OrderEvent } from '../src/domain/order.ts';
import { createEventStore } from '../src/store/event-store.ts';
import { createWorkflowStore } from '../src/store/workflow-store.ts';
import type { Execution, ExecutionInput, Workflow } from '../src/workflow.ts';
import { orderBody, ordersTable } from './setup.ts';

const table = openTable(await ordersTable());
const orders = createEventStore(table);
const workflows = createWorkflowStore(table);

/** The state machine's executions by name, as AWS stores them: a name can be used once. */
const executions = new Map<string, { status: string; mode: string }>();
const inputs = new Map<string, ExecutionInput>();
/** Runs while an execution is being described. */
let meanwhile: (() => Promise<unknown>) | undefined;

const workflow: Workflow = {
  async start(name: string, input: ExecutionInput) {
    if (executions.has(name)) return false;
    executions.set(name, { status: 'RUNNING', mode: input.mode });
    inputs.set(name, input);
    return true;
  },
  async describe(name) {
    const found = executions.get(name);
    await meanwhile?.();
    return found && ({ name, ...found, startedAt: new Date(0), endedAt: undefined } as Execution);
  },
  history: async () => [],
  succeed: async () => true,
  fail: async () => true,
};

async function place(): Promise<string> {
  const orderId = randomUUID();
  const { customer, currency, paymentMethod, shippingAddress } = orderBody('MUG');
  const price = { amount: 100, currency };
  const lines = [{ sku: 'MUG', title: 'Mug', quantity: 1, unitPrice: price }];
  const event: OrderEvent = {
    type: 'OrderPlaced',
    data: { orderId, customer, currency, paymentMethod, shippingAddress, lines, total: price },
  };
  const nothing = { orderId, order: initialOrder, sequence: 0, placedAt: '', updatedAt: '' };
  await orders.append(beginCall(), nothing, [event]);
  return orderId;
}

const inSeconds = (seconds: number): Call => ({
  ...beginCall(),
  time: new Date(Date.now() + seconds * 1000).toISOString(),
});
const sweep = (seconds = 60) => settleLostOrders({ orders, workflows, workflow }, inSeconds(seconds), 30);

let orderId: string;
beforeEach(async () => {
  executions.clear();
  meanwhile = undefined;
  orderId = await place();
});

/** For this test's order: others of the file are open as well. */
const begun = () =>
  Object.fromEntries(
    [...executions].filter(([name]) => name.startsWith(orderId)).map(([name, { mode }]) => [name, mode]),
  );

it('starts an execution that never began under its own name, so that a late start has no effect', async () => {
  await sweep();
  await startCheckout(orders, workflow, beginCall(), orderId);
  expect(begun()).toEqual({ [orderId]: 'checkout' });
});

it('starts none when one begins during the check', async () => {
  meanwhile = () => startCheckout(orders, workflow, beginCall(), orderId);
  await sweep();
  expect(begun()).toEqual({ [orderId]: 'checkout' });
});

it('resumes an ended execution under the next name, once, even if two sweeps run or one dies half-way', async () => {
  executions.set(orderId, { status: 'FAILED', mode: 'checkout' });
  await workflow.start(`${orderId}.1`, { mode: 'checkout' } as ExecutionInput);
  await Promise.all([sweep(), sweep()]);
  expect(begun()).toEqual({ [orderId]: 'checkout', [`${orderId}.1`]: 'checkout' });

  executions.set(`${orderId}.1`, { status: 'TIMED_OUT', mode: 'checkout' });
  await sweep(200);
  await sweep(400);
  expect(Object.keys(begun())).toEqual([orderId, `${orderId}.1`, `${orderId}.2`]);
});

it('ignores an order that ended during the check', async () => {
  executions.set(orderId, { status: 'SUCCEEDED', mode: 'checkout' });
  meanwhile = async () => {
    meanwhile = undefined;
    await changeOrder(orders, beginCall(), orderId, { type: 'reject', reason: 'payment-declined', skus: [] });
  };
  await sweep();
  expect(begun()).toEqual({ [orderId]: 'checkout' });
});

it('continues undoing for the reason that was decided first', async () => {
  const first = { type: 'reject', reason: 'payment-declined', skus: [], undo: 'stock' } as const;
  expect(await workflows.decideEnding(orderId, first)).toEqual(first);
  expect(await workflows.decideEnding(orderId, { ...first, reason: 'workflow-lost', undo: 'payment' })).toEqual(first);
  executions.set(orderId, { status: 'FAILED', mode: 'checkout' });
  await sweep();
  expect(begun()).toEqual({ [orderId]: 'checkout', [`${orderId}.1`]: 'undo' });
  expect(inputs.get(`${orderId}.1`)).toMatchObject({ ending: first });
});
