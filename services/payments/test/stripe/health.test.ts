import { startTestAws } from '@dure/testing/aws';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { afterAll, beforeEach, expect, it, jest } from '@jest/globals';
import { SECRET_KEY, startStripeServer } from '../support/stripe-server.ts';

const { ssm } = await startTestAws();
const { tableName } = await createTestTable({ indexes: [{ name: 'check', pk: 'checkPk', sk: 'checkSk' }] });
const stripe = await startStripeServer();
afterAll(() => stripe.stop());

beforeEach(() => {
  jest.resetModules();
  Object.assign(process.env, {
    ...{ TABLE_NAME: tableName, SERVICE_NAME: 'payments', STAGE: 'dev', LOG_LEVEL: 'error' },
    ...{ PAYMENT_PROVIDER: 'stripe', PAYMENT_PROVIDER_URL: stripe.endpoint },
  });
});

const parameter = (name: string) => `/dure/dev/payments/${name}`;

/** The health of a function that has just started, by its entry. */
async function health(entry: 'sandbox' | 'stripe' = 'stripe') {
  const { handler } =
    entry === 'stripe'
      ? await import('../../src/providers/stripe/functions/api.ts')
      : await import('../../src/providers/sandbox/functions/api.ts');
  const { status, body } = await call(handler, { resource: '/v1/health' });
  const { provider } = body['dependencies'] as { provider: { status: string; reason?: string } };
  return [status, provider.reason ?? provider.status];
}

it.each([
  ['StripeSecretKeyMissing', {}],
  ['StripeSecretKeyMalformed', { 'stripe-secret-key': 'pk_test_1' }],
  ['StripeLiveKeyOutsideProd', { 'stripe-secret-key': 'sk_live_1' }],
  ['StripeWebhookSecretMissing', { 'stripe-secret-key': 'sk_test_1' }],
])('reports %s', async (reason, parameters) => {
  for (const [name, value] of Object.entries(parameters)) ssm.put(parameter(name), value);
  expect(await health()).toEqual([503, reason]);
});

it('reports the bundle of another provider, or a missing URL', async () => {
  expect(await health('sandbox')).toEqual([503, 'PaymentProviderUnknown']);
  jest.resetModules();
  Object.assign(process.env, { PAYMENT_PROVIDER_URL: 'api.stripe.com' });
  expect(await health()).toEqual([503, 'PaymentProviderUrlMissing']);
});

it('rejects webhooks with a server error while their secret is missing', async () => {
  ssm.put(parameter('stripe-secret-key'), SECRET_KEY);
  const { handler } = await import('../../src/providers/stripe/functions/api.ts');
  const body = { id: 'evt_1', type: 'payment_intent.created', data: { object: {} } };
  const headers = { 'stripe-signature': 't=1,v1=x' };
  const answer = await call(handler, { method: 'POST', resource: '/v1/stripe-events', body, headers });
  expect(answer.status).toBe(500);
});

it('reports StripeKeyRefused', async () => {
  ssm.put(parameter('stripe-secret-key'), 'sk_test_1');
  ssm.put(parameter('stripe-webhook-secret'), 'whsec_1');
  expect(await health()).toEqual([503, 'StripeKeyRefused']);
});

it('is healthy with a complete configuration', async () => {
  ssm.put(parameter('stripe-secret-key'), SECRET_KEY);
  ssm.put(parameter('stripe-webhook-secret'), 'whsec_1');
  expect(await health()).toEqual([200, 'ok']);
});
