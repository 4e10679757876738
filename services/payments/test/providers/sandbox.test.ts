import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandboxProvider } from '@dure/local-cloud/sandbox-provider/start-sandbox-provider';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { createSandboxProvider } from '../../src/providers/sandbox.ts';
import { amount } from '../support/service.ts';

const sandbox = await startSandboxProvider({ log: () => undefined, delays: { timeoutMs: 5_000, lateMs: 2_500 } });
afterAll(() => sandbox.stop());
const quick = { timeoutMs: 600, backoffMs: 5 };
const provider = createSandboxProvider(sandbox.endpoint, quick);

const authorisation = (paymentMethod = 'pm_card_visa', orderId = randomUUID()) => ({
  orderId,
  amount,
  paymentMethod,
  key: randomUUID(),
});

async function held(): Promise<{ reference: string; orderId: string }> {
  const request = authorisation();
  const answer = await provider.authorise(request);
  if (answer.type !== 'approved') throw new Error('The sandbox approves this card.');
  return { reference: answer.reference, orderId: request.orderId };
}

describe('what the provider says', () => {
  it('of an authorisation', async () => {
    expect(await provider.authorise(authorisation())).toEqual({ type: 'approved', reference: expect.any(String) });
    const declined = await provider.authorise(authorisation('pm_card_visa_chargeDeclined'));
    expect(declined).toEqual({ type: 'declined', reason: 'card_declined' });
    expect(await provider.authorise(authorisation('pm_none'))).toEqual({
      type: 'declined',
      reason: 'resource_missing',
    });
  });

  it('of a capture, again with the key or another', async () => {
    const { reference } = await held();
    const key = randomUUID();
    expect(await provider.capture({ reference, amount, key })).toEqual({ type: 'captured' });
    expect(await provider.capture({ reference, amount, key })).toEqual({ type: 'captured' });
    expect(await provider.capture({ reference, amount, key: randomUUID() })).toEqual({ type: 'captured' });
    expect(await provider.void(reference)).toEqual({ type: 'taken' });
  });

  it('of letting go, again as well', async () => {
    const { reference } = await held();
    const voided = { type: 'voided', released: amount };
    expect(await provider.void(reference)).toEqual(voided);
    expect(await provider.void(reference)).toEqual(voided);
    const capture = await provider.capture({ reference, amount, key: randomUUID() });
    expect(capture).toEqual({ type: 'refused', reason: 'payment_intent_unexpected_state' });
  });

  it('of a refund, once per id', async () => {
    const { reference, orderId } = await held();
    await provider.capture({ reference, amount, key: randomUUID() });
    const refund = { reference, amount: { ...amount, amount: 2000 }, refundId: randomUUID() };
    expect(await provider.refund(refund)).toEqual({ type: 'refunded' });
    expect(await provider.refund(refund)).toEqual({ type: 'refunded' });
    const more = await provider.refund({ ...refund, refundId: randomUUID() });
    expect(more).toEqual({ type: 'refused', reason: 'charge_already_refunded' });
    const response = await fetch(`${sandbox.endpoint}/v1/charges?order_id=${orderId}`);
    expect(await response.json()).toMatchObject({ data: [{ captured: 2580, refunded: 2000 }] });
  });

  it('of an order', async () => {
    const { reference, orderId } = await held();
    expect(await provider.find(orderId)).toEqual({ type: 'found', holds: [{ reference, amount, status: 'held' }] });
    expect(await provider.find(randomUUID())).toEqual({ type: 'found', holds: [] });
  });
});

describe('a provider that does not answer in time', () => {
  it('approves by a later try with the same key, once', async () => {
    const request = authorisation('pm_sandbox_late');
    expect(await provider.authorise(request)).toMatchObject({ type: 'approved' });
    expect(await provider.find(request.orderId)).toMatchObject({ holds: [{ status: 'held' }] });
  });

  it('is tried again after 503, three times in all', async () => {
    expect(await provider.authorise(authorisation('pm_sandbox_flaky'))).toMatchObject({ type: 'approved' });
    const twice = createSandboxProvider(sandbox.endpoint, { ...quick, tries: 2 });
    expect(await twice.authorise(authorisation('pm_sandbox_flaky'))).toMatchObject({ type: 'unknown' });
  });

  it('makes the outcome unknown, not a decline', async () => {
    const request = authorisation('pm_sandbox_timeout');
    expect(await provider.authorise(request)).toMatchObject({ type: 'unknown' });
    expect(await provider.find(request.orderId)).toMatchObject({ holds: [{ status: 'pending' }] });
  });
});

describe('the circuit breaker', () => {
  const settings = { ...quick, tries: 1, minimum: 4, windowMs: 1_000, openMs: 300 };
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A provider that can be broken, and counts what reaches it. */
  async function breakable() {
    const state = { broken: false, requests: 0 };
    const server = createServer((_, response) => {
      state.requests += 1;
      response.writeHead(state.broken ? 500 : 200, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(state.broken ? {} : { data: [] }));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { state, provider: createSandboxProvider(`http://127.0.0.1:${port}`, settings) };
  }

  it('opens when most tries fail, spares the provider, and closes when it is back', async () => {
    const { state, provider: guarded } = await breakable();
    state.broken = true;
    for (let count = 0; count < 6; count += 1) {
      expect(await guarded.find('order')).toMatchObject({ type: 'unknown' });
    }
    expect(state.requests).toBe(settings.minimum);
    state.broken = false;
    expect(await guarded.find('order')).toMatchObject({ type: 'unknown' });
    expect(state.requests).toBe(settings.minimum);

    const end = Date.now() + 5_000;
    let answer = await guarded.find('order');
    while (answer.type === 'unknown' && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      answer = await guarded.find('order');
    }
    expect(answer).toEqual({ type: 'found', holds: [] });
    expect(await guarded.find('order')).toEqual({ type: 'found', holds: [] });
  });

  it('stays closed while refusals come, and while few requests fail', async () => {
    const guarded = createSandboxProvider(sandbox.endpoint, settings);
    for (let count = 0; count < 6; count += 1) {
      expect(await guarded.authorise(authorisation('pm_card_visa_chargeDeclined'))).toMatchObject({ type: 'declined' });
    }
    for (let count = 0; count < 2; count += 1) {
      expect(await guarded.authorise(authorisation('pm_sandbox_timeout'))).toMatchObject({ type: 'unknown' });
    }
    expect(await guarded.authorise(authorisation())).toMatchObject({ type: 'approved' });
  });
});

describe('an answer that is not understood', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function answering(status: number, body: string) {
    const server = createServer((_, response) => {
      response.writeHead(status, { connection: 'close' });
      response.end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return createSandboxProvider(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, quick);
  }

  it.each([
    ['a page of a proxy', 200, '<html>'],
    ['too many requests', 429, '{}'],
    ['a bad gateway', 502, 'Bad Gateway'],
  ])('leaves the outcome unknown: %s', async (_, status, body) => {
    const odd = await answering(status, body);
    expect(await odd.authorise(authorisation())).toMatchObject({ type: 'unknown' });
    expect(await odd.capture({ reference: 'pi', amount, key: 'k' })).toMatchObject({ type: 'unknown' });
  });

  it.each([
    ['wrong credentials', 401, '{"error":{"type":"invalid_request_error","code":"unauthorized"}}'],
    ['a reused key', 400, '{"error":{"type":"idempotency_error","code":"reused"}}'],
    ['another shape', 200, '{"ok":true}'],
  ])('is an error, not a decline: %s', async (_, status, body) => {
    const odd = await answering(status, body);
    await expect(odd.authorise(authorisation())).rejects.toThrow('The provider answered');
  });
});
