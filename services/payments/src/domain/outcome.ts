import type { Money } from '@dure/contracts/values';
import { declinedAgain, refunded, refundRefused, startRefundOfRest } from './answers.ts';
import { paidOff } from './debt.ts';
import type { PaymentEvent } from './events.ts';
import { type InFlight, pendingRefund, type Refund, refundedAmount, remaining } from './payment.ts';

/** The outcome of the request that a payment in flight stands for. */
export type Outcome =
  | { readonly type: 'approved'; readonly reference: string }
  | { readonly type: 'declined'; readonly reason: string }
  /** No attempt was answered: the authorisation may or may not exist, now or later. */
  | { readonly type: 'unknown'; readonly reason: string }
  | { readonly type: 'captured' }
  | { readonly type: 'voided'; readonly released?: Money }
  /** The hold that was to be released had been captured, contrary to what is known here. */
  | { readonly type: 'taken'; readonly reference: string }
  | { readonly type: 'refunded' }
  /** The provider will not capture or refund. */
  | { readonly type: 'refused'; readonly reason: string };

/**
 * Decides on the provider's answer. If the payment was cancelled meanwhile, what was begun is undone.
 * @throws Error when the answer does not fit the request
 */
export function decideOutcome(outcome: Outcome, payment: InFlight): readonly PaymentEvent[] {
  switch (payment.status) {
    case 'authorising':
      return authorised(outcome, payment);
    case 'capturing':
      return captured(outcome, payment);
    case 'refunding':
      return refundAnswered(outcome, payment);
    case 'voiding':
      return voided(outcome, payment);
    default:
      return payment satisfies never;
  }
}

type In<Status> = Extract<InFlight, { status: Status }>;

function authorised(outcome: Outcome, payment: In<'authorising'>): readonly PaymentEvent[] {
  const { paymentId, amount } = payment.charge;
  if (outcome.type === 'approved') {
    return [{ type: 'PaymentAuthorised', data: { paymentId, amount }, reference: outcome.reference }];
  }
  if (outcome.type === 'declined') return [declinedAgain(payment.charge, 'declined', outcome.reason)];
  if (outcome.type === 'unknown') return [declinedAgain(payment.charge, 'provider-unavailable', outcome.reason)];
  throw unexpected(outcome, payment);
}

function captured(outcome: Outcome, payment: In<'capturing'>): readonly PaymentEvent[] {
  const { charge, cancelled } = payment;
  if (outcome.type === 'captured') {
    const published: PaymentEvent = {
      type: 'PaymentCaptured',
      data: { paymentId: charge.paymentId, amount: charge.amount },
    };
    return [published, ...(cancelled === undefined ? [] : startRefundOfRest(payment, cancelled))];
  }
  if (outcome.type !== 'refused') throw unexpected(outcome, payment);
  const { reason } = outcome;
  return [
    { type: 'PaymentCaptureFailed', data: { reason } },
    { type: 'VoidStarted', reason: cancelled?.reason ?? reason },
  ];
}

function voided(outcome: Outcome, payment: In<'voiding'>): readonly PaymentEvent[] {
  const { charge, reason } = payment;
  if (outcome.type === 'voided') return [{ type: 'PaymentVoided', data: { released: outcome.released, reason } }];
  if (outcome.type !== 'taken') throw unexpected(outcome, payment);
  // There is at most one such refund, and it needs the same id each time: the payment's own.
  const cancelled = { reason, refundId: charge.paymentId };
  return [
    { type: 'CaptureDiscovered', reference: outcome.reference, ...cancelled },
    ...startRefundOfRest({ charge, refunds: [] }, cancelled),
  ];
}

function refundAnswered(outcome: Outcome, payment: In<'refunding'>): readonly PaymentEvent[] {
  const refund = pendingRefund(payment.refunds);
  if (refund === undefined) throw new Error('A payment in status refunding must have a pending refund.');
  if (outcome.type === 'refunded') {
    const total = refundedAmount(payment.refunds) + refund.amount;
    const owed = payment.debt && (paidOff(payment.debt, refund, remaining(payment))?.amount ?? 0);
    return [refunded(payment, refund, total, owed), ...restAfter(payment, refund, 'succeeded')];
  }
  if (outcome.type !== 'refused') throw unexpected(outcome, payment);
  const { reason } = outcome;
  const { refundId } = refund;
  return [
    { type: 'RefundRefused', refundId, reason },
    refundRefused(payment, refundId, reason, owedAfter(payment, refund)),
    ...restAfter(payment, refund, 'failed'),
  ];
}

/** A refused refund is owed if the order requested it, and not otherwise. */
function owedAfter(payment: In<'refunding'>, { amount, due }: Refund): number | undefined {
  const owed = payment.debt?.amount;
  return due === true ? Math.min((owed ?? 0) + amount, remaining(payment) + amount) : owed;
}

/** After another refund the cancellation's own refund follows; after its own, refused or not, nothing follows. */
function restAfter(payment: In<'refunding'>, refund: Refund, status: Refund['status']): readonly PaymentEvent[] {
  const { cancelled, charge } = payment;
  if (cancelled === undefined || cancelled.refundId === refund.refundId) return [];
  const refunds = payment.refunds.map((one) => (one === refund ? { ...one, status } : one));
  return startRefundOfRest({ charge, refunds }, cancelled);
}

const unexpected = (outcome: Outcome, payment: InFlight) =>
  new Error(`The provider answered "${outcome.type}" to a payment in status ${payment.status}.`);
