import { randomUUID } from 'node:crypto';
import { call } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import { amount, authorise, cancel, capture, startService } from './support/service.ts';

const { send, published, truth, shown, refund, api, provider, dependencies } = await startService();

const money = (minorUnits: number, currency = 'EUR') => ({ amount: minorUnits, currency });
const problem = (code: string) => ({ type: `urn:dure:problem:${code}` });

async function captured(): Promise<string> {
  const orderId = randomUUID();
  await send(authorise(orderId), capture(orderId));
  return orderId;
}

describe('GetPayment', () => {
  it('shows the payment with an entity tag', async () => {
    const orderId = await captured();
    const { status, headers, body } = await shown(orderId);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      orderId,
      status: 'captured',
      amount,
      captured: amount,
      refunded: money(0),
      refunds: [],
    });
    const again = await call(api, {
      resource: '/v1/payments/{orderId}',
      params: { orderId },
      headers: { 'If-None-Match': String(headers['etag']) },
    });
    expect(again.status).toBe(304);
  });

  it('answers 404 for an order without a payment, and 400 for an invalid order id', async () => {
    expect(await shown(randomUUID())).toMatchObject({ status: 404, body: problem('payment-not-found') });
    expect(await shown('42')).toMatchObject({ status: 400, body: { errors: [{ in: 'path', field: 'orderId' }] } });
  });
});

describe('RefundPayment', () => {
  it('refunds in parts, up to what was captured', async () => {
    const orderId = await captured();
    const first = await refund(orderId, { amount: money(580), reason: 'one was broken' });
    expect(first).toMatchObject({
      status: 201,
      body: {
        status: 'captured',
        refunded: money(580),
        refunds: [{ amount: money(580), reason: 'one was broken', status: 'succeeded' }],
      },
    });
    const tooMuch = await refund(orderId, { amount: money(2001), reason: 'all' });
    expect(tooMuch).toMatchObject({ status: 422, body: problem('refund-too-large') });
    const rest = await refund(orderId, { amount: money(2000), reason: 'the rest' });
    expect(rest).toMatchObject({ status: 201, body: { status: 'refunded', refunded: amount } });
    expect(await refund(orderId, { amount: money(1), reason: 'more' })).toMatchObject({
      status: 422,
      body: problem('refund-too-large'),
    });
    expect(await truth(orderId)).toMatchObject({ captured: 2580, refunded: 2580 });
    const refunds = (await published(orderId)).filter(({ name }) => name === 'PaymentRefunded');
    expect(refunds).toMatchObject([
      { data: { amount: money(580), totalRefunded: money(580) } },
      { data: { amount: money(2000), totalRefunded: money(2580) } },
    ]);
  });

  it('refunds once for one key, and rejects the key for another request', async () => {
    const [orderId, other] = [await captured(), await captured()];
    const key = randomUUID();
    const body = { amount: money(100), reason: 'why' };
    const first = await refund(orderId, body, key);
    const again = await refund(orderId, body, key);
    expect(again).toMatchObject({ status: 201, headers: { 'idempotency-replayed': 'true' }, body: first.body });
    const reused = { status: 422, body: problem('idempotency-key-reused') };
    expect(await refund(orderId, { ...body, amount: money(101) }, key)).toMatchObject(reused);
    expect(await refund(other, body, key)).toMatchObject(reused);
    expect(await truth(orderId)).toMatchObject({ refunded: 100 });
    expect(await truth(other)).toMatchObject({ refunded: 0 });
  });

  it('refunds once when requests with one key race', async () => {
    const orderId = await captured();
    const key = randomUUID();
    const body = { amount: money(100), reason: 'why' };
    const answers = await Promise.all([1, 2, 3].map(() => refund(orderId, body, key)));
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect(answers.some(({ status }) => status === 201)).toBe(true);
    expect(await truth(orderId)).toMatchObject({ refunded: 100 });
  });

  it('never refunds more than was captured, however many requests race', async () => {
    const orderId = await captured();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => refund(orderId, { amount: money(1000), reason: 'why' })),
    );
    const given = answers.filter(({ status }) => status === 201).length;
    for (const { status } of answers) expect([201, 409, 422]).toContain(status);
    expect(given).toBeGreaterThanOrEqual(1);
    expect(given).toBeLessThanOrEqual(2);
    expect(await truth(orderId)).toMatchObject({ refunded: given * 1000 });
  });

  it('is undone when the provider refuses it, and repeats that answer', async () => {
    const orderId = await captured();
    const { payment } = await dependencies.store.load(orderId);
    const reference = 'reference' in payment ? payment.reference : undefined;
    // Refunded at the provider, unknown to the service.
    await provider.refundBehind(String(reference), 2000);
    const key = randomUUID();
    const refused = { status: 422, body: problem('provider-refused') };
    expect(await refund(orderId, { amount: money(1000), reason: 'why' }, key)).toMatchObject(refused);
    expect(await refund(orderId, { amount: money(1000), reason: 'why' }, key)).toMatchObject(refused);
    expect((await shown(orderId)).body).toMatchObject({
      status: 'captured',
      refunded: money(0),
      refunds: [{ status: 'failed' }],
    });
    expect(await refund(orderId, { amount: money(580), reason: 'why' })).toMatchObject({ status: 201 });
  });

  it.each([
    ['nothing', money(0), 422, 'refund-empty'],
    ['another currency', money(100, 'USD'), 422, 'currency-mismatch'],
  ])('rejects %s', async (_, asked, status, code) => {
    const orderId = await captured();
    expect(await refund(orderId, { amount: asked, reason: 'why' })).toMatchObject({ status, body: problem(code) });
    expect(await truth(orderId)).toMatchObject({ refunded: 0 });
  });

  it('is rejected when nothing was captured', async () => {
    const body = { amount: money(100), reason: 'why' };
    const [held, voided] = [randomUUID(), randomUUID()];
    await send(authorise(held), cancel(voided));
    for (const orderId of [held, voided]) {
      expect(await refund(orderId, body)).toMatchObject({ status: 409, body: problem('not-captured') });
    }
    expect(await refund(randomUUID(), body)).toMatchObject({ status: 404, body: problem('payment-not-found') });
  });

  it.each([
    ['no key', { amount: money(1), reason: 'why' }, {}, ['Idempotency-Key']],
    ['a fraction', { amount: money(1.5), reason: 'why' }, undefined, ['amount.amount']],
    ['a text as amount', { amount: { amount: '1', currency: 'EUR' }, reason: 'why' }, undefined, ['amount.amount']],
    [
      'no reason, an unknown currency and a field too many',
      { amount: money(1, 'XYZ'), x: 1 },
      undefined,
      ['amount.currency', 'reason', 'x'],
    ],
  ])('names the bad fields: %s', async (_, body, headers, fields) => {
    const orderId = await captured();
    const answer = await call(api, {
      method: 'POST',
      resource: '/v1/payments/{orderId}/refunds',
      params: { orderId },
      body,
      headers: headers ?? { 'Idempotency-Key': randomUUID() },
    });
    expect(answer.status).toBe(400);
    const errors = answer.body['errors'] as { field: string }[];
    expect(errors.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
  });
});

it('is healthy while its table and the provider answer', async () => {
  expect(await call(api, { resource: '/v1/health' })).toMatchObject({
    status: 200,
    body: { dependencies: { table: { status: 'ok' }, provider: { status: 'ok' } } },
  });
});
