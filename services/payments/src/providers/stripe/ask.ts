import Stripe from 'stripe';
import { Transient } from '../resilience.ts';
import { Misconfigured } from './client.ts';

/** What Stripe will not do, and has not: a card that is declined, or a request that does not fit the state of things. */
export interface Refusal {
  readonly code: string;
  /** The field of the request that is meant, if any. */
  readonly param: string | undefined;
  /** The request was wrong whatever the card and the payment. */
  readonly isRequest: boolean;
  /** The payment as it stands, where Stripe tells it. */
  readonly intent: Stripe.PaymentIntent | undefined;
}

export type Reply<Value> = { readonly value: Value } | { readonly refusal: Refusal };

const { StripeAPIError, StripeCardError, StripeConnectionError, StripeInvalidRequestError, StripeRateLimitError } =
  Stripe.errors;
const { StripeAuthenticationError, StripePermissionError } = Stripe.errors;

/**
 * Sends a request once. A network error, a time-out, 409 (the key is in use), 429 and 5xx say nothing of the effect; wrong
 * credentials (401, 403) and a key that was used for another request are our mistakes, and pass through loudly.
 * @throws Transient; Misconfigured `StripeKeyRefused`, `StripeKeyLacksPermission`; Stripe's own error
 * Sources: https://docs.stripe.com/api/errors https://docs.stripe.com/error-low-level
 */
export async function ask<Value>(request: () => Promise<Value>, timeoutMs: number): Promise<Reply<Value>> {
  try {
    return { value: await within(timeoutMs, request()) };
  } catch (error) {
    if (error instanceof StripeCardError) return { refusal: refusalOf(error) };
    if (error instanceof StripeInvalidRequestError) return { refusal: refusalOf(error) };
    if (error instanceof StripeAuthenticationError) throw new Misconfigured('StripeKeyRefused', error.message);
    if (error instanceof StripePermissionError) throw new Misconfigured('StripeKeyLacksPermission', error.message);
    const unheard = error instanceof StripeConnectionError || error instanceof StripeAPIError;
    if (!unheard && !(error instanceof StripeRateLimitError)) throw error;
    const again = error.headers?.['stripe-should-retry'] !== 'false';
    throw new Transient(`Stripe: ${error.type} ${error.statusCode ?? ''} ${error.code ?? ''}`, { again, cause: error });
  }
}

function refusalOf(error: InstanceType<typeof StripeCardError | typeof StripeInvalidRequestError>): Refusal {
  const { code, param, rawType, payment_intent: intent } = error;
  return {
    code: code ?? param ?? rawType ?? error.type,
    param,
    isRequest: rawType === 'invalid_request_error',
    intent,
  };
}

/** The SDK's own time-out begins anew when it repeats a request whose connection was closed. */
async function within<Value>(timeoutMs: number, answer: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Transient(`Stripe did not answer in ${timeoutMs} ms.`)), timeoutMs);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
