import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { describe, expect, it } from '@jest/globals';
import { authorisePayment } from '../src/application/authorise-payment.ts';
import { cancelPayment } from '../src/application/cancel-payment.ts';
import { capturePayment } from '../src/application/capture-payment.ts';
import type { Dependencies } from '../src/application/change-payment.ts';
import { refundPayment } from '../src/application/refund-payment.ts';
import { amount, authorise, capture, nothing, startService } from './support/service.ts';

const { send, published, truth, shown, sweep, dependencies } = await startService();

class Crash extends Error {}

/** The use cases' dependencies, one of whose writes dies: before it, or after it succeeded. */
function dying(when: 'before' | 'after', nth: number): Dependencies {
  let writes = 0;
  const { store } = dependencies;
  const save: typeof store.save = async (...args) => {
    writes += 1;
    if (writes === nth && when === 'before') throw new Crash();
    const saved = await store.save(...args);
    if (writes === nth) throw new Crash();
    return saved;
  };
  return { ...dependencies, store: { ...store, save } };
}

/** Write 1 is the intention, write 2 the outcome; the provider is asked between them. */
const points = [
  ['before the intention is written', 'before', 1],
  ['between the intention and the provider', 'after', 1],
  ['between the provider and the outcome', 'before', 2],
  ['after the outcome, before the message is acknowledged', 'after', 2],
] as const;

const messageCall = () => beginCall({ marker: { pk: `INBOX#commands#${randomUUID()}` }, replyTo: 'token' });

/** Dies once, then is redelivered as from the queue. */
async function twice(when: 'before' | 'after', nth: number, run: (with_: Dependencies) => Promise<unknown>) {
  await expect(run(dying(when, nth))).rejects.toBeInstanceOf(Crash);
  await run(dependencies).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'AlreadyHandled') throw error;
  });
}

const names = async (orderId: string) => (await published(orderId)).map(({ name }) => name);

describe.each(points)('a function that dies %s', (_, when, nth) => {
  it('has held once, and answered', async () => {
    const orderId = randomUUID();
    const call = messageCall();
    const asked = { orderId, amount, paymentMethod: 'pm_card_visa', paymentId: randomUUID() };
    await twice(when, nth, (deps) => authorisePayment(deps, call, asked));
    expect(await published(orderId)).toMatchObject([{ name: 'PaymentAuthorised', sequence: 1, replyto: 'token' }]);
    expect(await truth(orderId)).toEqual({ ...nothing, authorisations: 1, held: 2580 });
  });

  it('has captured once', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    const call = messageCall();
    await twice(when, nth, (deps) => capturePayment(deps, call, orderId));
    expect(await names(orderId)).toEqual(['PaymentAuthorised', 'PaymentCaptured']);
    expect(await truth(orderId)).toMatchObject({ captures: 1, captured: 2580, refunded: 0 });
  });

  it('has released once', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    const call = messageCall();
    await twice(when, nth, (deps) => cancelPayment(deps, call, { orderId, reason: 'why', refundId: randomUUID() }));
    expect(await published(orderId)).toMatchObject([{}, { name: 'PaymentVoided', data: { released: amount } }]);
    expect(await truth(orderId)).toMatchObject({ held: 0, captured: 0 });
  });

  it('has refunded once, on a cancellation', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    const call = messageCall();
    // A redelivery brings a new id, as a new run of the handler does.
    const cancelled = () => ({ orderId, reason: 'why', refundId: randomUUID() });
    await twice(when, nth, (deps) => cancelPayment(deps, call, cancelled()));
    expect(await names(orderId)).toEqual(['PaymentAuthorised', 'PaymentCaptured', 'PaymentRefunded']);
    expect(await truth(orderId)).toMatchObject({ captured: 2580, refunded: 2580 });
  });

  it('has refunded once, on a request that is repeated with its key', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    const call = { ...messageCall(), marker: { pk: `IDEMPOTENCY#${randomUUID()}`, hash: 'x' } };
    const asked = { orderId, amount: { ...amount, amount: 1000 }, reason: 'broken' };
    await twice(when, nth, (deps) => refundPayment(deps, call, asked));
    expect(await truth(orderId)).toMatchObject({ refunded: 1000 });
    expect((await shown(orderId)).body).toMatchObject({ status: 'captured', refunds: [{ status: 'succeeded' }] });
  });
});

describe('what is never redelivered', () => {
  const asked = (orderId: string) => ({ orderId, amount, paymentMethod: 'pm_card_visa', paymentId: randomUUID() });

  it('is settled by the sweep: an authorisation', async () => {
    const orderId = randomUUID();
    await authorisePayment(dying('before', 2), messageCall(), asked(orderId)).catch(() => undefined);
    expect((await shown(orderId)).body).toMatchObject({ status: 'authorising' });
    await sweep(2);
    expect(await published(orderId)).toMatchObject([{ name: 'PaymentAuthorised', replyto: undefined }]);
    expect(await truth(orderId)).toMatchObject({ authorisations: 1, held: 2580 });
  });

  it('is settled by the sweep: a capture', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    await capturePayment(dying('after', 1), messageCall(), orderId).catch(() => undefined);
    expect((await shown(orderId)).body).toMatchObject({ status: 'capturing' });
    await sweep(2);
    expect((await shown(orderId)).body).toMatchObject({ status: 'captured' });
    expect(await truth(orderId)).toMatchObject({ captures: 1 });
  });

  it('is settled by the sweep: a cancellation while the money was being taken', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    await capturePayment(dying('after', 1), messageCall(), orderId).catch(() => undefined);
    const cancelled = { orderId, reason: 'why', refundId: randomUUID() };
    await cancelPayment(dying('after', 1), messageCall(), cancelled).catch(() => undefined);
    await sweep(2);
    expect(await names(orderId)).toEqual(['PaymentAuthorised', 'PaymentCaptured', 'PaymentRefunded']);
    expect(await truth(orderId)).toMatchObject({ captured: 2580, refunded: 2580 });
  });

  it.each([
    ['the provider has carried out, once', 'before', 2],
    ['never came to the provider', 'after', 1],
  ] as const)('is settled by the sweep: a refund older than its key, which %s', async (_, when, write) => {
    const orderId = randomUUID();
    await send(authorise(orderId), capture(orderId));
    const cancelled = { orderId, reason: 'why', refundId: randomUUID() };
    await cancelPayment(dying(when, write), messageCall(), cancelled).catch(() => undefined);
    await sweep(48 * 60);
    expect(await truth(orderId)).toMatchObject({ captured: 2580, refunded: 2580 });
    expect((await shown(orderId)).body).toMatchObject({ status: 'refunded' });
  });

  it('is settled by the sweep: a hold that is too old', async () => {
    const orderId = randomUUID();
    await send(authorise(orderId));
    await sweep(23 * 60);
    expect(await truth(orderId)).toMatchObject({ held: 2580 });
    await sweep(7 * 24 * 60 + 1);
    expect((await published(orderId)).at(-1)).toMatchObject({
      name: 'PaymentVoided',
      data: { released: amount, reason: 'the authorisation expired' },
    });
    expect(await truth(orderId)).toMatchObject({ held: 0 });
  });
});
