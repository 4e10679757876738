import { randomUUID } from 'node:crypto';
import type { Credentials } from '@dure/contracts/binding/call';
import { ProductAdded } from '@dure/contracts/catalog';
import type { MessageContract } from '@dure/contracts/contract';
import { GetForeignEvent, GetReplay, ListDeadLetters, ListForeignEvents, StartReplay } from '@dure/contracts/journal';
import { ListOrders } from '@dure/contracts/orders';
import { RefundAmount } from '@dure/contracts/payments';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Cloud, connect, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { untilIdle } from '@dure/testing/faults';
import { type Detail, messageOf, putEntries } from '@dure/testing/shop/faults-messages';
import { recorded } from '@dure/testing/journal';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { ended, orderFor, paymentOf, place, stockOne } from '@dure/testing/shop/shop';

/*
 * Even a principal that may put anything on the bus, such as an administrator, cannot speak for a service: messages from
 * senders that their contract does not name reach no consumer, and the journal shows them as foreign.
 */

let running: LocalCloudProcess;
let cloud: Cloud;

beforeAll(async () => {
  running = await startLocalCloud({ only: ['orders', 'catalog', 'inventory', 'payments', 'shipping'] });
  cloud = connect(running.url);
}, 300_000);

afterAll(async () => {
  await running?.stop();
});

/** Puts a message on the bus in another's name. */
async function forge(contract: MessageContract, Source: string, detail: Detail): Promise<void> {
  await putEntries(running, [{ Source, DetailType: contract.detailType, Detail: JSON.stringify(detail) }]);
  await untilIdle(cloud);
}

/** What the journal has of a forged message: a foreign event with the reason, and no event. */
async function foreign(source: string, detail: Detail) {
  const { items } = expectStatus(await cloud.call(ListForeignEvents, { query: { source, limit: 100 } }), 200).body;
  const whole = await Promise.all(
    items.map(async ({ id }) => expectStatus(await cloud.call(GetForeignEvent, { params: { id } }), 200).body),
  );
  const genuine = await recorded(cloud, { subject: String(detail['subject']) });
  expect(genuine.filter(({ id }) => id === detail.id)).toEqual([]);
  return whole.filter(({ detail: text }) => text.includes(detail.id));
}

describe('a forged refund', () => {
  it.each([
    ['from a stranger, in the name of orders', 'com.evil', 'dure.orders', 'It came from com.evil'],
    ['from a stranger', 'com.evil', 'com.evil', 'source: invalid_format'],
    ['from a service that may not ask for it', 'dure.catalog', 'dure.catalog', 'dure.catalog may not send'],
    ['from a service, in the name of another', 'dure.catalog', 'dure.orders', 'It came from dure.catalog'],
  ])(
    '%s, is not carried out, and recorded as foreign',
    async (_, source, claimed, reason) => {
      const { sku } = await stockOne(cloud, { onHand: 5 });
      const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
      expect((await ended(cloud, orderId)).status).toBe('completed');
      const data = { orderId, refundId: randomUUID(), amount: { amount: 500, currency: 'EUR' }, reason: 'forged' };
      const detail = { ...messageOf(RefundAmount, orderId, data), source: claimed };
      await forge(RefundAmount, source, detail);
      expect(await paymentOf(cloud, orderId)).toMatchObject({ status: 'captured', refunded: { amount: 0 } });
      const seen = { source, detailType: 'RefundAmount.v1', reason: expect.stringContaining(reason) };
      expect(await foreign(source, detail)).toMatchObject([seen]);
    },
    90_000,
  );
});

describe('a replay', () => {
  it('brings foreign events to no consumer, and to the journal as foreign again', async () => {
    const { sku } = await stockOne(cloud, { onHand: 5 });
    const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
    expect((await ended(cloud, orderId)).status).toBe('completed');
    const data = { orderId, refundId: randomUUID(), amount: { amount: 500, currency: 'EUR' }, reason: 'forged' };
    const detail = messageOf(RefundAmount, orderId, data);
    const from = new Date(Date.now() - 2000).toISOString();
    await forge(RefundAmount, 'com.evil', detail);
    // The archive counts in whole seconds.
    const to = await eventually('The second is over', async () => {
      const now = Math.floor(Date.now() / 1000) * 1000;
      return now > Date.parse(from) + 3000 ? new Date(now).toISOString() : undefined;
    });
    for (const consumer of ['payments/commands', 'journal/record']) {
      const asked = await cloud.call(StartReplay, { body: { consumer, from, to }, idempotencyKey: randomUUID() });
      const { replayId } = expectStatus(asked, 202).body;
      await eventually('The replay is over', async () => {
        const { status } = expectStatus(await cloud.call(GetReplay, { params: { replayId } }), 200).body;
        return status === 'completed' || undefined;
      });
    }
    await untilIdle(cloud);
    expect(await paymentOf(cloud, orderId)).toMatchObject({ status: 'captured', refunded: { amount: 0 } });
    expect(await foreign('com.evil', detail)).toHaveLength(1);
  });
});

describe('a forged price', () => {
  it('in the name of catalog, prices no order', async () => {
    const { sku, price } = await stockOne(cloud, { onHand: 5 });
    const product = { ...ProductAdded.example, sku, price: { ...price, amount: 1 } };
    const detail = { ...messageOf(ProductAdded, sku, product), sequence: 99 };
    await forge(ProductAdded, 'com.evil', detail);
    await forge(ProductAdded, 'dure.inventory', { ...detail, id: randomUUID() });
    expect(await foreign('com.evil', detail)).toHaveLength(1);
    const { total } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
    expect(total).toEqual(price);
  });

  it('with another sender than catalog in its envelope, prices no order, and becomes a dead letter with the reason', async () => {
    const { sku, price } = await stockOne(cloud, { onHand: 5 });
    const product = { ...ProductAdded.example, sku, price: { ...price, amount: 1 } };
    const detail = { ...messageOf(ProductAdded, sku, product), sequence: 99, source: 'dure.inventory' };
    await forge(ProductAdded, 'dure.catalog', detail);
    const { total } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
    expect(total).toEqual(price);
    expect(await foreign('dure.catalog', detail)).toHaveLength(1);
    const letter = await eventually('The dead letter is collected', async () => {
      await cloud.invoke('journal-local-collectDeadLetters');
      const query = { consumer: 'orders/catalogue', limit: 100 };
      const { items } = expectStatus(await cloud.call(ListDeadLetters, { query }), 200).body;
      return items.find(({ event }) => event?.id === detail.id);
    });
    expect(letter.reason).toBe('It came from dure.catalog, and its envelope says dure.inventory.');
  });
});

describe('a cursor', () => {
  const page = async (credentials: Credentials, cursor?: string) =>
    cloud.call(ListOrders, { query: { status: 'completed', limit: '1', ...(cursor && { cursor }) }, credentials });

  it('shows nothing, and is refused when it is forged, cut, or another’s', async () => {
    const { sku } = await stockOne(cloud, { onHand: 5 });
    for (const order of [orderFor([{ sku, quantity: 1 }]), orderFor([{ sku, quantity: 1 }])]) {
      const { orderId } = await place(cloud, order);
      await ended(cloud, orderId);
    }
    await untilIdle(cloud);
    const operator = await cloud.as('operator');
    const first = expectStatus(await page(operator), 200).body;
    const cursor = new URLSearchParams(first._links['next']?.href.split('?')[1]).get('cursor') ?? '';
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('STATUS#');
    const second = expectStatus(await page(operator, cursor), 200).body;
    expect(second.items).not.toEqual(first.items);
    const clear = Buffer.from(JSON.stringify({ list: 'STATUS#0#completed', after: '~' })).toString('base64url');
    const refused = [
      await page(operator, clear),
      await page(operator, cursor.slice(1)),
      await page(operator, `${cursor.slice(0, -2)}AA`),
      await page(await cloud.as('auditor'), cursor),
    ];
    expect(refused.map(({ status, problem }) => [status, problem?.type])).toEqual(
      refused.map(() => [400, 'urn:dure:problem:invalid-cursor']),
    );
    // It is no key: it lets nobody in who may not see the list.
    expect((await page(await cloud.as('customer'), cursor)).status).toBe(403);
    expect((await page({}, cursor)).status).toBe(401);
  });
});

describe('any other entry on the bus', () => {
  it('is recorded, even if it is not a message', async () => {
    const [Source, text] = [`com.${randomUUID()}`, randomUUID()];
    await putEntries(running, [{ Source, DetailType: 'Anything', Detail: JSON.stringify({ any: [text] }) }]);
    await untilIdle(cloud);
    const { items } = expectStatus(await cloud.call(ListForeignEvents, { query: { source: Source } }), 200).body;
    expect(items).toMatchObject([{ detailType: 'Anything', reason: expect.stringContaining('The envelope breaks') }]);
  });
});

describe('an order', () => {
  it('causes no foreign events', async () => {
    const from = new Date().toISOString();
    const { sku } = await stockOne(cloud, { onHand: 5 });
    const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
    expect((await ended(cloud, orderId)).status).toBe('completed');
    await untilIdle(cloud);
    const { items } = expectStatus(await cloud.call(ListForeignEvents, { query: { from } }), 200).body;
    expect(items).toEqual([]);
  });
});
