import type { ProviderNotice } from '../application/handle-provider-notice.ts';
import type { PaymentProvider } from '../application/provider.ts';

/**
 * A bundle contains only the provider that its stage uses: the entry of a function (`providers/stripe/functions/…`,
 * `providers/sandbox/functions/…`) registers it before `composition.ts` opens the configured one.
 */
type ProviderFactory = (at: { readonly url: string; readonly stage: string }) => ConfiguredProvider;

type ReadResult = { readonly notice: ProviderNotice } | { readonly rejected: 'webhooks-not-used' | 'not-from-stripe' };

export interface ConfiguredProvider {
  readonly provider: PaymentProvider;
  /** Verifies a provider's webhook; `now` is milliseconds since the epoch. Rejects when the secret is missing. */
  readonly readNotice: (body: string, signature: string, now: number) => Promise<ReadResult>;
}

export interface Configuration {
  readonly name: string | undefined;
  readonly url: string | undefined;
  readonly stage: string;
}

const factories = new Map<string, ProviderFactory>();

export function registerProvider(name: string, open: ProviderFactory): void {
  factories.set(name, open);
}

/**
 * Opens the configured provider. With a wrong configuration the service still starts, so that its health check can report
 * it: every request then rejects with an error named `PaymentProviderUnknown` or `PaymentProviderUrlMissing`.
 */
export function openProvider({ name = '', url, stage }: Configuration): ConfiguredProvider {
  const open = factories.get(name);
  if (open === undefined) {
    const there = [...factories.keys()].join(', ');
    return failing('PaymentProviderUnknown', `PAYMENT_PROVIDER is "${name}"; this bundle contains ${there}.`);
  }
  if (url === undefined || !URL.canParse(url)) {
    return failing('PaymentProviderUrlMissing', 'PAYMENT_PROVIDER_URL is not a valid URL.');
  }
  return open({ url, stage });
}

function failing(name: string, message: string): ConfiguredProvider {
  const fail = () => Promise.reject(Object.assign(new Error(message), { name }));
  return {
    provider: {
      authorise: fail,
      capture: fail,
      void: fail,
      refund: fail,
      findRefund: fail,
      findHolds: fail,
      findHold: fail,
      check: fail,
    },
    readNotice: fail,
  };
}
