import { beginCall } from '@dure/contracts/binding/call';
import { consumer } from '@dure/contracts/binding/consumer';
import { webhookPoster } from '@dure/webhooks/post';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { Endpoint } from '../src/domain/webhook.ts';
import { anOrder } from './support/orders.ts';
import { openReceivers } from './support/receiver.ts';
import { deliver, hand, useQueue } from './support/service.ts';

useQueue('facts');
const { handler: facts } = await import('../src/events/facts.ts');
useQueue('webhooks');
process.env['WEBHOOKS_QUEUE_URL'] = process.env['QUEUE_URL'];
const { subscriptionsOf } = await import('../src/events/webhooks.ts');
const { deliveryDependencies, endpoints, deliveries, lanes } = await import('../src/composition.ts');
const { attemptDelivery } = await import('../src/application/attempt-delivery.ts');
const openReceiver = await openReceivers();
jest.setTimeout(120_000);

/** Shorter than in production, to save test time, for those that never answer. The others get the time a busy machine needs. */
const timeoutMs = (url: string) => (neverAnswers(url) ? 1_000 : 60_000);
const poster = webhookPoster({ inside: true, userAgent: 'dure-test' });
const using = {
  ...deliveryDependencies(),
  post: ((url, request) => poster(url, request, timeoutMs(url))) satisfies ReturnType<
    typeof deliveryDependencies
  >['post'],
};
const webhooks = consumer('webhooks', subscriptionsOf(using));

afterEach(async () => {
  for (const endpoint of await endpoints.list()) await endpoints.remove(beginCall(), endpoint);
});

const receivers = new Map<string, ReturnType<typeof openReceiver>>();
const neverAnswers = (url: string) => receivers.get(url)?.answering.status === 0;

async function anEndpoint(status = 204) {
  const receiver = openReceiver();
  receivers.set(receiver.url, receiver);
  receiver.answering.status = status;
  const endpoint: Endpoint = {
    ...{ endpointId: uuidv7(), url: receiver.url, events: ['order.placed'], status: 'enabled' },
    ...{ secrets: [{ value: `whsec_${Buffer.alloc(32).toString('base64')}` }], version: 1, sequence: 0 },
    ...{ createdAt: new Date().toISOString(), updatedAt: new Date().toISOString() },
  };
  await endpoints.add(beginCall(), endpoint, { max: 90 });
  return { ...receiver, endpointId: endpoint.endpointId };
}

/** Takes batches from the queue until a condition holds, several at once, as Lambda's pollers do. */
async function poll(pollers: number, done: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 90_000;
  const one = async () => {
    while (Date.now() < end && !(await done())) {
      if ((await deliver(webhooks, 'webhooks')) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await Promise.all(Array.from({ length: pollers }, one));
}

it('delivers to a good endpoint next to sixty that never answer, and waits for each of those once', async () => {
  const silent: Awaited<ReturnType<typeof anEndpoint>>[] = [];
  while (silent.length < 60) silent.push(await anEndpoint(0));
  const good = await anEndpoint();
  const posts = () => silent.reduce((sum, { received }) => sum + received.length, 0);
  const ORDERS = 3;
  await hand(facts, ...Array.from({ length: ORDERS }, () => anOrder().placed()));
  // On a slow machine the time of one is over before it has received anything, and another one is tried twice.
  const arePaused = async () => {
    const health = await lanes.healthOfAll(silent.map(({ endpointId }) => endpointId));
    return silent.every(({ endpointId }) => health.get(endpointId)?.pausedUntil !== undefined);
  };
  await poll(5, async () => good.received.length === ORDERS && (await arePaused()));

  expect(good.received).toHaveLength(ORDERS);
  expect(new Set(good.received.map(({ headers }) => headers['webhook-id'])).size).toBe(ORDERS);
  // Of 180 deliveries to them the first 60, and on a slow machine some that try whether they answer after five seconds.
  expect(posts()).toBeLessThan(2 * silent.length);
  expect(Math.max(...silent.map(({ atOnce }) => atOnce.most))).toBe(1);
  for (const { endpointId } of silent) {
    expect((await lanes.load(endpointId)).health).toMatchObject({ pausedUntil: expect.any(String) });
  }
});

describe('an endpoint that does not answer', () => {
  /** What is due at an instant is attempted, one after the other. */
  const attemptAt = async (endpointId: string, time: number) => {
    const { deliveries: all } = await deliveries.list(endpointId, { limit: 50 });
    const outcomes: string[] = [];
    for (const it of all.filter(({ status }) => status === 'pending'))
      outcomes.push(await attemptDelivery({ ...using, now: () => time }, it, beginCall()));
    return outcomes;
  };
  const pending = async (endpointId: string) =>
    (await deliveries.list(endpointId, { limit: 50 })).deliveries.filter(({ status }) => status === 'pending');

  it('is tried by one delivery when its pause is over, and gets the others once that is taken', async () => {
    const endpoint = await anEndpoint(0);
    const { endpointId } = endpoint;
    const start = Date.now();
    for (let count = 0; count < 5; count += 1) {
      const body = JSON.stringify({ type: 'order.placed' });
      const said = { endpointId, deliveryId: uuidv7(), type: 'order.placed', body, status: 'pending' } as const;
      const createdAt = new Date(start).toISOString();
      await deliveries.addOnce({ ...said, attempts: [], nextAttemptAt: createdAt, createdAt, version: 1 });
    }
    expect((await attemptAt(endpointId, start)).toSorted()).toEqual([
      'put-off',
      'put-off',
      'put-off',
      'put-off',
      'retry',
    ]);
    const until = Date.parse((await lanes.load(endpointId)).health.pausedUntil!);
    expect((await pending(endpointId)).every(({ attempts }) => attempts.length <= 1)).toBe(true);

    expect(await attemptAt(endpointId, until - 1)).not.toContain('retry');
    expect(endpoint.received).toHaveLength(1);
    expect((await attemptAt(endpointId, until)).filter((it) => it === 'retry')).toHaveLength(1);
    expect(endpoint.received).toHaveLength(2);

    endpoint.answering.status = 204;
    let now = Date.parse((await lanes.load(endpointId)).health.pausedUntil!);
    for (let runs = 0; runs < 5 && (await pending(endpointId)).length > 0; runs += 1) {
      await attemptAt(endpointId, now);
      now += 600_000;
    }
    expect(await pending(endpointId)).toEqual([]);
    expect((await lanes.load(endpointId)).health).toEqual({ failures: 0 });
    expect(new Set(endpoint.received.map(({ headers }) => headers['webhook-id'])).size).toBe(5);
  });

  it('is heard of again at once when another URL is set, and a test ends its pause', async () => {
    const endpoint = await anEndpoint(0);
    const { endpointId } = endpoint;
    const paused = { failures: 9, pausedUntil: new Date(Date.now() + 900_000).toISOString() };
    await lanes.note(endpointId, paused, new Date().toISOString());
    endpoint.answering.status = 204;
    const now = new Date().toISOString();
    const said = { endpointId, deliveryId: uuidv7(), type: 'webhook.test', body: '{}', status: 'pending' } as const;
    await deliveries.addOnce({ ...said, attempts: [], nextAttemptAt: now, createdAt: now, version: 1 });
    expect(await attemptAt(endpointId, Date.now())).toEqual(['delivered']);
    expect((await lanes.load(endpointId)).health).toEqual({ failures: 0 });

    await lanes.note(endpointId, paused, now);
    const was = (await endpoints.load(endpointId))!;
    await endpoints.save(beginCall(), { ...was, url: 'https://example.com/other', version: 2 }, { was });
    expect((await lanes.load(endpointId)).health).toEqual({});
  });

  it('frees its place by itself after an attempt that died', async () => {
    const { endpointId } = await anEndpoint();
    const place = { lane: endpointId, slot: 0 };
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    expect(await lanes.enter(place, { now: at(0), until: at(30) })).toBe(true);
    expect(await lanes.enter(place, { now: at(29), until: at(60) })).toBe(false);
    expect(await lanes.enter(place, { now: at(31), until: at(60) })).toBe(true);
  });
});
