import type { ReadSettings } from '@dure/contracts/binding/settings';
import Stripe from 'stripe';

export type StripeSettings = ReadSettings<'stripe-secret-key' | 'stripe-webhook-secret'>;

/** The configuration is wrong; the error's name says why, and the health check shows it. */
export class Misconfigured extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export const webhookSecretMissing = () =>
  new Misconfigured('StripeWebhookSecretMissing', 'The parameter payments/stripe-webhook-secret is missing.');

export interface ClientOptions {
  /** `https://api.stripe.com`, or a server that behaves like Stripe. */
  readonly url: string;
  readonly settings: StripeSettings;
  /** Requires live keys in `prod` and test keys anywhere else. */
  readonly stage: string;
  /** For one request. */
  readonly timeoutMs: number;
}

/**
 * Creates a function that returns a client for the present secret key: one client as long as the key stays the same.
 * The caller counts the attempts, so the SDK retries only when a connection was closed.
 * @throws Misconfigured `StripeSecretKeyMissing`, `StripeSecretKeyMalformed`, `StripeLiveKeyOutsideProd`,
 *   `StripeTestKeyInProd`
 */
export function openClient({ url, settings, stage, timeoutMs }: ClientOptions): () => Promise<Stripe> {
  const { protocol, hostname, port } = new URL(url);
  let made: { readonly key: string; readonly client: Stripe } | undefined;
  return async () => {
    const key = checkKey((await settings())['stripe-secret-key'], stage);
    if (made?.key !== key) {
      const client = new Stripe(key, {
        protocol: protocol === 'http:' ? 'http' : 'https',
        host: hostname,
        port: port === '' ? undefined : Number(port),
        timeout: timeoutMs,
        maxNetworkRetries: 0,
        telemetry: false,
        httpClient: rejectErrorStatus(),
      });
      made = { key, client };
    }
    return made.client;
  };
}

/** The SDK treats any JSON without an error as a success, for any status. A proxy's 502 must not count as one. */
function rejectErrorStatus() {
  const http = Stripe.createNodeHttpClient();
  const send = http.makeRequest.bind(http);
  http.makeRequest = async (...request) => {
    const response = await send(...request);
    const status = response.getStatusCode();
    const read = response.toJSON.bind(response);
    response.toJSON = async () => {
      const json: { error?: unknown } = await read();
      if (status < 400 || json.error !== undefined) return json;
      return { error: { type: 'api_error', message: `Status ${status} without an error from Stripe.` } };
    };
    return response;
  };
  return http;
}

/** A restricted key (rk_) is accepted too. Source: https://docs.stripe.com/keys */
function checkKey(key: string | undefined, stage: string): string {
  if (key === undefined) {
    throw new Misconfigured('StripeSecretKeyMissing', 'The parameter payments/stripe-secret-key is missing.');
  }
  const mode = /^[sr]k_(live|test)_\w+$/.exec(key)?.[1];
  if (mode === undefined) {
    throw new Misconfigured(
      'StripeSecretKeyMalformed',
      'payments/stripe-secret-key is not a Stripe key (sk_… or rk_…).',
    );
  }
  if (mode === 'live' && stage !== 'prod') {
    throw new Misconfigured('StripeLiveKeyOutsideProd', 'A live key would take real money outside prod.');
  }
  if (mode === 'test' && stage === 'prod') {
    throw new Misconfigured('StripeTestKeyInProd', 'With a test key, prod would ship unpaid orders.');
  }
  return key;
}
