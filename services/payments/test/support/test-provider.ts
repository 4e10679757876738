import { startSandbox } from '@dure/sandboxes/payment-provider';
import { startTestAws } from '@dure/testing/aws';
import type { PaymentProvider } from '../../src/application/provider.ts';
import type { Resilience } from '../../src/providers/resilience.ts';
import { createSandboxProvider } from '../../src/providers/sandbox/index.ts';
import { createStripeProvider } from '../../src/providers/stripe/index.ts';
import { SECRET_KEY, startStripeServer, type StripeServer } from './stripe-server.ts';
import { sandboxTruth, type Truth } from './truth.ts';

interface ProviderUnderTest {
  readonly endpoint: string;
  /** The environment of the service's functions. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the entry of a function does. */
  readonly register: () => Promise<unknown>;
  /** A separate adapter, with other time-outs or for another address. */
  readonly make: (url: string, changes: Partial<Resilience>) => PaymentProvider;
  readonly truth: (orderId: string) => Promise<Truth>;
  /** Refunds at the provider, unknown to the service. */
  readonly refundBehind: (reference: string, amount: number) => Promise<void>;
  /** How long the provider's search may lag. */
  readonly lagMinutes: number;
  readonly stop: () => Promise<void>;
  readonly stripe?: StripeServer;
}

interface Delays {
  readonly timeoutMs: number;
  readonly lateMs: number;
}

/** The sandbox, unless the test file asks for Stripe before it loads the suite: see `test/stripe`. */
export const startProvider = (delays: Delays): Promise<ProviderUnderTest> =>
  process.env['PAYMENT_PROVIDER'] === 'stripe' ? startStripe(delays) : startOurs(delays);

async function startOurs(delays: Delays): Promise<ProviderUnderTest> {
  const { endpoint, stop } = await startSandbox({ log: () => undefined, delays });
  return {
    endpoint,
    environment: { PAYMENT_PROVIDER: 'sandbox', PAYMENT_PROVIDER_URL: endpoint },
    register: () => import('../../src/providers/sandbox/register.ts'),
    make: createSandboxProvider,
    truth: sandboxTruth(endpoint),
    async refundBehind(reference, amount) {
      const body = JSON.stringify({ payment_intent: reference, amount });
      const response = await fetch(`${endpoint}/v1/refunds`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (response.status !== 200) throw new Error('The sandbox did not refund.');
    },
    lagMinutes: 0,
    stop,
  };
}

export const WEBHOOK_SECRET = 'whsec_9f2d1c7b6a5e4d3c';

async function startStripe(delays: Delays): Promise<ProviderUnderTest> {
  const [stripe, { ssm }] = await Promise.all([startStripeServer({ delays }), startTestAws()]);
  const { endpoint, account, stop } = stripe;
  ssm.put('/dure/local/payments/stripe-secret-key', SECRET_KEY);
  ssm.put('/dure/local/payments/stripe-webhook-secret', `whsec_of_tomorrow ${WEBHOOK_SECRET}`);
  const settings = () => Promise.resolve({ 'stripe-secret-key': SECRET_KEY, 'stripe-webhook-secret': WEBHOOK_SECRET });
  return {
    endpoint,
    environment: { PAYMENT_PROVIDER: 'stripe', PAYMENT_PROVIDER_URL: endpoint },
    register: () => import('../../src/providers/stripe/register.ts'),
    make: (url, changes) => createStripeProvider({ url, settings, stage: 'local' }, changes),
    truth: (orderId) => Promise.resolve(account.totals(orderId)),
    refundBehind: (reference, amount) =>
      Promise.resolve(void account.refund({ payment_intent: reference, amount: String(amount) })),
    lagMinutes: 90,
    stop,
    stripe,
  };
}
