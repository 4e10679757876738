import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { call } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { amount, authorise, cancel, capture, startService } from '../support/service.ts';
import { WEBHOOK_SECRET } from '../support/test-provider.ts';

process.env['PAYMENT_PROVIDER'] = 'stripe';
const { send, published, truth, shown, refund, sweep, api, provider, dependencies } = await startService();
if (provider.stripe === undefined) throw new Error('This suite is about Stripe.');
const { account, fail, heal } = provider.stripe;

const names = async (orderId: string) => (await published(orderId)).map(({ name }) => name);

const event = (type: string, object: Record<string, unknown>, id = `evt_${randomUUID()}`) => ({
  id,
  object: 'event',
  type,
  data: { object },
});

interface Signing {
  readonly secret?: string;
  /** Seconds ago. */
  readonly age?: number;
}

/** What Stripe sends: signed over the body as it is. */
function post(body: unknown, { secret = WEBHOOK_SECRET, age = 0 }: Signing = {}) {
  const payload = JSON.stringify(body);
  const timestamp = Math.floor(Date.now() / 1000) - age;
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  return postRaw(payload, { 'Stripe-Signature': signature });
}

const postRaw = (body: string, headers: Record<string, string>) =>
  call(api, {
    method: 'POST',
    resource: '/v1/stripe-events',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

/** The intent of an order as an event shows it; only its id is trusted. */
const intentOf = (orderId: string) => {
  const intent = account.intents.find(({ metadata }) => metadata['order_id'] === orderId);
  if (intent === undefined) throw new Error('Nothing was asked for this order.');
  return intent;
};

/** Leaves a capture that began two minutes ago, like a function that died. */
async function leftCapturing(orderId: string): Promise<void> {
  await send(authorise(orderId));
  const stored = await dependencies.store.load(orderId);
  const begun = { ...beginCall(), time: new Date(Date.now() - 120_000).toISOString() };
  await dependencies.store.save(begun, stored, [{ type: 'CaptureStarted' }]);
}

const heeded = expect.objectContaining({ status: 204 });

describe('an event of Stripe', () => {
  it('is a hint to continue an unfinished payment, once', async () => {
    const orderId = randomUUID();
    await leftCapturing(orderId);
    const hint = event('payment_intent.succeeded', { ...intentOf(orderId) });
    expect(await post(hint)).toEqual(heeded);
    expect(await names(orderId)).toEqual(['PaymentAuthorised', 'PaymentCaptured']);
    expect(await post(hint)).toEqual(heeded);
    await Promise.all(
      [1, 2, 3].map(() => post(event('charge.captured', { object: 'charge', payment_intent: intentOf(orderId).id }))),
    );
    expect(await names(orderId)).toEqual(['PaymentAuthorised', 'PaymentCaptured']);
    expect(await truth(orderId)).toMatchObject({ captures: 1, captured: amount.amount });
  });

  it('is not trusted: the payment is read from Stripe', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    const lie = { ...intentOf(orderId), status: 'canceled', amount_received: 1 };
    expect(await post(event('payment_intent.canceled', lie))).toEqual(heeded);
    expect((await shown(orderId)).body).toMatchObject({ status: 'authorised' });
    expect(await names(orderId)).toEqual(['PaymentAuthorised']);
  });

  it('leaves a step that began a moment ago to its invocation', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    await dependencies.store.save(beginCall(), await dependencies.store.load(orderId), [{ type: 'CaptureStarted' }]);
    expect(await post(event('payment_intent.succeeded', { ...intentOf(orderId) }))).toEqual(heeded);
    expect((await shown(orderId)).body).toMatchObject({ status: 'capturing' });
    expect(await truth(orderId)).toMatchObject({ captures: 0 });
  });

  it('reports that Stripe released a hold by itself', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    account.cancel(intentOf(orderId).id);
    expect(await post(event('payment_intent.canceled', { ...intentOf(orderId) }))).toEqual(heeded);
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentVoided', data: { released: amount } });
    await send(capture(orderId));
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentCaptureFailed' });
  });

  it('reveals an unused hold, which is released', async () => {
    const orderId = randomUUID();
    await send(cancel(orderId));
    const orphan = account.create({
      ...{ amount: '2580', currency: 'eur', payment_method: 'pm_card_visa', metadata: { order_id: orderId } },
    });
    fail({ path: /payment_intents\/\w+$/, method: 'GET', times: 9, fails: 'unavailable' });
    const hint = event('payment_intent.amount_capturable_updated', { ...orphan });
    expect(await post(hint)).toMatchObject({ status: 500 });
    heal();
    expect(await post(hint)).toEqual(heeded);
    expect(await truth(orderId)).toMatchObject({ held: 0, captured: 0 });
  });

  it('leaves a pending refund to the sweep, which polls it', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    account.refundsPend = true;
    const asked = await refund(orderId, { amount: { amount: 580, currency: 'EUR' }, reason: 'broken' });
    account.refundsPend = false;
    expect(asked).toMatchObject({ status: 201, body: { refunds: [{ status: 'pending' }] } });
    const made = account.refunds.find((one) => one.payment_intent === intentOf(orderId).id);
    Object.assign(made ?? {}, { status: 'succeeded' });
    expect(await post(event('refund.updated', { ...made }))).toEqual(heeded);
    expect((await shown(orderId)).body).toMatchObject({ status: 'refunding' });
    await sweep(2);
    expect((await shown(orderId)).body).toMatchObject({ status: 'captured', refunds: [{ status: 'succeeded' }] });
    expect(await truth(orderId)).toMatchObject({ refunded: 580 });
  });

  it.each(['charge.dispute.created', 'refund.failed'])('of the type %s is for a person', async (type) => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    const object = { object: type === 'refund.failed' ? 'refund' : 'dispute', payment_intent: intentOf(orderId).id };
    const lines: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = ((line: string) => lines.push(line) > 0) as typeof write;
    try {
      expect(await post(event(type, object))).toEqual(heeded);
    } finally {
      process.stdout.write = write;
    }
    expect(lines.join('')).toContain('"operation":"notice","outcome":"alarming"');
    expect((await shown(orderId)).body).toMatchObject({ status: 'captured' });
  });

  it('that concerns nothing here is accepted and ignored', async () => {
    const stranger = account.create({ amount: '100', currency: 'eur', payment_method: 'pm_card_visa' });
    const elsewhere = account.create({
      ...{ amount: '100', currency: 'eur', payment_method: 'pm_card_visa', metadata: { order_id: randomUUID() } },
    });
    for (const intent of [stranger, elsewhere]) {
      expect(await post(event('payment_intent.amount_capturable_updated', { ...intent }))).toEqual(heeded);
      expect(intent.status).toBe('requires_capture');
    }
    expect(await post(event('payment_intent.created', { object: 'payment_intent', id: 'pi_none' }))).toEqual(heeded);
    expect(await post(event('customer.created', { object: 'customer', id: 'cus_1' }))).toEqual(heeded);
  });
});

describe('what is not an event of Stripe', () => {
  const hint = event('payment_intent.succeeded', { object: 'payment_intent', id: 'pi_1' });
  const refused = { status: 401, body: { type: 'urn:dure:problem:not-from-stripe' } };

  it.each([
    ['another secret', { secret: 'whsec_other' }],
    ['an old signature', { age: 310 }],
    ['a signature of an hour hence', { age: -3_600 }],
    ['a signature of six minutes hence', { age: -360 }],
  ])('is rejected: %s', async (_, signing) => {
    expect(await post(hint, signing)).toMatchObject(refused);
  });

  it.each([-240, 240])('is accepted when its clock and ours differ by %p seconds', async (age) => {
    expect(await post(hint, { age })).toEqual(heeded);
  });

  it('is rejected: two timestamps, one of which is not signed', async () => {
    const payload = JSON.stringify(hint);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET });
    expect(await postRaw(payload, { 'stripe-signature': `t=1,${signature}` })).toMatchObject(refused);
  });

  it('is rejected: another body than the signed one', async () => {
    const payload = JSON.stringify(hint);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET });
    expect(await postRaw(payload.replace('pi_1', 'pi_2'), { 'stripe-signature': signature })).toMatchObject(refused);
    expect(await postRaw(payload, { 'stripe-signature': signature })).toEqual(heeded);
    expect(await postRaw(payload, { 'stripe-signature': 'nonsense' })).toMatchObject(refused);
  });

  it('is rejected: no signature, or no event', async () => {
    expect(await postRaw(JSON.stringify(hint), {})).toMatchObject({ status: 400 });
    expect(await post({ hello: 'world' })).toMatchObject({ status: 400 });
  });
});
