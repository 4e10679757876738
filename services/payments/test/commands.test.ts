import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { Poison } from '@dure/contracts/binding/message';
import { describe, expect, it } from '@jest/globals';
import { authorisePayment } from '../src/application/authorise-payment.ts';
import { amount, authorise, cancel, capture, nothing, refundAmount, startService } from './support/service.ts';

const { send, published, truth, shown, refund, sweep, provider, dependencies } = await startService();

const names = async (orderId: string) => (await published(orderId)).map(({ name }) => name);
const done = { batchItemFailures: [] };

describe('a successful payment', () => {
  it('is held, captured once, and answered', async () => {
    const orderId = randomUUID();
    expect(await send(authorise(orderId, 'pm_card_visa', { replyto: 'token-1' }))).toEqual(done);
    expect(await truth(orderId)).toEqual({ ...nothing, authorisations: 1, held: 2580 });
    expect(await send(capture(orderId, { replyto: 'token-2' }))).toEqual(done);
    expect(await truth(orderId)).toEqual({ ...nothing, authorisations: 1, captures: 1, captured: 2580 });
    const paymentId = (await shown(orderId)).body['paymentId'];
    expect(await published(orderId)).toEqual([
      { name: 'PaymentAuthorised', sequence: 1, replyto: 'token-1', data: { orderId, paymentId, amount } },
      { name: 'PaymentCaptured', sequence: 2, replyto: 'token-2', data: { orderId, paymentId, amount } },
    ]);
    expect((await shown(orderId)).body).toMatchObject({ status: 'captured', captured: amount, refunds: [] });
  });

  it('takes effect once when messages arrive twice, and answers a new message again', async () => {
    const orderId = randomUUID();
    const [one, two] = [authorise(orderId), capture(orderId)];
    for (const record of [one, one, two, two]) expect(await send(record)).toEqual(done);
    expect(await names(orderId)).toEqual(['PaymentAuthorised', 'PaymentCaptured']);
    await send(authorise(orderId), capture(orderId));
    expect(await names(orderId)).toEqual([
      'PaymentAuthorised',
      'PaymentCaptured',
      'PaymentAuthorised',
      'PaymentCaptured',
    ]);
    expect(await truth(orderId)).toMatchObject({ authorisations: 1, captures: 1, captured: 2580 });
  });

  it('is held and captured once when everything arrives at the same time', async () => {
    const orderId = randomUUID();
    await Promise.all([1, 2, 3, 4].map(() => send(authorise(orderId))));
    await Promise.all([1, 2, 3, 4].map(() => send(capture(orderId))));
    expect(await truth(orderId)).toMatchObject({ authorisations: 1, captures: 1, captured: 2580 });
    const sequences = (await published(orderId)).map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  });
});

describe('a partial refund', () => {
  it('is made once when it is requested twice, and both requests are answered', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    const part = { refundId: orderId, amount: { ...amount, amount: 500 } };
    await send(refundAmount(orderId, part, { replyto: 'one' }));
    await send(refundAmount(orderId, part, { replyto: 'two' }));
    expect(await truth(orderId)).toMatchObject({ captured: 2580, refunded: 500 });
    const refunded = { name: 'PaymentRefunded', data: { refundId: orderId, amount: part.amount } };
    expect((await published(orderId)).slice(-2)).toMatchObject([
      { ...refunded, replyto: 'one' },
      { ...refunded, replyto: 'two' },
    ]);
  });

  it('is published in both versions under one number, and only the first answers', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    const part = { refundId: orderId, amount: { ...amount, amount: 500 } };
    await send(refundAmount(orderId, part, { replyto: 'one' }));
    const [first] = (await published(orderId)).slice(-1);
    expect(first?.replyto).toBe('one');
    expect(await published(orderId, 2)).toEqual([
      {
        name: 'PaymentRefunded',
        sequence: first?.sequence,
        data: {
          orderId,
          refund: { id: orderId, amount: part.amount, reason: expect.any(String) },
          refunded: part.amount,
          captured: amount,
        },
        replyto: undefined,
      },
    ]);
  });

  it('is limited to what a manual refund has left', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    expect((await refund(orderId, { amount: { ...amount, amount: 2000 }, reason: 'by hand' })).status).toBe(201);
    await send(refundAmount(orderId, { refundId: orderId, amount }, { replyto: 'one' }));
    expect((await published(orderId)).at(-1)).toMatchObject({
      name: 'PaymentRefunded',
      replyto: 'one',
      data: { refundId: orderId, amount: { amount: 580 }, totalRefunded: amount },
    });
    expect(await truth(orderId)).toMatchObject({ captured: 2580, refunded: 2580 });
  });

  it('without a capture is refused, and answered', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    await send(refundAmount(orderId, { refundId: orderId, amount }, { replyto: 'one' }));
    expect((await published(orderId)).at(-1)).toMatchObject({
      name: 'PaymentRefundRefused',
      replyto: 'one',
      data: { refundId: orderId, reason: 'not-captured' },
    });
  });
});

describe('a refund that the provider refuses', () => {
  /** A captured payment that was refunded in part at the provider, unknown to the service. */
  async function capturedWith(refundedBehind: number): Promise<string> {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    const { payment } = await dependencies.store.load(orderId);
    await provider.refundBehind(String('reference' in payment ? payment.reference : undefined), refundedBehind);
    return orderId;
  }

  it('is owed: it is published, shown and listed until a person has refunded it', async () => {
    const orderId = await capturedWith(2000);
    const owed = { ...amount, amount: 1000 };
    await send(refundAmount(orderId, { refundId: orderId, amount: owed }, { replyto: 'one' }));
    expect((await published(orderId)).at(-1)).toMatchObject({
      name: 'PaymentRefundRefused',
      replyto: 'one',
      data: { refundId: orderId, owed },
    });
    expect((await shown(orderId)).body).toMatchObject({ status: 'captured', owed });
    expect(await dependencies.store.listOwed(50)).toContain(orderId);
    expect((await refund(orderId, { amount: { ...amount, amount: 580 }, reason: 'by hand' })).status).toBe(201);
    expect((await shown(orderId)).body).toMatchObject({ owed: { ...amount, amount: 420 } });
    const another = { amount: { ...amount, amount: 420 }, reason: 'by bank transfer', outside: true };
    expect(await refund(orderId, another)).toMatchObject({ status: 201, body: { refunded: owed } });
    expect((await shown(orderId)).body).not.toHaveProperty('owed');
    expect(await refund(orderId, another)).toMatchObject({
      status: 422,
      body: { type: 'urn:dure:problem:refund-too-large' },
    });
    expect(await dependencies.store.listOwed(50)).not.toContain(orderId);
    expect(await truth(orderId)).toMatchObject({ refunded: 2580 });
  });

  it('is retried by the sweep, a limited number of times', async () => {
    const orderId = await capturedWith(2000);
    await send(refundAmount(orderId, { refundId: orderId, amount: { ...amount, amount: 1000 } }));
    const refunds = async () => (await shown(orderId)).body['refunds'] as { status: string }[];
    for (const days of [1, 2, 5, 30, 60, 90]) await sweep(days * 24 * 60);
    expect((await refunds()).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'failed'));
    expect(await dependencies.store.listOwed(50)).toContain(orderId);
  });

  it('answers whoever undoes the order, also when repeated', async () => {
    const orderId = await capturedWith(1);
    expect(await send(cancel(orderId, { replyto: 'one' }))).toEqual(done);
    expect(await send(cancel(orderId, { replyto: 'two' }))).toEqual(done);
    const refused = { name: 'PaymentRefundRefused', data: { owed: amount } };
    expect((await published(orderId)).slice(-2)).toMatchObject([
      { ...refused, replyto: 'one' },
      { ...refused, replyto: 'two' },
    ]);
    await send(authorise(orderId));
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentDeclined', data: { cause: 'cancelled' } });
  });
});

describe('payment methods', () => {
  it('that decline are reported as declined, also when repeated', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId, 'pm_card_visa_chargeDeclined'));
    await send(authorise(orderId, 'pm_card_visa_chargeDeclined'));
    const declined = { name: 'PaymentDeclined', data: { cause: 'declined', reason: 'card_declined' } };
    expect(await published(orderId)).toMatchObject([declined, declined]);
    expect((await shown(orderId)).body).toMatchObject({ status: 'declined', reason: 'card_declined' });
    expect(await truth(orderId)).toEqual(nothing);
  });

  it('that are unknown are declined', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId, 'pm_unknown'));
    expect(await published(orderId)).toMatchObject([{ name: 'PaymentDeclined', data: { cause: 'declined' } }]);
  });

  it('that fail twice are approved by the third attempt', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId, 'pm_sandbox_flaky'));
    expect(await names(orderId)).toEqual(['PaymentAuthorised']);
    expect(await truth(orderId)).toMatchObject({ authorisations: 1 });
  });

  it('that answer late are approved by the second attempt, once', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId, 'pm_sandbox_late'));
    expect(await names(orderId)).toEqual(['PaymentAuthorised']);
    expect(await truth(orderId)).toMatchObject({ authorisations: 1, held: 2580 });
  });
});

describe('CancelPayment', () => {
  it('before anything: nothing is ever held', async () => {
    const orderId = randomUUID();
    await send(cancel(orderId));
    await send(authorise(orderId));
    await send(capture(orderId));
    expect(await published(orderId)).toMatchObject([
      { name: 'PaymentVoided', data: { reason: 'out of stock' } },
      { name: 'PaymentDeclined', data: { cause: 'cancelled', reason: 'out of stock', amount } },
      { name: 'PaymentCaptureFailed' },
    ]);
    expect(await truth(orderId)).toEqual(nothing);
    expect((await shown(orderId)).body).toMatchObject({ status: 'voided', reason: 'out of stock' });
  });

  it('releases the hold, and answers again', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    await send(cancel(orderId));
    await send(cancel(orderId));
    const voided = { name: 'PaymentVoided', data: { released: amount, reason: 'out of stock' } };
    expect(await published(orderId)).toMatchObject([{ name: 'PaymentAuthorised' }, voided, voided]);
    expect(await truth(orderId)).toEqual({ ...nothing, authorisations: 1 });
    await send(capture(orderId));
    expect(await truth(orderId)).toMatchObject({ captured: 0 });
  });

  it('refunds what is left of the capture, and answers again', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    await send(capture(orderId));
    await refund(orderId, { amount: { amount: 580, currency: 'EUR' }, reason: 'broken' });
    await send(cancel(orderId));
    await send(cancel(orderId));
    const rest = { amount: { amount: 2000, currency: 'EUR' }, totalRefunded: amount, reason: 'out of stock' };
    const events = await published(orderId);
    expect(events.slice(-2)).toMatchObject([
      { name: 'PaymentRefunded', data: rest },
      { name: 'PaymentRefunded', data: rest },
    ]);
    expect(await truth(orderId)).toMatchObject({ captured: 2580, refunded: 2580 });
    expect((await shown(orderId)).body).toMatchObject({ status: 'refunded', refunded: amount });
    await send(authorise(orderId));
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentDeclined', data: { cause: 'cancelled' } });
  });

  it('of a declined payment is answered', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId, 'pm_card_visa_chargeDeclined'));
    await send(cancel(orderId));
    expect(await names(orderId)).toEqual(['PaymentDeclined', 'PaymentVoided']);
  });
});

it('never authorises another amount for the same order', async () => {
  const orderId = randomUUID();
  await send(authorise(orderId));
  const other = { orderId, amount: { ...amount, amount: 1 }, paymentMethod: 'pm_card_visa', paymentId: randomUUID() };
  await expect(authorisePayment(dependencies, beginCall(), other)).rejects.toBeInstanceOf(Poison);
  expect(await truth(orderId)).toMatchObject({ authorisations: 1, held: 2580 });
});

it('has nothing to capture when nothing is held', async () => {
  const orderId = randomUUID();
  const early = capture(orderId);
  await send(early);
  expect(await published(orderId)).toMatchObject([
    { name: 'PaymentCaptureFailed', data: { reason: 'not authorised' } },
  ]);
  expect((await shown(orderId)).status).toBe(404);
  await send(authorise(orderId));
  // The same message again is a repetition, in any state.
  expect(await send(early)).toEqual(done);
  expect(await truth(orderId)).toMatchObject({ held: 2580, captured: 0 });
});
