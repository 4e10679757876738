import type { Money } from '@dure/contracts/values';

/** No answer after every attempt, or no attempt because the circuit breaker is open. The effect is unknown. */
export interface UnknownOutcome {
  readonly type: 'unknown';
  readonly reason: string;
}

/** The provider will not do it, and has not done it. */
export interface RefusedOutcome {
  readonly type: 'refused';
  readonly reason: string;
}

/** What the provider holds for an order. `pending` is undecided: it may still become `held`. */
export interface Hold {
  readonly reference: string;
  readonly amount: Money;
  readonly status: 'pending' | 'held' | 'taken' | 'released' | 'declined';
}

/**
 * What payments needs of a payment provider. A request with a `key` takes effect once, however often it is sent.
 * `reference` is the provider's id of a hold. Adapters reject only when no retry can help (wrong credentials, an answer
 * that contradicts what is known); everything else is in the results.
 */
export interface PaymentProvider {
  authorise(request: {
    readonly orderId: string;
    readonly amount: Money;
    readonly paymentMethod: string;
    readonly key: string;
  }): Promise<
    | { readonly type: 'approved'; readonly reference: string }
    | { readonly type: 'declined'; readonly reason: string }
    | UnknownOutcome
  >;
  /** Captures the whole hold. */
  capture(request: {
    readonly reference: string;
    readonly amount: Money;
    readonly key: string;
  }): Promise<{ readonly type: 'captured' } | RefusedOutcome | UnknownOutcome>;
  /** Releases a hold; for one that was released before, returns how much it was. A `taken` one can only be refunded. */
  void(
    reference: string,
  ): Promise<
    | { readonly type: 'voided'; readonly released?: Money }
    | { readonly type: 'taken' }
    | RefusedOutcome
    | UnknownOutcome
  >;
  refund(request: {
    readonly reference: string;
    readonly amount: Money;
    readonly refundId: string;
  }): Promise<{ readonly type: 'refunded' } | RefusedOutcome | UnknownOutcome>;
  /** The outcome of a refund, by our own id; `none` when the provider never received it. */
  findRefund(request: {
    readonly reference: string;
    readonly refundId: string;
  }): Promise<{ readonly type: 'refunded' } | { readonly type: 'none' } | RefusedOutcome | UnknownOutcome>;
  /**
   * Everything that was ever requested for an order, in its present state. Requests of the last `lagMinutes` may be
   * missing, since a provider's search may lag.
   */
  findHolds(
    orderId: string,
  ): Promise<{ readonly type: 'found'; readonly holds: readonly Hold[]; readonly lagMinutes: number } | UnknownOutcome>;
  /** One hold in its present state, and its order; `orderId` is undefined when this service did not create it. */
  findHold(
    reference: string,
  ): Promise<
    | { readonly type: 'found'; readonly orderId: string | undefined; readonly hold: Hold }
    | { readonly type: 'none' }
    | UnknownOutcome
  >;
  /** Rejects when the provider does not answer or rejects the credentials; the error's name says which. */
  check(): Promise<void>;
}

/** The provider gave no answer: the intention stands and is continued later. */
export class ProviderUnreachable extends Error {
  override readonly name = 'ProviderUnreachable';
}

/** The provider refused a necessary step: a person must look. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
}

/** The provider has not decided yet on what may have to be released. */
export class NotYetDecided extends Error {
  override readonly name = 'NotYetDecided';
}
