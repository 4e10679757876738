import { randomUUID } from 'node:crypto';
import { call, lambdaContext } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { openTable } from '@dure/contracts/binding/table';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { anOrder } from './support/orders.ts';
import { openReceivers, type Received } from './support/receiver.ts';
import { bodiesIn, deliver, hand, handBody, tableName, useQueue } from './support/service.ts';

useQueue('webhooks');
process.env['WEBHOOKS_QUEUE_URL'] = process.env['QUEUE_URL'];
const { handler: webhooks } = await import('../src/events/webhooks.ts');
useQueue('facts');
const { handler: facts } = await import('../src/events/facts.ts');
const { handler: sweep } = await import('../src/sweep.ts');
const { handler: api } = await import('../src/http/index.ts');
const { deliveries, endpoints, deliveryDependencies } = await import('../src/composition.ts');
const { attemptDelivery } = await import('../src/application/attempt-delivery.ts');
const { beginCall } = await import('@dure/contracts/binding/call');
const table = openTable(tableName);
const openReceiver = await openReceivers();
/** Every event goes to every endpoint that is there. */
afterEach(async () => {
  for (const endpoint of await endpoints.list()) await endpoints.remove(beginCall(), endpoint);
});

const path = '/v1/webhook-endpoints';
const one = `${path}/{endpointId}`;
type Json = Record<string, unknown>;

async function anEndpoint(events: string[] = ['order.placed', 'order.shipped']) {
  const receiver = openReceiver();
  const { status, body, headers } = await call(api, {
    ...{ method: 'POST', resource: path, headers: { 'idempotency-key': randomUUID() } },
    body: { url: receiver.url, events, description: 'Our warehouse' },
  });
  expect(status).toBe(201);
  const { endpointId, secret } = body as { endpointId: string; secret: string };
  expect(headers['location']).toBe(`${path}/${endpointId}`);
  const params = { endpointId };
  const ask = async (method: string, resource = one, more: object = {}) =>
    call(api, { method, resource, params, ...more });
  return {
    ...{ ...receiver, endpointId, secret, ask },
    view: async () => (await ask('GET')).body as Json,
    deliveries: async () => (await ask('GET', `${one}/deliveries`)).body['items'] as Json[],
    patch: async (body: object) => {
      const { headers: before } = await ask('GET');
      return ask('PATCH', one, { body, headers: { 'if-match': before['etag'] } });
    },
  };
}

const verified = (secret: string, { headers, body }: Received): Json =>
  new Webhook(secret).verify(body, headers) as Json;

/** Until nothing more is visible. */
async function deliverAll(): Promise<void> {
  while ((await deliver(webhooks, 'webhooks')) > 0);
}

/** Attempts again what is due at an instant, as the sweep and its messages do. */
async function attemptAt(endpointId: string, time: number): Promise<void> {
  const using = { ...deliveryDependencies(), now: () => time };
  const { deliveries: all } = await deliveries.list(endpointId, { limit: 10 });
  for (const it of all) await attemptDelivery(using, it, beginCall());
}

describe('a third party', () => {
  it('receives the events it subscribes to, signed, once each', async () => {
    const endpoint = await anEndpoint();
    const order = anOrder();
    const placed = order.placed({ replyto: 'a-return-address' });
    await hand(facts, placed, order.confirmed(), placed);
    await deliverAll();
    const of = endpoint.received.filter(({ body }) => body.includes(order.orderId));
    expect(of).toHaveLength(1);
    expect(of[0]!.headers['webhook-id']).toBe(placed.id);
    expect(verified(endpoint.secret, of[0]!)).toEqual({
      type: 'order.placed',
      timestamp: expect.any(String),
      data: {
        ...{ orderId: order.orderId, customerId: order.customerId, sequence: expect.any(Number), status: 'placed' },
        ...{ lines: [expect.objectContaining({ sku: 'MUG-WHITE' })], total: { amount: 2580, currency: 'EUR' } },
      },
    });
    for (const hidden of ['a-return-address', '@example.com', 'Sejong']) expect(of[0]!.body).not.toContain(hidden);
    expect(await endpoint.deliveries()).toEqual([
      expect.objectContaining({
        ...{ deliveryId: placed.id, type: 'order.placed', status: 'delivered', orderId: order.orderId },
        attempts: [{ at: expect.any(String), durationMs: expect.any(Number), status: 204 }],
      }),
    ]);
  });

  it('sees its secret once, and both the old and the new sign for a day', async () => {
    const endpoint = await anEndpoint();
    expect(JSON.stringify([await endpoint.view(), (await call(api, { resource: path })).body])).not.toContain('whsec_');
    const rotated = await endpoint.ask('POST', `${one}/secret-rotations`);
    expect(rotated.status).toBe(201);
    const { secret, previousSignsUntil } = rotated.body as { secret: string; previousSignsUntil: string };
    expect(Date.parse(previousSignsUntil) - Date.now()).toBeGreaterThan(86_000_000);
    expect((await endpoint.ask('POST', `${one}/test`)).status).toBe(202);
    await deliverAll();
    const [test] = endpoint.received;
    for (const it of [secret, endpoint.secret]) {
      expect(verified(it, test!)).toMatchObject({ type: 'webhook.test', data: { endpointId: endpoint.endpointId } });
    }
    expect(() => verified(`whsec_${Buffer.alloc(32).toString('base64')}`, test!)).toThrow();
  });

  it('creates an endpoint once for a key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { url: 'https://example.com/hook', events: ['order.placed'] };
    const [first, again] = [
      await call(api, { method: 'POST', resource: path, headers, body }),
      await call(api, { method: 'POST', resource: path, headers, body }),
    ];
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it.each([
    ['ftp://example.com/hook', 422],
    ['https://user:password@example.com/hook', 422],
    ['example', 400],
  ])('cannot have webhooks sent to %s', async (url, status) => {
    const answer = await call(api, { method: 'POST', resource: path, body: { url, events: ['order.placed'] } });
    expect(answer.status).toBe(status);
  });

  it('ends what was on its way by removing the endpoint', async () => {
    const endpoint = await anEndpoint();
    endpoint.answering.status = 503;
    await hand(facts, anOrder().placed());
    await deliverAll();
    expect((await endpoint.ask('DELETE')).status).toBe(204);
    expect((await endpoint.ask('DELETE')).status).toBe(404);
    const sent = endpoint.received.length;
    await attemptAt(endpoint.endpointId, Date.now() + 60_000);
    expect(endpoint.received).toHaveLength(sent);
    expect((await deliveries.list(endpoint.endpointId, { limit: 1 })).deliveries[0]).toMatchObject({
      status: 'failed',
    });
  });
});

describe('a receiver that fails', () => {
  it('is retried for three days, ever later, with the same id; then the delivery fails', async () => {
    const endpoint = await anEndpoint();
    endpoint.answering.status = 500;
    await hand(facts, anOrder().placed());
    await deliverAll();
    const hours: number[] = [];
    for (let tries = 1; tries < 12; tries += 1) {
      const [delivery] = await endpoint.deliveries();
      const next = delivery!['nextAttemptAt'] as string | undefined;
      if (next === undefined) break;
      await attemptAt(endpoint.endpointId, Date.parse(next) - 1);
      expect(endpoint.received).toHaveLength(tries);
      hours.push((Date.parse(next) - Date.parse(String(delivery!['createdAt']))) / 3_600_000);
      await attemptAt(endpoint.endpointId, Date.parse(next));
    }
    expect(endpoint.received).toHaveLength(10);
    expect(new Set(endpoint.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(hours.map((it) => Math.round(it))).toEqual([0, 0, 1, 3, 8, 18, 32, 52, 76]);
    expect((await endpoint.deliveries())[0]).toMatchObject({ status: 'failed' });
  });

  it('is retried by a delayed message, and by the sweep if that is lost', async () => {
    const endpoint = await anEndpoint();
    endpoint.answering.status = 503;
    await hand(facts, anOrder().placed());
    await deliverAll();
    const { deliveryId } = (await endpoint.deliveries())[0] as unknown as { deliveryId: string };
    const waiting = () => bodiesIn('webhooks').filter((body) => body.includes(endpoint.endpointId)).length;
    expect(waiting()).toBe(1);
    endpoint.answering.status = 200;
    // As a death after the claim leaves it: due, and no message of it.
    const delivery = (await deliveries.load(endpoint.endpointId, deliveryId))!;
    await deliveries.save({ ...delivery, nextAttemptAt: '2026-01-01T00:00:00.000Z', version: delivery.version + 1 });
    for (let runs = 0; runs < 2; runs += 1) await sweep({}, lambdaContext);
    await deliverAll();
    expect(endpoint.received).toHaveLength(2);
    expect((await endpoint.deliveries())[0]).toMatchObject({ status: 'delivered' });
    for await (const due of deliveries.due(new Date().toISOString())) {
      expect(due).not.toContainEqual(expect.objectContaining({ deliveryId }));
    }
  });

  it('is disabled at once when it is gone, which is published', async () => {
    const endpoint = await anEndpoint();
    endpoint.answering.status = 410;
    await hand(facts, anOrder().placed());
    await deliverAll();
    expect(await endpoint.view()).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    expect(await eventsOf(endpoint.endpointId)).toEqual([
      expect.objectContaining({ type: 'dure.notifications.WebhookEndpointDisabled.v1', sequence: 1 }),
    ]);
    await hand(facts, anOrder().placed());
    await deliverAll();
    expect(endpoint.received).toHaveLength(1);
    expect((await endpoint.ask('POST', `${one}/test`)).status).toBe(409);
    endpoint.answering.status = 200;
    expect(await endpoint.patch({ status: 'enabled' })).toMatchObject({ status: 200, body: { status: 'enabled' } });
    await hand(facts, anOrder().placed());
    await deliverAll();
    expect(endpoint.received).toHaveLength(2);
    expect(await endpoint.view()).not.toHaveProperty('failingSince');
  });

  it('is disabled when it has accepted nothing for five days, and not before', async () => {
    const endpoint = await anEndpoint();
    endpoint.answering.status = 500;
    await hand(facts, anOrder().placed());
    await deliverAll();
    const failingSince = (await endpoint.view())['failingSince'] as string;
    const age = async (days: number) => {
      const was = (await endpoints.load(endpoint.endpointId))!;
      const since = new Date(Date.now() - days * 86_400_000).toISOString();
      await endpoints.save(beginCall(), { ...was, failingSince: since, version: was.version + 1 }, { was });
      await hand(facts, anOrder().placed());
      await deliverAll();
    };
    expect(failingSince).toEqual(expect.any(String));
    await age(4.9);
    expect(await endpoint.view()).toMatchObject({ status: 'enabled' });
    await age(5.1);
    expect(await endpoint.view()).toMatchObject({ status: 'disabled', disabledReason: 'failing' });
  });
});

it('does nothing twice for a message that comes twice, and one at a time for one endpoint', async () => {
  const endpoint = await anEndpoint();
  await endpoint.ask('POST', `${one}/test`);
  const [{ deliveryId }] = (await endpoint.deliveries()) as unknown as [{ deliveryId: string }];
  const body = bodiesIn('webhooks').find((it) => it.includes(deliveryId))!;
  await Promise.all([handBody(webhooks, body), handBody(webhooks, body)]);
  await handBody(webhooks, body);
  expect(endpoint.received).toHaveLength(1);
});

const eventsOf = (subject: string) => outboxOf(table.client, tableName, subject);

it('changes an endpoint only at the version that was seen', async () => {
  const endpoint = await anEndpoint();
  const headers = { 'if-match': '"9"' };
  expect((await endpoint.ask('PATCH', one, { headers, body: { events: ['order.completed'] } })).status).toBe(412);
  expect((await endpoint.patch({ events: ['order.completed'] })).body).toMatchObject({ events: ['order.completed'] });
  expect((await endpoint.patch({ status: 'disabled' })).body).toMatchObject({ disabledReason: 'operator' });
  const Key = { pk: 'ENDPOINTS', sk: endpoint.endpointId };
  const { Item } = await table.client.send(new GetCommand({ TableName: tableName, Key }));
  expect(Item).toMatchObject({ version: 3 });
});
