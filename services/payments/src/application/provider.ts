import type { Money } from '@dure/contracts/values';

/** No answer after every try, or none asked for because the provider has been failing. It says nothing of the effect. */
export interface Unknown {
  readonly type: 'unknown';
  readonly reason: string;
}

/** The provider will not do it, and has not. */
export interface Refused {
  readonly type: 'refused';
  readonly reason: string;
}

/** What a provider has for an order. `pending` is not decided yet: it may still become `held`. */
export interface Hold {
  readonly reference: string;
  readonly amount: Money;
  readonly status: 'pending' | 'held' | 'taken' | 'released' | 'declined';
}

/**
 * What payments needs of a payment provider. A request with a `key` has its effect once, however often it is sent.
 * `reference` is the provider's own name for what it holds. Adapters reject only for what no retry can help (wrong
 * credentials, an answer that contradicts what is known): the rest is in the results.
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
    | Unknown
  >;
  /** Takes all that is held. */
  capture(request: {
    readonly reference: string;
    readonly amount: Money;
    readonly key: string;
  }): Promise<{ readonly type: 'captured' } | Refused | Unknown>;
  /** Lets go of what is held; of what was let go before, says how much it was. `taken` can be given back only. */
  void(
    reference: string,
  ): Promise<{ readonly type: 'voided'; readonly released?: Money } | { readonly type: 'taken' } | Refused | Unknown>;
  refund(request: {
    readonly reference: string;
    readonly amount: Money;
    readonly refundId: string;
  }): Promise<{ readonly type: 'refunded' } | Refused | Unknown>;
  /** What became of a refund, by our own id; `none` when the provider never heard of it. */
  findRefund(request: {
    readonly reference: string;
    readonly refundId: string;
  }): Promise<{ readonly type: 'refunded' } | { readonly type: 'none' } | Refused | Unknown>;
  /**
   * All that was ever asked for an order, as it stands now. What was asked within the last `lagMinutes` may be missing:
   * there are providers whose search is behind.
   */
  find(
    orderId: string,
  ): Promise<{ readonly type: 'found'; readonly holds: readonly Hold[]; readonly lagMinutes: number } | Unknown>;
  /** One hold as it stands now, and whose it is; `orderId` is undefined when it was not made by this service. */
  look(
    reference: string,
  ): Promise<
    | { readonly type: 'found'; readonly orderId: string | undefined; readonly hold: Hold }
    | { readonly type: 'none' }
    | Unknown
  >;
  /** Rejects when the provider does not answer, or will not with the credentials there are; the error's name says which. */
  check(): Promise<void>;
}

/** The provider gave no answer: what was begun stands as it is, to be gone on with later. */
export class ProviderUnreachable extends Error {
  override readonly name = 'ProviderUnreachable';
}

/** The provider refused what has to be done: a person must look. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
}

/** The provider has not decided yet on what may have to be let go. */
export class NotYetDecided extends Error {
  override readonly name = 'NotYetDecided';
}
