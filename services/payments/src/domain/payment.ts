import type { Money } from '@dure/contracts/values';
import { type Debt, retryAt } from './debt.ts';

/** What is to be held for an order; enough to repeat the request. */
export interface Charge {
  readonly paymentId: string;
  readonly amount: Money;
  readonly paymentMethod: string;
  /** Whose payment it is; missing where the request did not say. */
  readonly customerId?: string;
}

export interface Refund {
  readonly refundId: string;
  readonly amount: number;
  readonly reason: string;
  readonly createdAt: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** Requested by the order: if the provider refuses it, its amount is owed. */
  readonly due?: boolean;
  /** A person refunded it another way; the provider was not asked. */
  readonly outside?: boolean;
}

/** The order was cancelled during or after the capture: what is left is refunded under this id. */
export interface Cancellation {
  readonly reason: string;
  readonly refundId: string;
}

/** Why nothing is held; a later AuthorisePayment gets it as its answer. */
export type VoidCause = 'cancelled' | 'provider-unavailable';

interface Taken {
  readonly charge: Charge;
  /** The provider's id of the hold. */
  readonly reference: string;
  readonly refunds: readonly Refund[];
  readonly cancelled?: Cancellation;
  readonly debt?: Debt;
}

/**
 * The payment of one order. Statuses ending in -ing are intentions: they are written before the provider is asked and
 * stand until its answer is known. `since` is when the status began (ISO 8601).
 */
export type Payment =
  | { readonly status: 'none' }
  | { readonly status: 'authorising'; readonly charge: Charge; readonly since: string }
  | { readonly status: 'authorised'; readonly charge: Charge; readonly reference: string; readonly since: string }
  | { readonly status: 'declined'; readonly charge: Charge; readonly reason: string }
  | ({ readonly status: 'capturing'; readonly since: string } & Taken)
  | ({ readonly status: 'captured' | 'refunded' } & Taken)
  | ({ readonly status: 'refunding'; readonly since: string } & Taken)
  | {
      readonly status: 'voiding';
      readonly charge: Charge;
      /** Missing while the provider's answer to the authorisation is unknown. */
      readonly reference?: string;
      readonly since: string;
      readonly cause: VoidCause;
      readonly reason: string;
    }
  | {
      readonly status: 'voided';
      /** Missing when the payment was cancelled before it was requested. */
      readonly charge?: Charge;
      readonly released?: Money;
      readonly cause: VoidCause;
      readonly reason: string;
    };

export type InFlight = Extract<Payment, { status: 'authorising' | 'capturing' | 'refunding' | 'voiding' }>;

export const inFlight = (payment: Payment): payment is InFlight =>
  ['authorising', 'capturing', 'refunding', 'voiding'].includes(payment.status);

/** The refunded amount in minor units. */
export const refundedAmount = (refunds: readonly Refund[]): number =>
  refunds.filter((refund) => refund.status === 'succeeded').reduce((sum, refund) => sum + refund.amount, 0);

/** The amount in minor units that was taken and is neither refunded nor about to be. */
export const remaining = ({ charge, refunds }: Pick<Taken, 'charge' | 'refunds'>): number =>
  refunds
    .filter((refund) => refund.status !== 'failed')
    .reduce((left, refund) => left - refund.amount, charge.amount.amount);

export const pendingRefund = (refunds: readonly Refund[]): Refund | undefined =>
  refunds.find((refund) => refund.status === 'pending');

export const refundOf = (payment: Payment, refundId: string): Refund | undefined =>
  'refunds' in payment ? payment.refunds.find((refund) => refund.refundId === refundId) : undefined;

export const debtOf = (payment: Payment): Debt | undefined => ('debt' in payment ? payment.debt : undefined);

/** Whether the provider refused to refund everything that is left. */
export const owesAll = (payment: Payment): boolean =>
  payment.status === 'captured' && payment.debt !== undefined && payment.debt.amount >= remaining(payment);

const minutes = (count: number) => count * 60_000;

/** How long a step may stand before the sweep continues it: longer than the function that began it lives. */
export const STEP_MINUTES = 1;

/**
 * When the sweep should check a payment; undefined when it is settled. A request without an answer is checked at once,
 * since nothing else continues it.
 */
export function dueAt(payment: Payment, authorisationMinutes: number): string | undefined {
  const after = (since: string, count: number) => new Date(Date.parse(since) + minutes(count)).toISOString();
  switch (payment.status) {
    case 'authorised':
      return after(payment.since, authorisationMinutes);
    case 'authorising':
    case 'capturing':
    case 'refunding':
      return after(payment.since, STEP_MINUTES);
    case 'voiding':
      return after(payment.since, payment.cause === 'provider-unavailable' ? 0 : STEP_MINUTES);
    case 'captured':
      return payment.debt && retryAt(payment.debt);
    case 'none':
    case 'declined':
    case 'refunded':
    case 'voided':
      return undefined;
    default:
      return payment satisfies never;
  }
}
