import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beginCall } from '@dure/contracts/binding/call';
import { readMarker } from '@dure/contracts/binding/commit';
import type { Fields } from '@dure/contracts/binding/log';
import { describe, expect, it } from '@jest/globals';
import { authorisePayment } from '../src/application/authorise-payment.ts';
import { cancelPayment } from '../src/application/cancel-payment.ts';
import { capturePayment } from '../src/application/capture-payment.ts';
import type { Dependencies } from '../src/application/change-payment.ts';
import { refundPayment } from '../src/application/refund-payment.ts';
import { settlePayments } from '../src/application/settle-payments.ts';
import { amount, authorise, capture, nothing, startService } from './support/service.ts';

/** How long the slow card takes: longer than all attempts together. */
const DECIDED_AFTER_MS = 6_000;
const { send, published, truth, shown, sweep, dependencies, provider, table } = await startService({
  timeoutMs: DECIDED_AFTER_MS,
  lateMs: 3_000,
});

/** Its circuit breaker stays closed: each test makes its own requests. */
const unguarded = { minimum: 1_000_000 };

/** The same service with shorter time-outs than in production, to save time. */
const impatient: Dependencies = {
  store: dependencies.store,
  provider: provider.make(provider.endpoint, { timeoutMs: 1_000, backoffMs: 1, ...unguarded }),
  pauses: [],
};

/** The same service, cut off from its provider: nothing listens there. */
const cutOff: Dependencies = {
  store: dependencies.store,
  provider: provider.make('http://127.0.0.1:9', { timeoutMs: 200, backoffMs: 1, ...unguarded }),
  pauses: [],
};

const messageCall = () => beginCall({ marker: { pk: `INBOX#commands#${randomUUID()}` } });

/** The metrics of a capture. */
async function captured(from: Dependencies, orderId: string): Promise<unknown> {
  const call = messageCall();
  let outcome: unknown;
  const log = { ...call.log, info: (_: string, fields?: Fields) => (outcome = fields?.['outcome']) };
  await capturePayment(from, { ...call, log }, orderId).catch(() => undefined);
  return outcome;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('The condition did not come true in time.');
    await delay(100);
  }
}

describe('a provider that does not answer in time', () => {
  const slow = (orderId: string) => {
    const asked = { orderId, amount, paymentMethod: 'pm_sandbox_timeout', paymentId: randomUUID() };
    return authorisePayment(impatient, messageCall(), asked);
  };
  const decided = (orderId: string) => until(async () => (await truth(orderId)).authorisations === 1);

  it('is reported as unavailable, and a later approval is released', async () => {
    const orderId = randomUUID();
    await slow(orderId);
    expect(await published(orderId)).toMatchObject([
      { name: 'PaymentDeclined', data: { cause: 'provider-unavailable' } },
    ]);
    await sweep(1);
    expect((await shown(orderId)).body).toMatchObject({ status: 'voiding' });
    await decided(orderId);
    expect(await truth(orderId)).toMatchObject({ held: 2580 });
    await sweep(3);
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentVoided', data: { released: amount } });
    expect(await truth(orderId)).toEqual({ ...nothing, authorisations: 1 });
    expect((await shown(orderId)).body).toMatchObject({ status: 'voided' });

    await slow(orderId);
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentDeclined' });
    expect(await truth(orderId)).toEqual({ ...nothing, authorisations: 1 });
  });

  it('lets a cancellation be retried until it is decided', async () => {
    const orderId = randomUUID();
    await slow(orderId);
    const call = messageCall();
    const asked = { orderId, reason: 'why', refundId: randomUUID() };
    await expect(cancelPayment(impatient, call, asked)).rejects.toMatchObject({ name: 'NotYetDecided' });
    await decided(orderId);
    await cancelPayment(impatient, call, asked);
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentVoided', data: { released: amount } });
    expect(await truth(orderId)).toEqual({ ...nothing, authorisations: 1 });
  });

  it('is not assumed to have nothing while a request may be in flight', async () => {
    const orderId = randomUUID();
    const asked = { orderId, amount, paymentMethod: 'pm_card_visa', paymentId: randomUUID() };
    await authorisePayment(cutOff, messageCall(), asked);
    expect(await published(orderId)).toMatchObject([
      { name: 'PaymentDeclined', data: { cause: 'provider-unavailable' } },
    ]);
    const cancelled = { orderId, reason: 'why', refundId: randomUUID() };
    await expect(cancelPayment(impatient, messageCall(), cancelled)).rejects.toMatchObject({ name: 'NotYetDecided' });
    await sweep(provider.lagMinutes + 2);
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentVoided', data: { orderId } });
    expect(await truth(orderId)).toEqual(nothing);
  });
});

const refundIdIn = (result: object): string => ('refundId' in result ? String(result.refundId) : 'none');

describe('a provider that cannot be reached', () => {
  it('marks a message that leaves a refund pending, so that a duplicate does nothing', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    const asked = { orderId, amount: { ...amount, amount: 1000 }, reason: 'broken' };
    const call = messageCall();
    const result = await refundPayment(cutOff, call, asked);
    expect(result).toMatchObject({ stored: { payment: { status: 'refunding' } } });
    await expect(refundPayment(dependencies, call, asked)).rejects.toMatchObject({ name: 'AlreadyHandled' });
    expect(await truth(orderId)).toMatchObject({ refunded: 0 });
  });

  it('leaves a capture to be retried, by the queue or the sweep', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    await expect(capturePayment(cutOff, messageCall(), orderId)).rejects.toMatchObject({ name: 'ProviderUnreachable' });
    expect(await captured(cutOff, orderId)).toBe('failed');
    expect((await shown(orderId)).body).toMatchObject({ status: 'capturing' });
    const run = await settlePayments(cutOff, { ...beginCall(), time: inMinutes(2) }, inMinutes(-60));
    expect(run).toMatchObject({ unreachable: true });
    expect((await shown(orderId)).body).toMatchObject({ status: 'capturing' });
    await sweep(2);
    expect(await truth(orderId)).toMatchObject({ captures: 1, captured: 2580 });
    expect(await captured(dependencies, orderId)).toBe('captured');
    expect(await captured(dependencies, randomUUID())).toBe('failed');
  });

  it('leaves a cancellation to be retried', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    const asked = { orderId, reason: 'why', refundId: randomUUID() };
    const call = messageCall();
    await expect(cancelPayment(cutOff, call, asked)).rejects.toMatchObject({ name: 'ProviderUnreachable' });
    await send(capture(orderId));
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentCaptureFailed' });
    await cancelPayment(dependencies, call, asked);
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'PaymentVoided', data: { released: amount } });
    expect(await truth(orderId)).toEqual({ ...nothing, authorisations: 1 });
  });

  it('leaves a refund pending, with the same answer when it is repeated', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    const asked = { orderId, amount: { ...amount, amount: 1000 }, reason: 'broken' };
    const pk = `IDEMPOTENCY#${randomUUID()}`;
    const request = beginCall({ marker: { pk, hash: 'of the request' } });
    const result = await refundPayment(cutOff, request, asked);
    expect(result).toMatchObject({ stored: { payment: { status: 'refunding', refunds: [{ status: 'pending' }] } } });
    await expect(refundPayment(dependencies, request, asked)).rejects.toMatchObject({ name: 'AlreadyHandled' });
    expect(JSON.stringify(await readMarker(table, { pk }))).toContain(refundIdIn(result));
    expect(await truth(orderId)).toMatchObject({ refunded: 0 });
    await sweep(2);
    expect((await shown(orderId)).body).toMatchObject({ status: 'captured', refunds: [{ status: 'succeeded' }] });
    expect(await truth(orderId)).toMatchObject({ refunded: 1000 });
  });
});

const inMinutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();
