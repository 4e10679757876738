import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { call, customer, lambdaContext, staff } from '@dure/testing/lambda-events';
import { afterAll, describe, expect, it } from '@jest/globals';
import { anOrder } from './support/orders.ts';
import { bodiesIn, deliver, hand, handBody, ssm, useQueue } from './support/service.ts';

useQueue('push');
process.env['PUSH_QUEUE_URL'] = process.env['QUEUE_URL'];
process.env['WEBHOOKS_QUEUE_URL'] = process.env['QUEUE_URL'];
const { handler: push } = await import('../src/events/push.ts');
const { handler: socket } = await import('../src/socket.ts');
const { handler: api } = await import('../src/http/index.ts');
useQueue('facts');
const { handler: facts } = await import('../src/events/facts.ts');
const { connections, orders, table } = await import('../src/composition.ts');
const { catchUp } = await import('../src/application/follow-order.ts');

/** API Gateway's management API: connections are open, or gone; a text may be refused. */
const open = new Set<string>();
const sent: { id: string; sequence: number; type: string; status: string }[] = [];
const failing = new Set<string>();
const management = createServer((request, response) => {
  const id = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
  let text = '';
  request.on('data', (chunk: Buffer) => (text += chunk.toString()));
  request.on('end', () => {
    if (failing.has(id)) return response.writeHead(400, { 'x-amzn-errortype': 'LimitExceededException' }).end();
    if (!open.has(id)) return response.writeHead(410, { 'x-amzn-errortype': 'GoneException' }).end();
    const { type, data } = JSON.parse(text) as { type: string; data: { sequence: number; status: string } };
    sent.push({ id, type, sequence: data.sequence, status: data.status });
    return response.writeHead(200).end();
  });
});
management.listen(0, '127.0.0.1');
await new Promise((resolve) => management.once('listening', resolve));
afterAll(() => {
  management.closeAllConnections();
  management.close();
});
ssm.put(
  '/dure/local/notifications/websocket-url',
  `ws://127.0.0.1:${(management.address() as { port: number }).port}/dev`,
);
ssm.put('/dure/local/notifications/token-secret', 'a secret of the operator');

async function tokenOf(orderId: string, caller = staff): Promise<string> {
  const resource = '/v1/orders/{orderId}/progress-tokens';
  const { status, body } = await call(api, { method: 'POST', resource, params: { orderId }, caller });
  expect(status).toBe(201);
  return String(body['token']);
}

const event = (eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT', connectionId: string, query?: Record<string, string>) =>
  socket({ requestContext: { eventType, connectionId }, queryStringParameters: query ?? null }, lambdaContext);

/** Connects; the connection is open once that was answered. */
async function connect(orderId: string, after = 0, caller = staff): Promise<string> {
  const id = randomUUID();
  expect(await event('CONNECT', id, { token: await tokenOf(orderId, caller), after: String(after) })).toEqual({
    statusCode: 200,
  });
  open.add(id);
  return id;
}

const of = (id: string) => sent.filter((it) => it.id === id).map(({ sequence }) => sequence);
const readyOf = (id: string) => bodiesIn('push').find((body) => body.includes(id)) ?? '';
async function pushAll(): Promise<void> {
  while ((await deliver(push, 'push')) > 0);
}

describe('a follower of an order', () => {
  it('receives all past and all new entries, in order', async () => {
    const order = anOrder();
    for (const it of [order.placed(), order.confirmed()]) await hand(facts, it);
    const id = await connect(order.orderId);
    await handBody(push, readyOf(id));
    expect(of(id)).toEqual([1, 2]);
    await hand(facts, order.shipped());
    await pushAll();
    expect(of(id)).toEqual([1, 2, 3]);
    expect(sent.filter((it) => it.id === id).at(-1)).toMatchObject({ type: 'order.shipped', status: 'shipped' });
  });

  it('receives as a customer what is of their own order, also when that is known later, and nothing of another’s', async () => {
    const order = anOrder();
    const before = await connect(order.orderId, 0, customer(order.customerId));
    const early = await connect(order.orderId, 0, customer('c-another'));
    // Whose order it is is not known yet.
    await hand(facts, order.refunded());
    await handBody(push, readyOf(before));
    await pushAll();
    expect([of(before), of(early)]).toEqual([[], []]);
    await hand(facts, order.placed());
    await pushAll();
    const late = await connect(order.orderId, 0, customer('c-another'));
    await handBody(push, readyOf(late));
    await event('MESSAGE', late);
    await hand(facts, order.confirmed());
    await pushAll();
    expect([of(before), of(early), of(late)]).toEqual([[1, 2, 3], [], []]);
  });

  it('continues where it stopped', async () => {
    const order = anOrder();
    for (const it of [order.placed(), order.confirmed(), order.shipped()]) await hand(facts, it);
    const id = await connect(order.orderId, 2);
    await event('MESSAGE', id);
    await handBody(push, readyOf(id));
    expect(of(id)).toEqual([3]);
  });

  it('may follow before the order is known', async () => {
    const order = anOrder();
    const id = await connect(order.orderId);
    await handBody(push, readyOf(id));
    await hand(facts, order.placed());
    await pushAll();
    expect(of(id)).toEqual([1]);
  });

  it('has no gap when pushes run at once, twice, or not at all', async () => {
    const order = anOrder();
    const id = await connect(order.orderId);
    const ready = readyOf(id);
    await hand(facts, order.placed());
    await hand(facts, order.confirmed());
    await Promise.all([handBody(push, ready), handBody(push, ready), pushAll()]);
    await hand(facts, order.shipped());
    await hand(facts, order.completed());
    // Of the last two only one message comes.
    const [last] = bodiesIn('push')
      .filter((body) => body.includes(order.orderId))
      .slice(-1);
    await handBody(push, last!);
    await handBody(push, last!);
    const got = of(id);
    got.forEach((sequence, index) => expect(sequence).toBeLessThanOrEqual(Math.max(0, ...got.slice(0, index)) + 1));
    expect(Math.max(...got)).toBe(4);
  });

  it('misses nothing that happens while it connects', async () => {
    for (let times = 0; times < 8; times += 1) {
      const order = anOrder();
      const [id] = await Promise.all([
        connect(order.orderId),
        hand(facts, order.placed()).then(() => hand(facts, order.confirmed())),
      ]);
      await handBody(push, readyOf(id));
      await pushAll();
      expect(Math.max(0, ...of(id))).toBe(2);
    }
  });

  it('receives what comes next of an order whose entries an earlier version recorded', async () => {
    const order = anOrder();
    for (const it of [order.placed(), order.confirmed()]) await hand(facts, it);
    const { order: copy, news } = await orders.load(order.orderId);
    const [pk, old] = [`ORDER#${order.orderId}`, { order: copy, version: copy.version }];
    const items = news.map((entry) => ({ pk, sk: `NEWS#${String(entry.sequence).padStart(9, '0')}`, news: entry }));
    for (const Item of [{ pk, sk: 'ORDER', ...old }, ...items]) {
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
    }
    // It was opened by that version too, which did not note it with the order.
    const id = randomUUID();
    await connections.open({ connectionId: id, orderId: order.orderId, sent: 1, openedAt: Date.now() });
    open.add(id);
    await hand(facts, order.shipped());
    await pushAll();
    expect(of(id)).toEqual([2, 3]);
    expect((await orders.load(order.orderId)).news.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it('receives nothing twice once it is recorded', async () => {
    const order = anOrder();
    const id = await connect(order.orderId);
    await hand(facts, order.placed());
    const body = bodiesIn('push').find((it) => it.includes(order.orderId))!;
    for (let times = 0; times < 3; times += 1) await handBody(push, body);
    expect(of(id)).toEqual([1]);
  });
});

it('no push is asked for while nobody follows the order', async () => {
  const order = anOrder();
  for (const it of [order.placed(), order.confirmed()]) await hand(facts, it);
  expect(bodiesIn('push').filter((body) => body.includes(order.orderId))).toEqual([]);
});

describe('a connection', () => {
  it('that is not open yet is tried again; one that is gone is forgotten', async () => {
    const order = anOrder();
    await hand(facts, order.placed());
    const id = await connect(order.orderId);
    open.delete(id);
    expect(await handBody(push, readyOf(id))).toBe('again');
    open.add(id);
    expect(await handBody(push, readyOf(id))).toBe('done');
    open.delete(id);
    await hand(facts, order.confirmed());
    const connection = (await connections.load(id))!;
    const later = { orders, connections, now: () => Date.now() + 60_000, post: () => Promise.resolve('gone' as const) };
    await catchUp(later, connection);
    expect(await connections.load(id)).toBeUndefined();
    expect(await connections.following(order.orderId)).toEqual([]);
  });

  it('that fails holds up no other, and is retried', async () => {
    const order = anOrder();
    const [broken, well] = [await connect(order.orderId), await connect(order.orderId)];
    failing.add(broken);
    await hand(facts, order.placed());
    const body = bodiesIn('push').find((it) => it.includes('order-milestones') || it.includes(order.orderId))!;
    expect(await handBody(push, body)).toBe('again');
    expect(of(well)).toEqual([1]);
    failing.delete(broken);
    expect(await handBody(push, body)).toBe('done');
    expect([of(broken), of(well)]).toEqual([[1], [1]]);
  });

  it('that ends is forgotten, twice as well', async () => {
    const order = anOrder();
    const id = await connect(order.orderId);
    for (let times = 0; times < 2; times += 1) expect(await event('DISCONNECT', id)).toEqual({ statusCode: 200 });
    expect(await connections.following(order.orderId)).toEqual([]);
    await event('MESSAGE', id);
    expect(await handBody(push, readyOf(id))).toBe('done');
  });

  it.each([
    ['no token', {}, 401],
    ['a made-up token', { token: 'made.up' }, 401],
    ['a number that is none', { after: 'x' }, 400],
  ])('with %s is rejected', async (_what, query, statusCode) => {
    expect(await event('CONNECT', randomUUID(), query as Record<string, string>)).toEqual({ statusCode });
  });
});

it('answers a repeated request for a token with the same one', async () => {
  const request = {
    ...{ method: 'POST', resource: '/v1/orders/{orderId}/progress-tokens', params: { orderId: randomUUID() } },
    headers: { 'idempotency-key': randomUUID() },
  };
  const [first, again] = [await call(api, request), await call(api, request)];
  expect(again.body).toEqual(first.body);
});
