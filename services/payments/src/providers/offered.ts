import type { ProviderNotice } from '../application/heed-notice.ts';
import type { PaymentProvider } from '../application/provider.ts';

/**
 * A bundle has the one provider that its stage uses: the entry of a function (`src/sandbox/…`, `src/stripe/…`) offers it
 * before `composition.ts` opens what is configured.
 */
type Open = (at: { readonly url: string; readonly stage: string }) => Opened;

type Read = { readonly notice: ProviderNotice } | { readonly refused: 'webhooks-not-used' | 'not-from-stripe' };

export interface Opened {
  readonly provider: PaymentProvider;
  /** Verifies a notice of the provider as it came; `now` is milliseconds since the epoch. Rejects without a secret. */
  readonly readNotice: (body: string, signature: string, now: number) => Promise<Read>;
}

export interface Configuration {
  readonly name: string | undefined;
  readonly url: string | undefined;
  readonly stage: string;
}

const offered = new Map<string, Open>();

export function offerProvider(name: string, open: Open): void {
  offered.set(name, open);
}

/**
 * Opens the configured provider. A wrong configuration lets the service start, so that its health can say what is wrong:
 * whatever is asked of the provider then rejects with an error named `PaymentProviderUnknown` or `PaymentProviderUrlMissing`.
 */
export function openProvider({ name = '', url, stage }: Configuration): Opened {
  const open = offered.get(name);
  if (open === undefined) {
    const there = [...offered.keys()].join(', ');
    return failing('PaymentProviderUnknown', `PAYMENT_PROVIDER is "${name}"; in this bundle there is ${there}.`);
  }
  if (url === undefined || !URL.canParse(url)) {
    return failing('PaymentProviderUrlMissing', 'PAYMENT_PROVIDER_URL is no URL.');
  }
  return open({ url, stage });
}

function failing(name: string, message: string): Opened {
  const fail = () => Promise.reject(Object.assign(new Error(message), { name }));
  return {
    provider: {
      authorise: fail,
      capture: fail,
      void: fail,
      refund: fail,
      findRefund: fail,
      find: fail,
      look: fail,
      check: fail,
    },
    readNotice: fail,
  };
}
