import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AddProduct } from '@dure/contracts/catalog';
import { PlaceOrder } from '@dure/contracts/orders';
import { type Cloud, connect, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { endFaults, inject, injected, untilIdle } from '@dure/testing/faults';
import { openQueues, type Queues } from '@dure/testing/shop/faults-queues';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { nameOf, recorded } from '@dure/testing/journal';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { catalogueArrived, ended, orderFor, place, stockOne, unique } from '@dure/testing/shop/shop';

const ON_HAND = 50;
const SETTLED_MS = 180_000;

let dataDir: string;
let running: LocalCloudProcess | undefined;
let queues: Queues | undefined;
let cloud: Cloud;

async function start(): Promise<void> {
  running = await startLocalCloud({ dataDir });
  cloud = connect(running.url);
  queues?.close();
  queues = openQueues(cloud, running);
  await queues.showAgainAfter(3);
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'dure-e2e-crashes-'));
  await start();
}, 300_000);

afterEach(async () => {
  await endFaults(cloud);
});

afterAll(async () => {
  queues?.close();
  await running?.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

/** Places orders one after the other, so that each message is a separate batch, and waits until all are completed. */
async function buy(count: number) {
  const { sku } = await stockOne(cloud, { onHand: ON_HAND });
  const orderIds: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
    orderIds.push(orderId);
  }
  return { orderIds, stock: { [sku]: ON_HAND } };
}

async function allComplete({ orderIds, stock }: Awaited<ReturnType<typeof buy>>): Promise<void> {
  for (const orderId of orderIds) {
    expect(await ended(cloud, orderId, SETTLED_MS)).toMatchObject({ status: 'completed' });
  }
  await untilIdle(cloud, SETTLED_MS);
  await invariantsHold(cloud, { orderIds, stock });
}

const CONSUMERS = [
  'inventory-local-commands',
  'payments-local-commands',
  'shipping-local-commands',
  'shipping-local-carrier',
  'orders-local-workflowAnswers',
  'orders-local-views',
  'orders-local-catalogue',
  'journal-local-record',
];
const RELAYS = ['catalog', 'inventory', 'orders', 'payments', 'shipping'].map((service) => `${service}-local-relay`);
const STARTERS = ['orders-local-startWorkflow', 'orders-local-workflowAnswers'];

const DEAD = { at: 'before-answer' };
const UNSENT = { at: 'before-write' };

/** Kills each of the functions in its first and its third invocation. */
const killing = (functions: readonly string[], first: object, third = first) =>
  functions.flatMap((name) => [
    { function: name, ...first, invocations: [1] },
    { function: name, ...third, invocations: [3] },
  ]);

describe('a function that is killed', () => {
  it.each([
    ['a consumer, after its effect and before its acknowledgement', CONSUMERS, killing(CONSUMERS, DEAD)],
    ['a relay, after PutEvents and before its checkpoint, and before PutEvents', RELAYS, killing(RELAYS, DEAD, UNSENT)],
    ['what starts and moves a checkout, after its effect', STARTERS, killing(STARTERS, DEAD)],
  ])(
    '%s: all is published in the end, each event once, and every effect is there once',
    async (_, functions, kills) => {
      await inject(cloud, { kills });
      await allComplete(await buy(3));
      const counts = await injected(cloud);
      expect(Object.keys(counts)).toEqual(functions.map((name) => `killed ${name}`).sort());
    },
    2 * SETTLED_MS,
  );

  it(
    'what answers a checkout, with its decision written and the waiting step not told: decided once, and told in the end',
    async () => {
      const name = 'orders-local-workflowAnswers';
      await inject(cloud, { kills: [{ function: name, at: 'before-write', write: 2, probability: 0.6 }], seed: 5 });
      const bought = await buy(3);
      await eventually('It was killed', async () => ((await injected(cloud))[`killed ${name}`] ?? 0) >= 2 || undefined);
      await endFaults(cloud);
      await allComplete(bought);
    },
    2 * SETTLED_MS,
  );

  it(
    'payments, with the money held or captured by the provider but nothing written: charged once',
    async () => {
      const name = 'payments-local-commands';
      await inject(cloud, { kills: [{ function: name, at: 'before-write', write: 2, invocations: [1, 2, 3] }] });
      await allComplete(await buy(2));
      expect((await injected(cloud))[`killed ${name}`]).toBeGreaterThanOrEqual(2);
    },
    2 * SETTLED_MS,
  );

  it(
    'shipping, with the label ordered but nothing written, and with a webhook recorded but not answered: one parcel',
    async () => {
      const invocations = [1, 2];
      const carrier = { function: 'shipping-local-carrier', at: 'before-write', invocations };
      await inject(cloud, {
        kills: [carrier, { function: 'shipping-local-webhooks', at: 'before-answer', invocations }],
      });
      await allComplete(await buy(2));
      const counts = await injected(cloud);
      expect(counts['killed shipping-local-carrier']).toBeGreaterThanOrEqual(1);
      expect(counts['killed shipping-local-webhooks']).toBe(2);
    },
    2 * SETTLED_MS,
  );

  it('an API, with the order placed and no answer: the same request again is answered with the same order', async () => {
    const { sku } = await stockOne(cloud, { onHand: ON_HAND });
    await inject(cloud, { kills: [{ function: 'orders-local-api', at: 'before-answer', invocations: [1] }] });
    const request = { body: orderFor([{ sku, quantity: 1 }]), idempotencyKey: randomUUID() };
    expect((await cloud.call(PlaceOrder, request)).status).toBe(500);
    const again = expectStatus(await cloud.call(PlaceOrder, request), 202);
    const third = expectStatus(await cloud.call(PlaceOrder, request), 202);
    expect(third.body).toEqual(again.body);
    await allComplete({ orderIds: [again.body.orderId], stock: { [sku]: ON_HAND } });
  });
});

describe('PutEvents that refuses single entries', () => {
  it(
    'every third: all is published in the end, each event once, in gapless sequence',
    async () => {
      await inject(cloud, { seed: 8, putEvents: { refuse: 0.3 } });
      await allComplete(await buy(3));
      expect((await injected(cloud))['PutEvents entry refused']).toBeGreaterThan(3);
    },
    2 * SETTLED_MS,
  );
});

describe('the local cloud that is killed', () => {
  it(
    'continues with what the bus had accepted, what was queued, and what was still in a stream',
    async () => {
      const { sku } = await stockOne(cloud, { onHand: ON_HAND });
      await untilIdle(cloud, SETTLED_MS);
      // What reads the stream of orders dies before it does anything, again and again; what is on its way is held back.
      const kills = STREAM_READERS.map((name) => ({ function: name, at: 'before-write', probability: 1 }));
      await inject(cloud, { kills, deliveries: { copies: 1, windowMs: 10_000 } });
      const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
      const products = Array.from({ length: 6 }, () => unique('SKU'));
      await Promise.all(products.map(addProduct));
      await eventually('All three hold something back', heldBack);
      await running?.kill();

      await start();
      await catalogueArrived(cloud, products);
      await allComplete({ orderIds: [orderId], stock: { [sku]: ON_HAND } });
      for (const it of products) expect((await recorded(cloud, { subject: it })).map(nameOf)).toEqual(['ProductAdded']);
    },
    3 * SETTLED_MS,
  );
});

const STREAM_READERS = ['orders-local-relay', 'orders-local-startWorkflow'];

/** True when something waits in the stream of orders, on the bus and in a queue; undefined otherwise. */
async function heldBack(): Promise<true | undefined> {
  const { busy } = (await cloud.view('idle')) as { busy: string[] };
  const counts = await injected(cloud);
  const unread = STREAM_READERS.every((name) => (counts[`killed ${name}`] ?? 0) > 0);
  return (unread && busy.includes('event bus') && busy.some((what) => what.startsWith('queue'))) || undefined;
}

async function addProduct(sku: string): Promise<void> {
  const body = { sku, title: `Product ${sku}`, price: { amount: 100, currency: 'EUR' } };
  expectStatus(await cloud.call(AddProduct, { body }), 201);
}
