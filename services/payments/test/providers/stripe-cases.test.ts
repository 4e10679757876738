import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createStripeProvider } from '../../src/providers/stripe/index.ts';
import { StripeFailure } from '../support/stripe-error.ts';
import {
  SECRET_KEY,
  startStripeServer,
  type StripeServer,
  type StripeServerOptions,
} from '../support/stripe-server.ts';
import { amount } from '../support/truth.ts';
import { authorisation, hold } from './contract.ts';

const keys = { 'stripe-secret-key': SECRET_KEY, 'stripe-webhook-secret': 'whsec_test' };

const servers: StripeServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

/** A separate server for each test, with its own failures. */
async function start(options: StripeServerOptions = {}, settings: Partial<typeof keys> = keys, stage = 'dev') {
  const server = await startStripeServer(options);
  servers.push(server);
  const patience = { timeoutMs: 10_000, backoffMs: 1 };
  const at = { url: server.endpoint, settings: () => Promise.resolve(settings), stage };
  return { ...server, provider: createStripeProvider(at, patience) };
}

const intents = /^\/v1\/payment_intents$/;
const refunds = /^\/v1\/refunds$/;

async function captured(server: Awaited<ReturnType<typeof start>>) {
  const held = await hold(server.provider);
  await server.provider.capture({ reference: held.reference, amount, key: 'k' });
  return held;
}

describe('cards', () => {
  it.each([
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_authenticationRequired', 'authentication_required'],
  ])('%s is declined: %s', async (card, reason) => {
    const { provider } = await start();
    expect(await provider.authorise(authorisation(card))).toEqual({ type: 'declined', reason });
  });

  it('that require the absent customer are declined, and not retried', async () => {
    const { provider, account } = await start();
    const declined = { type: 'declined', reason: 'authentication_required' };
    expect(await provider.authorise(authorisation('pm_card_asksTheCustomer'))).toEqual(declined);
    expect(account.intents).toMatchObject([{ status: 'canceled' }]);
  });

  it('that require the customer are declined even if the release gets no answer, and hold nothing', async () => {
    const { provider, fail, account } = await start();
    fail({ path: /cancel$/, times: 9, fails: 'unavailable' });
    const request = authorisation('pm_card_asksTheCustomer');
    expect(await provider.authorise(request)).toMatchObject({ type: 'declined' });
    expect(account.intents).toMatchObject([{ status: 'requires_action' }]);
    expect(await provider.findHolds(request.orderId)).toMatchObject({ holds: [{ status: 'declined' }] });
  });

  it.each([
    [{ amount: 5124, currency: 'KWD' }, 'Stripe accepts KWD in steps of 10 minor units, not 5124'],
    [{ amount: 0, currency: 'EUR' }, 'amount_too_small'],
    [{ amount: 100_000_000, currency: 'EUR' }, 'amount_too_large'],
    [{ amount: 100, currency: 'XPF' }, 'currency'],
  ] as const)('cannot be charged %p', async (charged, reason) => {
    const { provider } = await start();
    expect(await provider.authorise({ ...authorisation(), amount: charged })).toEqual({ type: 'declined', reason });
  });

  it('are charged in the units of their currency', async () => {
    const { provider, account } = await start();
    const isk = { amount: 5, currency: 'ISK' } as const;
    const request = { ...authorisation(), amount: isk };
    const approved = await provider.authorise(request);
    expect(account.intents).toMatchObject([{ amount: 500, currency: 'isk' }]);
    if (approved.type !== 'approved') throw new Error('It is approved.');
    const { reference } = approved;
    expect(await provider.findHolds(request.orderId)).toMatchObject({ holds: [{ amount: isk }] });
    expect(await provider.capture({ reference, amount: isk, key: 'k' })).toEqual({ type: 'captured' });
    expect(await provider.refund({ reference, amount: isk, refundId: randomUUID() })).toEqual({ type: 'refunded' });
    expect(account.refunds).toMatchObject([{ amount: 500 }]);
  });
});

describe('what Stripe stores under a key', () => {
  it('includes its own failures: an authorisation stays unknown, and its hold is found', async () => {
    const { provider, fail, account, requests } = await start();
    fail({ path: intents, method: 'POST', times: 1, fails: 'broken-after' });
    const request = authorisation();
    expect(await provider.authorise(request)).toMatchObject({ type: 'unknown' });
    expect(requests).toEqual(['POST /v1/payment_intents']);
    expect(await provider.authorise(request)).toMatchObject({ type: 'unknown' });
    expect(account.intents).toHaveLength(1);
    expect(await provider.findHolds(request.orderId)).toMatchObject({ holds: [{ status: 'held' }] });
  });

  it('does not prevent a capture from being retried', async () => {
    const server = await start();
    const { reference, orderId } = await hold(server.provider);
    const capture = () => server.provider.capture({ reference, amount, key: 'the same' });
    server.fail({ path: /capture$/, times: 1, fails: 'broken-before' });
    expect(await capture()).toMatchObject({ type: 'unknown' });
    expect(await capture()).toEqual({ type: 'captured' });
    expect(server.account.totals(orderId)).toMatchObject({ captures: 1 });
  });

  it('does not hide a refund: it is found by its id', async () => {
    const server = await start();
    const { reference, orderId } = await captured(server);
    const refund = { reference, amount, refundId: randomUUID() };
    server.fail({ path: refunds, method: 'POST', times: 1, fails: 'broken-after' });
    expect(await server.provider.refund(refund)).toEqual({ type: 'refunded' });
    expect(server.account.totals(orderId)).toMatchObject({ refunded: amount.amount });
  });

  it('leaves a refund that was not made unknown', async () => {
    const server = await start();
    const { reference, orderId } = await captured(server);
    server.fail({ path: refunds, method: 'POST', times: 1, fails: 'broken-before' });
    expect(await server.provider.refund({ reference, amount, refundId: 'r' })).toMatchObject({ type: 'unknown' });
    expect(server.account.totals(orderId)).toMatchObject({ refunded: 0 });
  });
});

describe('a connection that is lost', () => {
  it.each(['hangs-up', 'unheard'] as const)('%s: it is held once', async (fails) => {
    const { provider, fail, account } = await start();
    fail({ path: intents, method: 'POST', times: 1, fails });
    const request = authorisation();
    expect(await provider.authorise(request)).toMatchObject({ type: 'approved' });
    expect(account.totals(request.orderId)).toMatchObject({ authorisations: 1, held: amount.amount });
  });

  it('captures once when the answer was lost', async () => {
    const server = await start();
    const { reference, orderId } = await hold(server.provider);
    server.fail({ path: /capture$/, times: 2, fails: 'unheard' });
    expect(await server.provider.capture({ reference, amount, key: 'k' })).toEqual({ type: 'captured' });
    expect(server.account.totals(orderId)).toMatchObject({ captures: 1, captured: amount.amount });
  });
});

describe('refunds', () => {
  it('that are pending are polled until they are made', async () => {
    const server = await start();
    const { reference } = await captured(server);
    const refund = { reference, amount, refundId: randomUUID() };
    server.account.refundsPend = true;
    expect(await server.provider.refund(refund)).toEqual({
      type: 'unknown',
      reason: 'Stripe says that the refund is pending',
    });
    Object.assign(server.account.refunds[0] ?? {}, { status: 'succeeded' });
    expect(await server.provider.refund(refund)).toEqual({ type: 'refunded' });
    expect(server.account.refunds).toHaveLength(1);
  });

  it('that failed are refused with the reason', async () => {
    const server = await start();
    const { reference } = await captured(server);
    const refund = { reference, amount, refundId: randomUUID() };
    server.account.refundsPend = true;
    await server.provider.refund(refund);
    Object.assign(server.account.refunds[0] ?? {}, { status: 'failed', failure_reason: 'expired_or_canceled_card' });
    expect(await server.provider.refund(refund)).toEqual({ type: 'refused', reason: 'expired_or_canceled_card' });
  });

  it('are found by their id when Stripe has forgotten the key', async () => {
    const server = await start();
    const { reference } = await captured(server);
    const refund = { reference, amount, refundId: randomUUID() };
    await server.provider.refund(refund);
    server.forgetKeys();
    expect(await server.provider.refund(refund)).toEqual({ type: 'refunded' });
    expect(server.account.refunds).toHaveLength(1);
  });

  it('are found on a later page', async () => {
    const server = await start({ pageSize: 2 });
    const { reference } = await captured(server);
    const refund = (refundId: string) =>
      server.provider.refund({ reference, amount: { ...amount, amount: 10 }, refundId });
    for (const id of ['r1', 'r2', 'r3', 'r4', 'r5']) await refund(id);
    server.forgetKeys();
    server.fail({ path: refunds, method: 'POST', times: 1, fails: 'broken-before' });
    expect(await refund('r1')).toEqual({ type: 'refunded' });
    expect(server.account.refunds).toHaveLength(5);
  });
});

describe('the search', () => {
  it('lags, and reports by how much', async () => {
    const { provider, account } = await start({ searchLagMs: 3_000 });
    const { orderId } = await hold(provider);
    expect(await provider.findHolds(orderId)).toEqual({ type: 'found', holds: [], lagMinutes: 90 });
    const end = Date.now() + 60_000;
    let found = await provider.findHolds(orderId);
    while (found.type === 'found' && found.holds.length === 0 && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      found = await provider.findHolds(orderId);
    }
    expect(found).toMatchObject({ holds: [{ status: 'held' }] });
    expect(account.intents).toHaveLength(1);
  });

  it('is read to its last page, and its results are read again', async () => {
    const { provider } = await start({ pageSize: 2 });
    const orderId = randomUUID();
    for (let count = 0; count < 5; count += 1) await provider.authorise(authorisation('pm_card_visa', orderId));
    const found = await provider.findHolds(orderId);
    expect(found.type === 'found' && found.holds).toHaveLength(5);
  });

  it('never confuses orders', async () => {
    const { provider } = await start();
    await hold(provider);
    expect(await provider.findHolds("' OR metadata['order_id']:'")).toMatchObject({ holds: [] });
  });
});

describe('our own mistakes are errors, not declines', () => {
  it.each([
    ['a parameter that Stripe does not know', 400, { code: 'parameter_unknown', param: 'confirm' }],
    ['a request that lacks one', 400, { code: 'parameter_missing', param: 'return_url' }],
  ])('%s', async (_, status, more) => {
    const { provider, fail } = await start();
    fail({ path: intents, times: 1, fails: new StripeFailure(status, 'invalid_request_error', 'no', more) });
    await expect(provider.authorise(authorisation())).rejects.toThrow('rejects the request');
  });

  it('a payment of another account', async () => {
    const { provider } = await start();
    await expect(provider.capture({ reference: 'pi_other', amount, key: 'k' })).rejects.toThrow('resource_missing');
    await expect(provider.void('pi_other')).rejects.toThrow('resource_missing');
    const refund = { reference: 'pi_other', amount, refundId: 'r' };
    await expect(provider.refund(refund)).rejects.toThrow('resource_missing');
  });

  it.each([
    [undefined, 'dev', 'StripeSecretKeyMissing'],
    ['pk_test_1', 'dev', 'StripeSecretKeyMalformed'],
    ['sk_live_1', 'staging', 'StripeLiveKeyOutsideProd'],
    ['rk_test_1', 'prod', 'StripeTestKeyInProd'],
    ['sk_test_revoked', 'dev', 'StripeKeyRefused'],
  ])('the key %s in %s', async (key, stage, type) => {
    const { provider } = await start({}, { ...keys, 'stripe-secret-key': key }, stage);
    await expect(provider.authorise(authorisation())).rejects.toMatchObject({ name: type });
    await expect(provider.check()).rejects.toMatchObject({ name: type });
  });

  it('a missing webhook secret', async () => {
    const { provider } = await start({}, { 'stripe-secret-key': SECRET_KEY });
    await expect(provider.check()).rejects.toMatchObject({ name: 'StripeWebhookSecretMissing' });
  });
});
