import type { ReadSettings } from '@dure/contracts/binding/settings';
import Stripe from 'stripe';

export type StripeSettings = ReadSettings<'stripe-secret-key' | 'stripe-webhook-secret'>;

/** Payments cannot go on as they are configured; the name says why, also to who asks for the service's health. */
export class Misconfigured extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export const webhookSecretMissing = () =>
  new Misconfigured('StripeWebhookSecretMissing', 'The parameter payments/stripe-webhook-secret is missing.');

export interface ClientOptions {
  /** `https://api.stripe.com`, or where something answers as Stripe does. */
  readonly url: string;
  readonly settings: StripeSettings;
  /** Keys are Stripe's live ones in `prod`, and its test keys anywhere else. */
  readonly stage: string;
  /** For one request. */
  readonly timeoutMs: number;
}

/**
 * Makes a function that gives the client for the secret key of now: one client as long as the key stays the same.
 * Tries are counted by who asks, so the SDK makes none of its own but for a connection that was closed.
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
        httpClient: statusMinding(),
      });
      made = { key, client };
    }
    return made.client;
  };
}

/** The SDK takes any JSON without an error for a success, whatever its status: a proxy's 502 must not be one. */
function statusMinding() {
  const http = Stripe.createNodeHttpClient();
  const send = http.makeRequest.bind(http);
  http.makeRequest = async (...request) => {
    const response = await send(...request);
    const status = response.getStatusCode();
    const read = response.toJSON.bind(response);
    response.toJSON = async () => {
      const json: { error?: unknown } = await read();
      if (status < 400 || json.error !== undefined) return json;
      return { error: { type: 'api_error', message: `Status ${status}, and no error of Stripe's.` } };
    };
    return response;
  };
  return http;
}

/** A restricted key (rk_) will do. Source: https://docs.stripe.com/keys */
function checkKey(key: string | undefined, stage: string): string {
  if (key === undefined) {
    throw new Misconfigured('StripeSecretKeyMissing', 'The parameter payments/stripe-secret-key is missing.');
  }
  const mode = /^[sr]k_(live|test)_\w+$/.exec(key)?.[1];
  if (mode === undefined) {
    throw new Misconfigured('StripeSecretKeyMalformed', 'payments/stripe-secret-key is no sk_… or rk_… of Stripe.');
  }
  if (mode === 'live' && stage !== 'prod') {
    throw new Misconfigured('StripeLiveKeyOutsideProd', 'A live key would take real money outside of prod.');
  }
  if (mode === 'test' && stage === 'prod') {
    throw new Misconfigured('StripeTestKeyInProd', 'With a test key, prod would ship what nobody paid for.');
  }
  return key;
}
