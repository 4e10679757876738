import { randomUUID } from 'node:crypto';
import { call } from '@dure/testing/lambda-events';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { anOrder } from './support/orders.ts';
import { bodiesIn, deliver, hand, handBody, MAX_RECEIVES, queues, ses, ssm, useQueue } from './support/service.ts';

useQueue('facts');
const { handler: facts } = await import('../src/events/facts.ts');
useQueue('email');
const { handler: email } = await import('../src/events/email.ts');
const { handler: api } = await import('../src/http/index.ts');

beforeAll(() => ssm.put('/dure/local/notifications/email-from', 'shop@dure.example'));

const mailsTo = (to: string) => ses.sent({ to, limit: 100 });
const subjectsTo = (to: string) => mailsTo(to).map(({ subject }) => subject.replace(/ \(.*/, ''));
const bodyOf = (id: string) => bodiesIn('email').find((body) => body.includes(id)) ?? '';
/** Hands over what waits for mails of one order, in no particular order. */
async function mailAll(): Promise<void> {
  while ((await deliver(email, 'email')) > 0);
}
const notificationsOf = async (query: Record<string, string>) =>
  (await call(api, { resource: '/v1/notifications', query })).body['items'] as Record<string, unknown>[];

describe('a customer', () => {
  it('is mailed about an order’s milestones, except its confirmation', async () => {
    const order = anOrder();
    for (const message of [order.placed(), order.confirmed(), order.shipped(), order.completed()]) {
      await hand(facts, message);
      await mailAll();
    }
    expect(subjectsTo(order.email)).toEqual([
      '배송이 완료되었습니다',
      '상품이 발송되었습니다',
      '주문이 접수되었습니다',
    ]);
    expect(mailsTo(order.email)[1]!.text).toContain('SBX0000000017');
    expect(await notificationsOf({ orderId: order.orderId })).toEqual([
      expect.objectContaining({ milestone: 'completed', status: 'sent', language: 'ko', attempts: 1 }),
      expect.objectContaining({ milestone: 'shipped', status: 'sent', channel: 'email' }),
      expect.objectContaining({ milestone: 'placed', status: 'sent', customerId: order.customerId }),
    ]);
  });

  it('is mailed once per event, however often it and its milestone arrive', async () => {
    const order = anOrder();
    const placed = order.placed();
    await hand(facts, placed, placed);
    await hand(facts, placed);
    // The same fact in another message changes nothing.
    await hand(facts, order.placed());
    const body = bodyOf(placed.id!);
    await mailAll();
    expect(await handBody(email, body)).toBe('done');
    expect(subjectsTo(order.email)).toHaveLength(1);
    expect(await notificationsOf({ orderId: order.orderId })).toHaveLength(1);
  });

  it('is mailed about a rejection and refunds in the language of the country', async () => {
    const order = anOrder({ shippingAddress: { name: 'A', line1: 'B', city: 'C', postalCode: 'D', country: 'IE' } });
    await hand(facts, order.placed(), order.cancelled(), order.refunded());
    await mailAll();
    expect(subjectsTo(order.email).toSorted()).toEqual([
      ...(subjectsTo(order.email).includes('We received your order') ? ['We received your order'] : []),
      'Your order has been cancelled',
      'Your refund',
    ]);
    const rejected = anOrder();
    await hand(facts, rejected.rejected());
    await mailAll();
    expect(subjectsTo(rejected.email)).toEqual(['주문을 처리하지 못했습니다']);
  });

  it('is not mailed about old events after newer ones', async () => {
    const order = anOrder();
    await hand(facts, order.completed(), order.placed());
    await mailAll();
    await hand(facts, order.shipped());
    await mailAll();
    expect(await notificationsOf({ orderId: order.orderId })).toContainEqual(
      expect.objectContaining({ milestone: 'shipped', status: 'suppressed', reason: 'outdated' }),
    );
    expect(subjectsTo(order.email)).not.toContain('상품이 발송되었습니다');
  });

  it('is not mailed about events that happened days ago, as in a replay', async () => {
    const order = anOrder();
    await hand(facts, order.placed({ time: '2020-01-05T09:30:00.000Z' }));
    await mailAll();
    expect(mailsTo(order.email)).toEqual([]);
    expect(await notificationsOf({ customerId: order.customerId })).toEqual([
      expect.objectContaining({ status: 'suppressed', reason: 'too-late', attempts: 0 }),
    ]);
  });

  it('can opt out of optional mails only', async () => {
    const order = anOrder();
    const resource = '/v1/preferences/{customerId}';
    const params = { customerId: order.customerId };
    const before = await call(api, { resource, params });
    expect(before).toMatchObject({
      status: 200,
      headers: { etag: '"0"' },
      body: { channels: { email: true }, optOut: [] },
    });
    const body = { language: 'en', channels: { email: false }, optOut: ['completed'] };
    const set = (ifMatch: string) =>
      call(api, { method: 'PUT', resource, params, headers: { 'if-match': ifMatch }, body });
    expect((await set('"0"')).status).toBe(200);
    expect((await set('"0"')).status).toBe(412);
    expect((await call(api, { resource, params })).body).toMatchObject(body);
    for (const message of [order.placed(), order.shipped(), order.completed(), order.refunded()]) {
      await hand(facts, message);
      await mailAll();
    }
    expect(subjectsTo(order.email)).toEqual(['Your refund', 'We received your order']);
    expect(
      (await notificationsOf({ orderId: order.orderId })).map(({ milestone, reason }) => [milestone, reason]),
    ).toEqual(
      expect.arrayContaining([
        ['shipped', 'opted-out'],
        ['completed', 'opted-out'],
      ]),
    );
    const refused = await call(api, {
      ...{ method: 'PUT', resource, params, headers: { 'if-match': '"1"' } },
      body: { ...body, optOut: ['refunded'] },
    });
    expect(refused.status).toBe(400);
  });
});

it('mails a refund once that comes in both versions', async () => {
  const order = anOrder();
  await hand(facts, order.placed());
  await hand(facts, order.refundedV2(), order.refunded());
  await hand(facts, order.refunded(), order.refundedV2());
  await mailAll();
  expect(subjectsTo(order.email).filter((subject) => subject.includes('환불'))).toHaveLength(1);
});

it('waits until the customer is known, and sends then', async () => {
  const order = anOrder();
  const refunded = order.refunded();
  await hand(facts, refunded);
  const body = bodyOf(refunded.id!);
  expect(await handBody(email, body)).toBe('again');
  await hand(facts, order.rejected());
  expect(await handBody(email, body)).toBe('done');
  expect(subjectsTo(order.email)).toContain('환불이 처리되었습니다');
});

it('gives up a mail that the mail service never accepts, and stores the reason', async () => {
  const order = anOrder();
  // It may be one to others, and is none to SES.
  const odd = order.placed({ data: { customer: { id: order.customerId, email: `${'a'.repeat(65)}@example.com` } } });
  await hand(facts, odd);
  await mailAll();
  expect(await notificationsOf({ orderId: order.orderId })).toEqual([
    expect.objectContaining({ status: 'failed', reason: expect.stringContaining('not an e-mail address') }),
  ]);
});

it('becomes a dead letter when it is not our message', async () => {
  const id = randomUUID();
  queues.send('email', JSON.stringify({ id }));
  await deliver(email, 'email', MAX_RECEIVES);
  expect(bodiesIn('email-dlq').some((body) => body.includes(id))).toBe(true);
});

describe('the list of a customer', () => {
  it('is paged, and rejects a cursor of another list', async () => {
    const order = anOrder();
    await hand(facts, order.placed());
    await hand(facts, order.shipped());
    await hand(facts, order.refunded());
    await mailAll();
    const lists: Record<string, string>[] = [{ customerId: order.customerId }, { orderId: order.orderId }];
    for (const query of lists) {
      const seen: unknown[] = [];
      for (let asked: Record<string, string> | undefined = { ...query, limit: '1' }; asked !== undefined;) {
        const { body, status } = await call(api, { resource: '/v1/notifications', query: asked });
        expect(status).toBe(200);
        seen.push(...(body['items'] as { id: string }[]).map(({ id }) => id));
        const { next } = body['_links'] as { next?: { href: string } };
        asked = next && Object.fromEntries(new URL(next.href, 'http://localhost').searchParams);
        if (asked === undefined) break;
        const other = await call(api, {
          resource: '/v1/notifications',
          query: { customerId: 'other', cursor: asked['cursor']! },
        });
        expect(other.status).toBe(400);
      }
      expect(new Set(seen).size).toBe(3);
    }
  });
});
