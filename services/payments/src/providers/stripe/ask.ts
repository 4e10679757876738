import Stripe from 'stripe';
import { Transient } from '../resilience.ts';
import { Misconfigured } from './client.ts';

/** A refusal by Stripe: a declined card, or a request that does not fit the payment's state. It had no effect. */
export interface Refusal {
  readonly code: string;
  /** The request field that it refers to, if any. */
  readonly param: string | undefined;
  /** The request was invalid regardless of the card and the payment. */
  readonly isRequest: boolean;
  /** The payment's present state, if Stripe includes it. */
  readonly intent: Stripe.PaymentIntent | undefined;
}

export type Reply<Value> = { readonly value: Value } | { readonly refusal: Refusal };

const { StripeAPIError, StripeCardError, StripeConnectionError, StripeInvalidRequestError, StripeRateLimitError } =
  Stripe.errors;
const { StripeAuthenticationError, StripePermissionError } = Stripe.errors;

/**
 * Sends a request once. A network error, a time-out, 409 (the key is in use), 429 and 5xx leave the effect unknown. Wrong
 * credentials (401, 403) and a reused key are our mistakes and pass through as errors.
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

/** Needed because the SDK's own time-out restarts when it repeats a request whose connection was closed. */
async function within<Value>(timeoutMs: number, answer: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Transient(`Stripe did not answer within ${timeoutMs} ms.`)), timeoutMs);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
