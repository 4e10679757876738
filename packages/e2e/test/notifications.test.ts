import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventContract } from '@dure/contracts/contract';
import { ListCalls } from '@dure/contracts/journal';
import {
  CreateWebhookEndpoint,
  IssueProgressToken,
  ListNotifications,
  ListWebhookDeliveries,
} from '@dure/contracts/notifications';
import { OrderCompleted, OrderConfirmed, OrderPlaced, OrderShipped } from '@dure/contracts/orders';
import { isSignedWebhook } from '@dure/webhooks/sign';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { type Cloud, connect, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';

/** Of one order, whose events a test puts on the bus as the orders service would. */

let cloud: LocalCloudProcess;
let dure: Cloud;
let bus: EventBridgeClient;

beforeAll(async () => {
  cloud = await startLocalCloud({ only: ['notifications'] });
  dure = connect(cloud.url);
  bus = new EventBridgeClient({
    ...{ endpoint: cloud.endpoints['EventBridge'], region: 'us-east-1' },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}, 300_000);
afterAll(async () => {
  bus.destroy();
  await cloud.stop();
});

function anOrder() {
  const orderId = randomUUID();
  const customer = { id: `c-${orderId.slice(-12)}`, email: `mina-${orderId.slice(-12)}@example.com` };
  const put = async (contract: EventContract, sequence: number): Promise<void> => {
    const detail = {
      ...{
        specversion: '1.0',
        id: randomUUID(),
        source: `dure.${contract.owner}`,
        type: contract.type,
        subject: orderId,
      },
      ...{ time: new Date().toISOString(), datacontenttype: 'application/json', dataschema: contract.dataschema },
      ...{ sequence, correlationid: randomUUID(), actor: 'anonymous' },
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      data: { ...(contract.example as object), orderId, customer, customerId: customer.id },
    };
    const Entries = [
      {
        EventBusName: 'dure-local',
        Source: detail.source,
        DetailType: contract.detailType,
        Detail: JSON.stringify(detail),
      },
    ];
    expect(await bus.send(new PutEventsCommand({ Entries }))).toMatchObject({ FailedEntryCount: 0 });
  };
  return { orderId, customer, put };
}

interface PushedMessage {
  readonly type: string;
  readonly data: { readonly sequence: number; readonly status: string };
}

/** A customer's browser, which follows an order from a given entry. */
async function follow(orderId: string, after: number) {
  const answer = await dure.call(IssueProgressToken, { params: { orderId } });
  const url = new URL(expectStatus(answer, 201).body._links['progress']!.href);
  url.searchParams.set('after', String(after));
  const socket = new WebSocket(url);
  const messages: PushedMessage[] = [];
  socket.addEventListener('message', ({ data }) => messages.push(JSON.parse(String(data)) as PushedMessage));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`${url.origin} refused the connection.`)));
  });
  const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
  const end = async () => {
    socket.close();
    await closed;
  };
  return { messages, socket, end };
}

const types = (messages: readonly PushedMessage[]) => messages.map(({ type, data }) => `${data.sequence} ${type}`);

it('mails the customer, and lists the mail', async () => {
  const { orderId, customer, put } = anOrder();
  await put(OrderPlaced, 1);
  const mails = await eventually('The mail is there', async () => {
    const { emails } = (await dure.view(`emails?to=${customer.email}`)) as { emails: { subject: string }[] };
    return emails.length > 0 ? emails : undefined;
  });
  expect(mails).toEqual([
    expect.objectContaining({ from: 'shop@dure.example', subject: expect.stringContaining('주문') }),
  ]);
  await eventually('The record says so', async () => {
    const { items } = expectStatus(await dure.call(ListNotifications, { query: { orderId } }), 200).body;
    return items[0]?.status === 'sent' || undefined;
  });
});

it('notifies a third party by signed webhook', async () => {
  const received: { headers: Record<string, string>; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/hook`;
    const made = await dure.call(CreateWebhookEndpoint, { body: { url, events: ['order.shipped'] } });
    const { endpointId, secret } = expectStatus(made, 201).body;
    const { orderId, put } = anOrder();
    await put(OrderPlaced, 1);
    await put(OrderShipped, 3);
    await eventually('The delivery is noted', async () => {
      const query = { limit: 10 };
      const answer = await dure.call(ListWebhookDeliveries, { params: { endpointId }, query });
      return expectStatus(answer, 200).body.items[0]?.status === 'delivered' || undefined;
    });
    expect(received).toHaveLength(1);
    const [{ headers, body }] = received as [(typeof received)[0]];
    expect(isSignedWebhook(headers, { body, now: Date.now() }, secret)).toBe(true);
    expect(JSON.parse(body)).toMatchObject({ type: 'order.shipped', data: { orderId, status: 'shipped' } });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

it('pushes an order’s progress, and continues after a reconnect without a gap', async () => {
  const { orderId, put } = anOrder();
  await put(OrderPlaced, 1);
  const first = await follow(orderId, 0);
  const has = (messages: readonly PushedMessage[], count: number) =>
    eventually(`${count} news are there`, () => Promise.resolve(messages.length >= count || undefined));
  await has(first.messages, 1);
  await put(OrderConfirmed, 2);
  await has(first.messages, 2);
  await first.end();
  await put(OrderShipped, 3);
  const second = await follow(orderId, 2);
  second.socket.send('hello');
  await has(second.messages, 1);
  await put(OrderCompleted, 4);
  await eventually('the last is there', () =>
    Promise.resolve(second.messages.at(-1)?.data.sequence === 4 || undefined),
  );
  expect([...new Set(types(first.messages))]).toEqual(['1 order.placed', '2 order.confirmed']);
  expect([...new Set(types(second.messages))]).toEqual(['3 order.shipped', '4 order.completed']);
  await second.end();
});

it('lists who connected, to what and when, among all calls', async () => {
  const { orderId, put } = anOrder();
  await put(OrderPlaced, 1);
  const follower = await follow(orderId, 0);
  await eventually('The first message is there', async () => follower.messages.length > 0);
  await follower.end();
  const query = { service: 'notifications', subject: 'operator', limit: 100 };
  const [end, begin] = await eventually('The calls are listed', async () => {
    const { items } = expectStatus(await dure.call(ListCalls, { query }), 200).body;
    const disconnected = items.find(({ operation }) => operation === 'DISCONNECT $disconnect');
    const connected = items.find(
      ({ operation, connectionId }) => operation === 'CONNECT $connect' && connectionId === disconnected?.connectionId,
    );
    return connected && disconnected && [disconnected, connected];
  });
  expect(begin).toMatchObject({ subject: 'operator', status: 200, address: expect.any(String) });
  expect(end!.at >= begin!.at).toBe(true);
});

it('rejects followers without a token, or with another’s', async () => {
  const base = `${cloud.url.replace('http', 'ws')}/notifications/local`;
  for (const query of ['', '?token=made.up', `?token=${Buffer.from('{}').toString('base64url')}.AAAA&after=0`]) {
    const socket = new WebSocket(base + query);
    const ended = await new Promise((resolve) => {
      socket.addEventListener('open', () => resolve('open'));
      socket.addEventListener('error', () => resolve('refused'));
    });
    expect(ended).toBe('refused');
  }
});
