import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { PaymentProvider } from '../../src/application/provider.ts';
import type { Resilience } from '../../src/providers/resilience.ts';
import { amount, type Truth } from '../support/truth.ts';

export interface UnderTest {
  /** Creates the adapter for a server. */
  readonly make: (url: string, changes?: Partial<Resilience>) => PaymentProvider;
  /** A provider whose slow answers come after an attempt's time-out, and whose slowest after all attempts. */
  readonly endpoint: string;
  readonly truth: (orderId: string) => Promise<Truth>;
  /** Whether a payment that is still undecided can be found. */
  readonly showsPending: boolean;
}

/** For what is answered at once, also by a busy machine, and for what is never answered in time. */
const patient = { timeoutMs: 20_000, backoffMs: 5, tries: 3 };
const quick = { ...patient, timeoutMs: 600 };

export const authorisation = (paymentMethod = 'pm_card_visa', orderId = randomUUID()) => ({
  orderId,
  amount,
  paymentMethod,
  key: randomUUID(),
});

export async function hold(provider: PaymentProvider): Promise<{ reference: string; orderId: string }> {
  const request = authorisation();
  const answer = await provider.authorise(request);
  if (answer.type !== 'approved') throw new Error('This card is approved.');
  return { reference: answer.reference, orderId: request.orderId };
}

/** The tests of every adapter, for one adapter. */
export function describeProvider({ make, endpoint, truth, showsPending }: UnderTest): void {
  const provider = make(endpoint, patient);
  const hurried = make(endpoint, quick);

  describe('the provider’s answers', () => {
    it('to an authorisation', async () => {
      expect(await provider.authorise(authorisation())).toEqual({ type: 'approved', reference: expect.any(String) });
      const declined = await provider.authorise(authorisation('pm_card_visa_chargeDeclined'));
      expect(declined).toEqual({ type: 'declined', reason: 'card_declined' });
      const nobody = await provider.authorise(authorisation('pm_none'));
      expect(nobody).toEqual({ type: 'declined', reason: 'resource_missing' });
    });

    it('to an authorisation, once per key, however many requests race', async () => {
      const request = authorisation();
      const answers = [];
      for (let count = 0; count < 2; count += 1) answers.push(await provider.authorise(request));
      answers.push(...(await Promise.all([1, 2, 3].map(() => provider.authorise(request)))));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await truth(request.orderId)).toMatchObject({ authorisations: 1, held: amount.amount });
    });

    it('to a reused key: an error, and nothing is held', async () => {
      const request = authorisation();
      await provider.authorise(request);
      const other = { ...request, amount: { ...amount, amount: 100 } };
      await expect(provider.authorise(other)).rejects.toThrow();
      expect(await truth(request.orderId)).toMatchObject({ authorisations: 1, held: amount.amount });
    });

    it('to a capture, repeated with the same key or another', async () => {
      const { reference, orderId } = await hold(provider);
      const key = randomUUID();
      expect(await provider.capture({ reference, amount, key })).toEqual({ type: 'captured' });
      expect(await provider.capture({ reference, amount, key })).toEqual({ type: 'captured' });
      expect(await provider.capture({ reference, amount, key: randomUUID() })).toEqual({ type: 'captured' });
      expect(await provider.void(reference)).toEqual({ type: 'taken' });
      expect(await truth(orderId)).toMatchObject({ captures: 1, captured: amount.amount, refunded: 0 });
    });

    it('to a release, also when repeated', async () => {
      const { reference } = await hold(provider);
      const voided = { type: 'voided', released: amount };
      expect(await provider.void(reference)).toEqual(voided);
      expect(await provider.void(reference)).toEqual(voided);
      const capture = await provider.capture({ reference, amount, key: randomUUID() });
      expect(capture).toEqual({ type: 'refused', reason: 'payment_intent_unexpected_state' });
    });

    it('to a refund, once per id, and never more than was captured', async () => {
      const { reference, orderId } = await hold(provider);
      await provider.capture({ reference, amount, key: randomUUID() });
      const refund = { reference, amount: { ...amount, amount: 2000 }, refundId: randomUUID() };
      expect(await provider.findRefund(refund)).toEqual({ type: 'none' });
      expect(await provider.refund(refund)).toEqual({ type: 'refunded' });
      expect(await provider.refund(refund)).toEqual({ type: 'refunded' });
      expect(await provider.findRefund(refund)).toEqual({ type: 'refunded' });
      const more = await provider.refund({ ...refund, refundId: randomUUID() });
      expect(more).toEqual({ type: 'refused', reason: expect.any(String) });
      expect(await truth(orderId)).toMatchObject({ captured: 2580, refunded: 2000 });
    });

    it('to a refund without a capture', async () => {
      const { reference, orderId } = await hold(provider);
      const refund = { reference, amount, refundId: randomUUID() };
      expect(await provider.refund(refund)).toMatchObject({ type: 'refused' });
      expect(await truth(orderId)).toMatchObject({ held: amount.amount, refunded: 0 });
    });

    it('to a query of an order', async () => {
      const { reference, orderId } = await hold(provider);
      const held = { reference, amount, status: 'held' };
      expect(await provider.findHolds(orderId)).toMatchObject({ type: 'found', holds: [held] });
      expect(await provider.findHold(reference)).toMatchObject({ type: 'found', orderId, hold: held });
      await provider.capture({ reference, amount, key: randomUUID() });
      expect(await provider.findHold(reference)).toMatchObject({ hold: { status: 'taken' } });
      expect(await provider.findHolds(orderId)).toMatchObject({ holds: [{ status: 'taken' }] });
      const other = await hold(provider);
      await provider.void(other.reference);
      expect(await provider.findHolds(other.orderId)).toMatchObject({ holds: [{ status: 'released' }] });
    });

    it('to a query of something unknown', async () => {
      expect(await provider.findHolds(randomUUID())).toMatchObject({ type: 'found', holds: [] });
      expect(await provider.findHold('pi_unknown')).toEqual({ type: 'none' });
    });

    it('to a health check', async () => {
      await expect(provider.check()).resolves.toBeUndefined();
      await expect(make('http://127.0.0.1:9', quick).check()).rejects.toThrow();
    });
  });

  describe('a provider that does not answer in time', () => {
    it('approves by a later attempt with the same key, once', async () => {
      const request = authorisation('pm_sandbox_late');
      expect(await hurried.authorise(request)).toMatchObject({ type: 'approved' });
      expect(await truth(request.orderId)).toMatchObject({ authorisations: 1, held: amount.amount });
    });

    it('is retried when it is busy, three attempts in total', async () => {
      expect(await provider.authorise(authorisation('pm_sandbox_flaky'))).toMatchObject({ type: 'approved' });
      const twice = make(endpoint, { ...patient, tries: 2 });
      expect(await twice.authorise(authorisation('pm_sandbox_flaky'))).toMatchObject({ type: 'unknown' });
    });

    it('makes the outcome unknown, not a decline', async () => {
      const request = authorisation('pm_sandbox_timeout');
      expect(await hurried.authorise(request)).toMatchObject({ type: 'unknown' });
      const holds = showsPending ? [{ status: 'pending' }] : [];
      expect(await provider.findHolds(request.orderId)).toMatchObject({ holds });
    });

    it('leaves everything unknown when nothing listens', async () => {
      const nobody = make('http://127.0.0.1:9', quick);
      const reference = 'pi_1';
      expect(await nobody.authorise(authorisation())).toMatchObject({ type: 'unknown' });
      expect(await nobody.capture({ reference, amount, key: 'k' })).toMatchObject({ type: 'unknown' });
      expect(await nobody.void(reference)).toMatchObject({ type: 'unknown' });
      expect(await nobody.refund({ reference, amount, refundId: 'r' })).toMatchObject({ type: 'unknown' });
      expect(await nobody.findRefund({ reference, refundId: 'r' })).toMatchObject({ type: 'unknown' });
      expect(await nobody.findHolds('order')).toMatchObject({ type: 'unknown' });
      expect(await nobody.findHold(reference)).toMatchObject({ type: 'unknown' });
    });
  });

  describe('the circuit breaker', () => {
    const settings = { ...quick, timeoutMs: 1_500, tries: 1, minimum: 4, windowMs: 60_000, openMs: 2_000 };

    it('opens when most attempts fail, spares the provider, and closes when it is back', async () => {
      const state = { broken: true, requests: 0 };
      const url = await listen(() => {
        state.requests += 1;
        return state.broken ? [500, '{}'] : [200, '{"data":[],"has_more":false}'];
      });
      const guarded = make(url, settings);
      for (let count = 0; count < 6; count += 1) {
        expect(await guarded.findHolds(`order-${count}`)).toMatchObject({ type: 'unknown' });
      }
      expect(state.requests).toBe(settings.minimum);
      state.broken = false;
      expect(await guarded.findHolds('order')).toMatchObject({ type: 'unknown' });
      expect(state.requests).toBe(settings.minimum);

      const end = Date.now() + 60_000;
      let answer = await guarded.findHolds('order');
      while (answer.type === 'unknown' && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        answer = await guarded.findHolds('order');
      }
      expect(answer).toMatchObject({ type: 'found', holds: [] });
      expect(await guarded.findHolds('order')).toMatchObject({ type: 'found', holds: [] });
    });

    it('stays closed while refusals come, and while few requests fail', async () => {
      const guarded = make(endpoint, settings);
      for (let count = 0; count < 6; count += 1) {
        const declined = await guarded.authorise(authorisation('pm_card_visa_chargeDeclined'));
        expect(declined).toMatchObject({ type: 'declined' });
      }
      for (let count = 0; count < 2; count += 1) {
        expect(await guarded.authorise(authorisation('pm_sandbox_timeout'))).toMatchObject({ type: 'unknown' });
      }
      expect(await guarded.authorise(authorisation())).toMatchObject({ type: 'approved' });
    });
  });

  describe('an unexpected answer', () => {
    it.each([
      ['a page of a proxy', 200, '<html>'],
      ['too many requests', 429, '{"error":{"type":"invalid_request_error"}}'],
      ['a bad gateway', 502, 'Bad Gateway'],
      ['a failure', 500, '{"error":{"type":"api_error"}}'],
    ])('leaves the outcome unknown: %s', async (_, status, body) => {
      const odd = make(await listen(() => [status, body]), quick);
      expect(await odd.authorise(authorisation())).toMatchObject({ type: 'unknown' });
      expect(await odd.capture({ reference: 'pi', amount, key: 'k' })).toMatchObject({ type: 'unknown' });
      expect(await odd.refund({ reference: 'pi', amount, refundId: 'r' })).toMatchObject({ type: 'unknown' });
    });

    it.each([
      ['wrong credentials', 401, '{"error":{"type":"invalid_request_error","code":"unauthorized"}}'],
      ['no permission', 403, '{"error":{"type":"invalid_request_error","code":"forbidden"}}'],
      ['a reused key', 400, '{"error":{"type":"idempotency_error","code":"reused"}}'],
      ['another shape', 200, '{"ok":true}'],
    ])('is an error, not a decline: %s', async (_, status, body) => {
      const odd = make(await listen(() => [status, body]), quick);
      await expect(odd.authorise(authorisation())).rejects.toThrow();
    });
  });
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server of one answer. */
async function listen(answer: () => [status: number, body: string]): Promise<string> {
  const server = createServer((_, response) => {
    const [status, body] = answer();
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
