import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startSandbox } from '../../src/payment-provider/start-sandbox.ts';
import { authorisation, clientOf } from './client.ts';

const delays = { timeoutMs: 5_000, lateMs: 3_000 };
/** Shorter than both, and long enough for the request to arrive. */
const IMPATIENT_MS = 1_000;
const provider = await startSandbox({ log: () => undefined, delays });
const { get, post } = clientOf(provider.endpoint);
afterAll(() => provider.stop());

const order = () => ({ metadata: { order_id: randomUUID() } });

async function authorised(changes: Record<string, unknown> = {}) {
  const body = authorisation(changes);
  const { body: intent } = await post('/v1/payment_intents', body);
  return { id: String(intent['id']), orderId: String((body.metadata as { order_id: string }).order_id) };
}

async function totalsOf(orderId: string, from = get): Promise<Record<string, unknown> | undefined> {
  const { body } = await from(`/v1/charges?order_id=${orderId}`);
  return (body['data'] as Record<string, unknown>[])[0];
}

const errorOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => {
  const { type, code, param } = body['error'] as Record<string, unknown>;
  return { status, type, code, param };
};

describe('payment intents', () => {
  it('are held, captured and shown in the totals', async () => {
    const { id, orderId } = await authorised();
    expect((await get(`/v1/payment_intents/${id}`)).body).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 2580,
      amount_received: 0,
      currency: 'eur',
    });
    expect(await totalsOf(orderId)).toMatchObject({ authorisations: 1, held: 2580, captured: 0 });
    const captured = await post(`/v1/payment_intents/${id}/capture`, {});
    expect(captured).toMatchObject({ status: 200, body: { status: 'succeeded', amount_received: 2580 } });
    expect(await totalsOf(orderId)).toMatchObject({ captures: 1, held: 0, captured: 2580, refunded: 0 });
  });

  it('are found by their order', async () => {
    const { id, orderId } = await authorised();
    const { body } = await get(`/v1/payment_intents?order_id=${orderId}`);
    expect(body['data']).toEqual([expect.objectContaining({ id, metadata: { order_id: orderId } })]);
    expect((await get(`/v1/payment_intents?order_id=${randomUUID()}`)).body['data']).toEqual([]);
  });

  it('are captured once only', async () => {
    const { id, orderId } = await authorised();
    const answers = await Promise.all([1, 2, 3].map(() => post(`/v1/payment_intents/${id}/capture`, {})));
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 400, 400]);
    expect(await totalsOf(orderId)).toMatchObject({ captures: 1, captured: 2580 });
  });

  it('are not captured beyond what was authorised', async () => {
    const { id, orderId } = await authorised();
    const refused = await post(`/v1/payment_intents/${id}/capture`, { amount_to_capture: 2581 });
    expect(errorOf(refused)).toMatchObject({ status: 400, code: 'amount_too_large', param: 'amount_to_capture' });
    expect(await totalsOf(orderId)).toMatchObject({ held: 2580, captured: 0 });
  });

  it('are cancelled, and then not captured', async () => {
    const { id, orderId } = await authorised();
    expect((await post(`/v1/payment_intents/${id}/cancel`, {})).body['status']).toBe('canceled');
    const refused = await post(`/v1/payment_intents/${id}/capture`, {});
    expect(errorOf(refused)).toMatchObject({ status: 400, code: 'payment_intent_unexpected_state' });
    expect(await totalsOf(orderId)).toMatchObject({ held: 0, captured: 0 });
  });

  it.each([
    ['an unknown method', { payment_method: 'pm_card_unknown' }, 'payment_method'],
    ['an amount with a fraction', { amount: 1.5 }, 'amount'],
    ['a negative amount', { amount: -1 }, 'amount'],
    ['no currency', { currency: undefined }, 'currency'],
    ['no order', { metadata: {} }, 'order_id'],
    ['a capture by itself', { capture_method: 'automatic' }, 'capture_method'],
    ['an unknown field', { tip: 1 }, 'tip'],
  ])('reject %s by name', async (_, changes, param) => {
    const refused = await post('/v1/payment_intents', authorisation(changes));
    expect(errorOf(refused)).toMatchObject({ status: 400, type: 'invalid_request_error', param });
  });

  it('reject invalid JSON, and unknown resources', async () => {
    const response = await fetch(`${provider.endpoint}/v1/payment_intents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    await response.body?.cancel();
    expect((await get('/v1/payment_intents/pi_none')).status).toBe(404);
    expect((await post('/v1/payment_intents/pi_none/capture', {})).status).toBe(404);
    expect((await get('/v1/nothing')).status).toBe(404);
  });
});

describe('refunds', () => {
  it('never refund more than was captured, however many requests race', async () => {
    const { id, orderId } = await authorised({ amount: 1000 });
    await post(`/v1/payment_intents/${id}/capture`, {});
    const answers = await Promise.all(
      [400, 400, 400].map((amount) => post('/v1/refunds', { payment_intent: id, amount })),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 200, 400]);
    expect(await totalsOf(orderId)).toMatchObject({ captured: 1000, refunded: 800 });
  });

  it('are refused while nothing is captured', async () => {
    const { id } = await authorised();
    const refused = await post('/v1/refunds', { payment_intent: id, amount: 1 });
    expect(errorOf(refused)).toMatchObject({ status: 400, code: 'charge_already_refunded' });
  });

  it('are made once per key, and listed', async () => {
    const { id, orderId } = await authorised();
    await post(`/v1/payment_intents/${id}/capture`, {});
    const refund = { payment_intent: id, amount: 100, metadata: { refund_id: 'r1' } };
    const key = randomUUID();
    const [first, second] = [await post('/v1/refunds', refund, { key }), await post('/v1/refunds', refund, { key })];
    expect(second).toEqual(first);
    expect(await totalsOf(orderId)).toMatchObject({ refunded: 100 });
    const { body } = await get(`/v1/refunds?payment_intent=${id}`);
    expect(body['data']).toEqual([expect.objectContaining({ amount: 100, metadata: { refund_id: 'r1' } })]);
  });
});

describe('idempotency keys', () => {
  it('answer the same again, and reject another body', async () => {
    const body = authorisation();
    const key = randomUUID();
    const first = await post('/v1/payment_intents', body, { key });
    await post(`/v1/payment_intents/${String(first.body['id'])}/cancel`, {});
    expect(await post('/v1/payment_intents', body, { key })).toEqual(first);
    const other = await post('/v1/payment_intents', { ...body, amount: 1 }, { key });
    expect(errorOf(other)).toMatchObject({ status: 400, type: 'idempotency_error' });
    expect(await totalsOf(body.metadata.order_id)).toMatchObject({ authorisations: 1 });
  });

  it('keep a refusal, even if it would succeed by now', async () => {
    const { id, orderId } = await authorised();
    const key = randomUUID();
    const refund = { payment_intent: id, amount: 100 };
    expect((await post('/v1/refunds', refund, { key })).status).toBe(400);
    await post(`/v1/payment_intents/${id}/capture`, {});
    expect((await post('/v1/refunds', refund, { key })).status).toBe(400);
    expect(await totalsOf(orderId)).toMatchObject({ refunded: 0 });
  });

  it('keep a decline, but not an invalid request', async () => {
    const key = randomUUID();
    const { metadata } = order();
    const declined = authorisation({ payment_method: 'pm_card_visa_chargeDeclined', metadata });
    expect((await post('/v1/payment_intents', { ...declined, amount: 'x' }, { key })).status).toBe(400);
    expect((await post('/v1/payment_intents', declined, { key })).status).toBe(402);
    expect((await post('/v1/payment_intents', declined, { key })).status).toBe(402);
    const { body } = await get(`/v1/payment_intents?order_id=${metadata.order_id}`);
    expect(body['data']).toEqual([expect.objectContaining({ status: 'requires_payment_method' })]);
  });
});

describe('payment methods', () => {
  it('pm_card_visa_chargeDeclined declines', async () => {
    const { metadata } = order();
    const body = authorisation({ payment_method: 'pm_card_visa_chargeDeclined', metadata });
    const declined = await post('/v1/payment_intents', body);
    expect(errorOf(declined)).toMatchObject({ status: 402, type: 'card_error', code: 'card_declined' });
    expect(await totalsOf(metadata.order_id)).toMatchObject({ authorisations: 0, held: 0 });
  });

  it('pm_sandbox_flaky fails twice per key, then approves', async () => {
    const body = authorisation({ payment_method: 'pm_sandbox_flaky' });
    const key = randomUUID();
    const statuses = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      statuses.push((await post('/v1/payment_intents', body, { key })).status);
    }
    expect(statuses).toEqual([503, 503, 200, 200]);
    expect(await totalsOf(body.metadata.order_id)).toMatchObject({ authorisations: 1 });
  });

  it('pm_sandbox_late approves at once, but answers at once only to the second request with the key', async () => {
    const body = authorisation({ payment_method: 'pm_sandbox_late' });
    const key = randomUUID();
    await expect(post('/v1/payment_intents', body, { key, timeoutMs: IMPATIENT_MS })).rejects.toThrow('timeout');
    expect(await totalsOf(body.metadata.order_id)).toMatchObject({ authorisations: 1, held: 2580 });
    expect((await post('/v1/payment_intents', body, { key, timeoutMs: delays.lateMs - 100 })).status).toBe(200);
  });

  it('pm_sandbox_refund_refused refuses the first refund for good, and no other', async () => {
    const { metadata } = order();
    const body = authorisation({ payment_method: 'pm_sandbox_refund_refused', metadata });
    const { id } = (await post('/v1/payment_intents', body)).body as { id: string };
    await post(`/v1/payment_intents/${id}/capture`, {});
    const refund = { payment_intent: id, amount: 100 };
    const key = randomUUID();
    for (const _ of ['first', 'again']) {
      expect(errorOf(await post('/v1/refunds', refund, { key }))).toMatchObject({
        status: 400,
        code: 'charge_disputed',
      });
    }
    expect(await totalsOf(metadata.order_id)).toMatchObject({ refunded: 0 });
    expect((await post('/v1/refunds', refund, { key: randomUUID() })).status).toBe(200);
    expect(await totalsOf(metadata.order_id)).toMatchObject({ refunded: 100 });
  });

  it('pm_sandbox_timeout never answers in time, but finally approves', async () => {
    const body = authorisation({ payment_method: 'pm_sandbox_timeout' });
    const orderId = body.metadata.order_id;
    const key = randomUUID();
    await expect(post('/v1/payment_intents', body, { key, timeoutMs: IMPATIENT_MS })).rejects.toThrow('timeout');
    await expect(post('/v1/payment_intents', body, { key, timeoutMs: IMPATIENT_MS })).rejects.toThrow('timeout');
    const { body: list } = await get(`/v1/payment_intents?order_id=${orderId}`);
    const [intent] = list['data'] as { id: string; status: string }[];
    expect(intent?.status).toBe('processing');
    expect((await post(`/v1/payment_intents/${intent?.id}/cancel`, {})).status).toBe(400);
    expect(await totalsOf(orderId)).toMatchObject({ authorisations: 0, held: 0 });
    const answer = await post('/v1/payment_intents', body, { key });
    expect(answer).toMatchObject({ status: 200, body: { id: intent?.id, status: 'requires_capture' } });
    expect(await totalsOf(orderId)).toMatchObject({ authorisations: 1, held: 2580 });
  });
});

describe('its state', () => {
  it('survives a kill, including unfinished requests', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'dure-test-'));
    const child = fork(join(import.meta.dirname, 'start-and-wait.ts'), [dataDir], { stdio: 'ignore' });
    const [{ endpoint }] = (await once(child, 'message')) as [{ endpoint: string }];
    const slow = authorisation({ payment_method: 'pm_sandbox_timeout' });
    const quick = authorisation();
    const key = randomUUID();
    const held = clientOf(endpoint)
      .post('/v1/payment_intents', slow)
      .catch(() => 'cut off');
    const before = await clientOf(endpoint).post('/v1/payment_intents', quick, { key });
    await untilHeld(endpoint, slow.metadata.order_id);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await held).toBe('cut off');

    const again = await startSandbox({ dataDir, log: () => undefined });
    try {
      const client = clientOf(again.endpoint);
      expect(await client.post('/v1/payment_intents', quick, { key })).toEqual(before);
      await until(async () => (await totalsOf(slow.metadata.order_id, client.get))?.['held'] === 2580);
    } finally {
      await again.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });

  it('is lost without a folder', async () => {
    const other = await startSandbox({ log: () => undefined });
    expect((await clientOf(other.endpoint).get('/v1/charges')).body['data']).toEqual([]);
    await other.stop();
  });
});

async function untilHeld(endpoint: string, orderId: string): Promise<void> {
  const { get: from } = clientOf(endpoint);
  await until(async () => {
    const { body } = await from(`/v1/payment_intents?order_id=${orderId}`);
    return (body['data'] as unknown[]).length === 1;
  });
}

async function until(condition: () => Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('The condition did not come true in time.');
    await delay(20);
  }
}
