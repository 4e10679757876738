type Type = 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

/** An error as Stripe answers it. Source: https://docs.stripe.com/api/errors */
export class StripeFailure extends Error {
  readonly status: number;
  readonly type: Type;
  readonly more: Readonly<Record<string, unknown>>;
  /** Whether a repetition with the key gets the same answer: any failure after the endpoint began. */
  readonly kept: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: Type,
    message: string,
    more: Readonly<Record<string, unknown>> = {},
    { kept = false, headers = {} }: { kept?: boolean; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.more = more;
    this.kept = kept;
    this.headers = headers;
  }

  get body() {
    return { error: { type: this.type, message: this.message, ...this.more } };
  }
}

export const missing = (what: string, id: string, param: string, status = 404) =>
  new StripeFailure(status, 'invalid_request_error', `No such ${what}: '${id}'`, { code: 'resource_missing', param });

export const unknownParameter = (param: string) =>
  new StripeFailure(400, 'invalid_request_error', `Received unknown parameter: ${param}`, {
    code: 'parameter_unknown',
    param,
  });

export const invalid = (code: string | undefined, message: string, param: string) =>
  new StripeFailure(400, 'invalid_request_error', message, { code, param }, { kept: true });

export const unexpectedState = (verb: string, intent: { readonly status: string }) =>
  new StripeFailure(
    400,
    'invalid_request_error',
    `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}.`,
    { code: 'payment_intent_unexpected_state', payment_intent: intent },
    { kept: true },
  );
