import { beginCall, type Call } from '@dure/contracts/binding/call';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerWorkflow } from '../src/application/answer-workflow.ts';
import { changeOrder } from '../src/application/change-order.ts';
import type { OrderCommand } from '../src/domain/decide.ts';
import type { Ending } from '../src/domain/ending.ts';
import type { Answer } from '../src/domain/step-answers.ts';
import type { Workflow } from '../src/workflow.ts';
import { orderBody } from './setup.ts';
import { memoryStore } from './support/memory-store.ts';

const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const parcels = [{ shipmentId: '01890a5d-e5f6-7c44-ad9b-5c6d7e8f9012', carrier: 'sandbox', trackingNumber: 'SBX1' }];
const mug = [{ sku: 'MUG', quantity: 1 }];
const { items: _items, ...body } = orderBody('MUG');
const price = { amount: 100, currency: 'EUR' };
const products = new Map([['MUG', { sku: 'MUG', title: 'Mug', price, status: 'active' as const }]]);
const place: OrderCommand = { type: 'place', orderId, ...body, items: mug, products };
const undo: Ending = { type: 'cancel', reason: 'fulfilment-failed', undo: 'shipping' };

const data: Partial<Record<Answer['type'], object>> = {
  StockReserved: { lines: mug },
  OrderDispatched: { parcels },
  ShippingSettled: { delivered: mug, returned: [], lost: [] },
};

class Crash extends Error {}

/** Orders, and the steps whose tokens were answered, in order. `crash` makes the next write or answer fail. */
function setUp() {
  let crash: 'before the write' | 'after the write' | 'before the token' | undefined;
  const dies = (when: typeof crash) => {
    if (crash !== when) return;
    crash = undefined;
    throw new Crash(when);
  };
  const published: string[] = [];
  const actors: string[] = [];
  const store = memoryStore(async (call, write, events) => {
    dies('before the write');
    write();
    published.push(...events.map(({ type }) => type));
    actors.push(...events.map(() => (call as Call).actor));
    dies('after the write');
  });
  const answered: string[] = [];
  const gone = new Set<string>();
  const give = async (token: string, what: string) => {
    dies('before the token');
    if (gone.has(token)) return false;
    answered.push(`${token} ${what}`);
    gone.add(token);
    return true;
  };
  const workflow: Pick<Workflow, 'succeed' | 'fail'> = {
    succeed: (token: string) => give(token, 'succeeded'),
    fail: (token: string, error: string) => give(token, error),
  };
  const { orders, workflows } = store;
  const change = (command: OrderCommand) => changeOrder(orders, beginCall(), orderId, command);
  return {
    ...store,
    published,
    actors,
    answered,
    gone,
    change,
    crashAt: (when: typeof crash) => void (crash = when),
    place: async () => {
      const loaded = await orders.load(orderId);
      const { type: _, ...placement } = place as Extract<OrderCommand, { type: 'place' }>;
      const { items, products: __, ...facts } = placement;
      const lines = items.map((item) => ({ ...item, title: 'Mug', unitPrice: price }));
      await orders.append(beginCall(), loaded, [{ type: 'OrderPlaced', data: { ...facts, lines, total: price } }]);
    },
    status: async () => (await orders.load(orderId)).order.status,
    /** The handling of one answer, as the consumer calls it. */
    answer: (type: Answer['type'], replyTo: string, more: object = data[type] ?? {}) => {
      const call = beginCall({ replyTo, actor: 'carrier', marker: { pk: `INBOX#workflow-answers#${type}` } });
      return answerWorkflow({ orders, workflows, workflow }, call, orderId, { type, data: more } as unknown as Answer);
    },
  };
}

const to = (decision: string, token: string) => `${decision} correlation trace customer:mina ${token}`;

/** Brings a new order to where the given decision is due. */
async function orderBefore(decision: 'confirm' | 'ship' | 'settle') {
  const world = setUp();
  await world.place();
  if (decision === 'confirm') return world;
  await world.change({ type: 'confirm' });
  await world.answer('OrderDispatched', 'T0');
  if (decision === 'settle') await world.change({ type: 'ship', parcels });
  return world;
}

it('confirms an order when its payment is authorised, and continues its step', async () => {
  const { answer, answered, published, actors, status } = await orderBefore('confirm');
  await answer('PaymentAuthorised', to('confirm', 'T1'));
  expect([await status(), answered]).toEqual(['confirmed', ['T1 succeeded']]);
  expect(published).toEqual(['OrderPlaced', 'OrderConfirmed']);
  expect(actors.at(-1)).toBe('customer:mina');
});

it('turns an order back that was cancelled before its payment was authorised, or before its step heard of it', async () => {
  const before = await orderBefore('confirm');
  await before.change({ type: 'requestCancellation' });
  await before.answer('PaymentAuthorised', to('confirm', 'T1'));
  expect([await before.status(), before.answered]).toEqual(['placed', ['T1 NotConfirmed']]);

  const after = await orderBefore('confirm');
  after.crashAt('before the token');
  await expect(after.answer('PaymentAuthorised', to('confirm', 'T1'))).rejects.toThrow(Crash);
  await after.change({ type: 'requestCancellation' });
  await after.answer('PaymentAuthorised', to('confirm', 'T1'));
  expect([await after.status(), after.answered]).toEqual(['confirmed', ['T1 NotConfirmed']]);
});

it('ships an order once its payment is captured and its stock committed', async () => {
  const { answer, answered, status } = await orderBefore('ship');
  await answer('StockCommitted', to('ship', 'T1'));
  expect([await status(), answered]).toEqual(['confirmed', ['T0 succeeded']]);
  await answer('PaymentCaptured', to('ship', 'T1'));
  expect([await status(), answered.at(-1)]).toEqual(['shipped', 'T1 succeeded']);
});

it.each(['PaymentCaptureFailed', 'StockCommitRefused'] as const)('fails the step at once by %s', async (refusal) => {
  const { answer, answered, status } = await orderBefore('ship');
  await answer(refusal, to('ship', 'T1'), { reason: 'refused' });
  expect([await status(), answered.at(-1)]).toEqual(['confirmed', `T1 ${refusal}`]);
});

it('completes an order of which everything arrived', async () => {
  const { answer, answered, actors, status } = await orderBefore('settle');
  await answer('ShippingSettled', to('settle', 'T1'));
  expect([await status(), answered.at(-1)]).toEqual(['completed', 'T1 succeeded']);
  // Not in the name of the carrier who reported it.
  expect(actors.at(-1)).toBe('customer:mina');
});

it.each([
  ['came back', { delivered: [], returned: mug, lost: [] }],
  ['is lost', { delivered: mug, returned: [], lost: mug }],
])('leaves to the state machine what is owed for what %s', async (_, delivery) => {
  const { answer, answered, status } = await orderBefore('settle');
  await answer('ShippingSettled', to('settle', 'T1'), delivery);
  expect([await status(), answered.at(-1)]).toEqual(['shipped', 'T1 NotAllDelivered']);
});

it('leaves an order to the state machine that arrived but was written off', async () => {
  const { answer, answered, status } = await orderBefore('ship');
  await answer('ShippingSettled', to('settle', 'T1'));
  expect([await status(), answered.at(-1)]).toEqual(['confirmed', 'T1 NotAllDelivered']);
});

it('neither confirms nor ships an order that is being undone', async () => {
  const placed = await orderBefore('confirm');
  await placed.workflows.decideEnding(orderId, {
    type: 'reject',
    reason: 'payment-unavailable',
    skus: [],
    undo: 'payment',
  });
  await placed.answer('PaymentAuthorised', to('confirm', 'T1'));
  expect([await placed.status(), placed.answered]).toEqual(['placed', ['T1 NotConfirmed']]);

  const confirmed = await orderBefore('ship');
  await confirmed.workflows.decideEnding(orderId, undo);
  for (const type of ['PaymentCaptured', 'StockCommitted'] as const) await confirmed.answer(type, to('ship', 'T1'));
  expect([await confirmed.status(), confirmed.answered.at(-1)]).toEqual(['confirmed', 'T1 NotShipped']);
});

it('ships an order that was to be undone when its parcels could not be recalled', async () => {
  const { workflows, answer, answered, status } = await orderBefore('ship');
  await workflows.decideEnding(orderId, undo);
  await answer('ShippingCancellationRefused', 'T1', { reason: 'delivered' });
  for (const type of ['PaymentCaptured', 'StockCommitted'] as const) await answer(type, to('ship', 'T2'));
  expect([await status(), answered.slice(-2)]).toEqual(['shipped', ['T1 ShippingCancellationRefused', 'T2 succeeded']]);
});

it('only moves the checkout on for executions that began before the order decided on answers', async () => {
  const placed = await orderBefore('confirm');
  await placed.answer('PaymentAuthorised', 'T1');
  expect([await placed.status(), placed.answered]).toEqual(['placed', ['T1 succeeded']]);
  const confirmed = await orderBefore('ship');
  await confirmed.answer('StockCommitted', 'T1');
  await confirmed.answer('PaymentCaptured', 'T2');
  expect([await confirmed.status(), confirmed.answered.slice(1)]).toEqual([
    'confirmed',
    ['T1 succeeded', 'T2 succeeded'],
  ]);
  const shipped = await orderBefore('settle');
  await shipped.answer('ShippingSettled', 'T1');
  expect([await shipped.status(), shipped.answered.at(-1)]).toEqual(['shipped', 'T1 succeeded']);
});

it('says of an answer about an unknown order that it can never be handled', async () => {
  const { answer } = setUp();
  await expect(answer('PaymentAuthorised', to('confirm', 'T1'))).rejects.toThrow(`There is no order ${orderId}.`);
  await expect(answer('ShippingSettled', to('settle', 'T1'))).rejects.toThrow(`There is no order ${orderId}.`);
});

const SETS = {
  confirm: [['PaymentAuthorised', 'confirm']],
  ship: [
    ['PaymentCaptured', 'ship'],
    ['StockCommitted', 'ship'],
  ],
  settle: [['ShippingSettled', 'settle']],
} as const;
const AFTER = { confirm: 'confirmed', ship: 'shipped', settle: 'completed' } as const;

it('decides once and continues the step, for any order, repetition and crash of the answers of two attempts', async () => {
  const crash = fc.constantFrom('before the write', 'after the write', 'before the token', undefined, undefined);
  // T1 is the token of an attempt that has timed out, T2 of the one that waits.
  const delivery = fc.record({ nth: fc.nat(1), token: fc.constantFrom('T1', 'T2'), crash });
  const steps = fc.constantFrom('confirm', 'ship', 'settle');
  await fc.assert(
    fc.asyncProperty(steps, fc.array(delivery, { maxLength: 12 }), async (step, deliveries) => {
      const world = await orderBefore(step);
      world.gone.add('T1');
      const before = await world.status();
      const told = world.answered.length;
      const given = new Set<string>();
      const one = async (nth: number, token: string) => {
        const [type, decision] = SETS[step][nth % SETS[step].length] as (typeof SETS)['confirm'][0];
        await world.answer(type, to(decision, token));
        given.add(type);
      };
      for (const { nth, token, crash: when } of deliveries) {
        world.crashAt(when);
        await one(nth, token).catch((error: unknown) => expect(error).toBeInstanceOf(Crash));
        world.crashAt(undefined);
        // Never told before it is decided, never decided before all is known.
        if (world.answered.length > told) expect(await world.status()).toBe(AFTER[step]);
        if ((await world.status()) === before) expect(given.size).toBeLessThan(SETS[step].length);
      }
      // Each answer of the waiting attempt arrives in the end.
      for (const nth of SETS[step].keys()) await one(nth, 'T2');
      expect(await world.status()).toBe(AFTER[step]);
      expect(world.answered.slice(told)).toEqual(['T2 succeeded']);
      expect(new Set(world.published).size).toBe(world.published.length);
      expect(world.broken).toEqual([]);
    }),
  );
});

it('never confirms or ships an order after its undoing was decided, wherever the answers fall', async () => {
  const events = fc.constantFrom('PaymentAuthorised', 'PaymentCaptured', 'StockCommitted', 'undo');
  await fc.assert(
    fc.asyncProperty(fc.array(events, { maxLength: 10 }), async (happenings) => {
      const world = await orderBefore('confirm');
      await world.answer('OrderDispatched', 'T0');
      let undone: string | undefined;
      for (const what of happenings) {
        if (what === 'undo') {
          await world.workflows.decideEnding(orderId, undo);
          undone ??= await world.status();
        } else {
          await world.answer(what, to(what === 'PaymentAuthorised' ? 'confirm' : 'ship', `T-${what}`));
        }
      }
      if (undone !== undefined) expect(await world.status()).toBe(undone);
      expect(world.broken).toEqual([]);
    }),
  );
});
