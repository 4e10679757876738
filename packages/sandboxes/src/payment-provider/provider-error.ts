export type ProviderErrorType = 'invalid_request_error' | 'idempotency_error' | 'card_error' | 'api_error';

interface Details {
  /** The wrong field. */
  readonly param?: string;
  /** The payment intent in its present state, if the error is about one. */
  readonly paymentIntent?: unknown;
  /** The request was well-formed but does not fit the state: a repetition with its key is refused again. */
  readonly kept?: boolean;
}

/** An error in the shape of Stripe's. Source: https://docs.stripe.com/api/errors */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly status: number;
  readonly type: ProviderErrorType;
  readonly code: string;
  readonly details: Details;

  constructor(status: number, type: ProviderErrorType, code: string, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.details = details;
  }

  get body(): unknown {
    const { param, paymentIntent } = this.details;
    const { type, code, message } = this;
    return { error: { type, code, message, param, payment_intent: paymentIntent } };
  }
}

export function invalid(code: string, message: string, param?: string): ProviderError {
  return new ProviderError(400, 'invalid_request_error', code, message, { param });
}

export function missing(what: string, id: string): ProviderError {
  return new ProviderError(404, 'invalid_request_error', 'resource_missing', `There is no ${what} "${id}".`);
}
