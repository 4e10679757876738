import { openSettings } from '@dure/contracts/settings';
import type { ProviderNotice } from '../application/heed-notice.ts';
import type { PaymentProvider } from '../application/provider.ts';
import { createSandboxProvider } from './sandbox.ts';

export interface Configuration {
  /** `sandbox` or `stripe`. */
  readonly name: string | undefined;
  readonly url: string | undefined;
  readonly stage: string;
}

type Read =
  | { readonly notice: ProviderNotice }
  | { readonly refused: 'webhooks-not-used' | 'webhook-not-configured' | 'not-from-stripe' };

export interface Opened {
  readonly provider: PaymentProvider;
  /** Verifies a notice of the provider as it came; `now` is milliseconds since the epoch. */
  readonly readNotice: (body: string, signature: string, now: number) => Promise<Read>;
}

const none = { readNotice: () => Promise.resolve({ refused: 'webhooks-not-used' } as const) };

/**
 * Opens the configured provider. A wrong configuration lets the service start, so that its health can say what is wrong:
 * whatever is asked of the provider then rejects with an error of that name.
 */
export function openProvider({ name, url, stage }: Configuration): Opened {
  if (name !== 'sandbox' && name !== 'stripe') {
    return {
      ...none,
      provider: missing('UnknownPaymentProvider', `PAYMENT_PROVIDER is "${name}", not sandbox or stripe.`),
    };
  }
  if (url === undefined || !URL.canParse(url)) {
    return { ...none, provider: missing('PaymentProviderUrlMissing', 'PAYMENT_PROVIDER_URL is no URL.') };
  }
  return name === 'sandbox' ? { ...none, provider: createSandboxProvider(url) } : openStripe(url, stage);
}

/** The SDK is evaluated where it is used, and then only: a start with the sandbox does not wait for it. */
function openStripe(url: string, stage: string): Opened {
  const settings = openSettings(`/dure/${stage}/payments`, ['stripe-secret-key', 'stripe-webhook-secret']);
  let opened: Promise<PaymentProvider> | undefined;
  const load = () =>
    (opened ??= import('./stripe/index.ts').then((stripe) => stripe.createStripeProvider({ url, settings, stage })));
  return {
    provider: deferred(load),
    readNotice: async (body, signature, now) => {
      const { 'stripe-webhook-secret': secret } = await settings();
      if (secret === undefined) return { refused: 'webhook-not-configured' };
      const { readStripeEvent } = await import('./stripe/index.ts');
      const notice = readStripeEvent({ body, signature, secret, now });
      return notice === undefined ? { refused: 'not-from-stripe' } : { notice };
    },
  };
}

function missing(name: string, message: string): PaymentProvider {
  return deferred(() => Promise.reject(Object.assign(new Error(message), { name })));
}

const deferred = (load: () => Promise<PaymentProvider>): PaymentProvider => ({
  authorise: async (request) => (await load()).authorise(request),
  capture: async (request) => (await load()).capture(request),
  void: async (reference) => (await load()).void(reference),
  refund: async (request) => (await load()).refund(request),
  find: async (orderId) => (await load()).find(orderId),
  look: async (reference) => (await load()).look(reference),
  check: async () => (await load()).check(),
});
