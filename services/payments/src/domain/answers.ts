import type { PaymentEvent, ToldEvent } from './events.ts';
import { type Cancellation, type Charge, type Payment, type Refund, refundedAmount, remaining } from './payment.ts';

type Taken = Extract<Payment, { status: 'captured' | 'refunded' }>;
type Declined = Extract<ToldEvent, { type: 'PaymentDeclined' }>;

export function declinedAgain(
  { paymentId, amount }: Charge,
  cause: Declined['data']['cause'],
  reason: string,
): Declined {
  return { type: 'PaymentDeclined', data: { paymentId, amount, cause, reason } };
}

/**
 * What gives back all that is left after a cancellation. Of a payment of nothing, nothing was taken. A refund that the
 * provider refused is not begun again under its own id: the next CancelPayment brings another.
 */
export function startRefundOfRest(
  payment: Pick<Taken, 'charge' | 'refunds'>,
  { reason, refundId }: Cancellation,
): readonly PaymentEvent[] {
  const amount = remaining(payment);
  if (payment.refunds.some((refund) => refund.refundId === refundId)) return [];
  if (amount > 0) return [{ type: 'RefundStarted', refundId, amount, reason }];
  return payment.charge.amount.amount === 0 ? [{ type: 'PaymentVoided', data: { reason } }] : [];
}

export function refunded(payment: Pick<Taken, 'charge'>, refund: Refund, total: number): ToldEvent {
  const { currency } = payment.charge.amount;
  const { refundId, amount, reason } = refund;
  const data = { refundId, amount: { amount, currency }, totalRefunded: { amount: total, currency }, reason };
  return { type: 'PaymentRefunded', data };
}

/** The last refund once more, for who lost the answer. */
export function refundedAgain(payment: Taken): ToldEvent {
  const last = payment.refunds.findLast((refund) => refund.status === 'succeeded');
  if (last === undefined) throw new Error('A payment that is refunded has a refund.');
  return refunded(payment, last, refundedAmount(payment.refunds));
}

/**
 * What became of a refund, once more, for who lost the answer; undefined while nothing is known. One that was refused
 * is made good by a person, who gives back as much by hand: then nothing is owed any more.
 */
export function answerOfRefund(payment: Pick<Taken, 'charge' | 'refunds'>, refund: Refund): ToldEvent | undefined {
  const total = refundedAmount(payment.refunds);
  if (refund.status === 'succeeded') return refunded(payment, refund, total);
  if (refund.status === 'pending') return undefined;
  const later = payment.refunds.slice(payment.refunds.indexOf(refund) + 1);
  return refundedAmount(later) >= refund.amount
    ? refunded(payment, { ...refund, amount: 0 }, total)
    : refundRefused(refund.refundId, 'refused before');
}

export const refundRefused = (refundId: string, reason: string): ToldEvent => ({
  type: 'PaymentRefundRefused',
  data: { refundId, reason },
});

/** All of it was given back before: it is told as a refund of nothing. */
export function nothingLeft(payment: Payment, refundId: string, reason: string): ToldEvent {
  if (!('refunds' in payment)) throw new Error('A payment of which nothing is left has refunds.');
  const refund: Refund = { refundId, amount: 0, reason, createdAt: '', status: 'succeeded' };
  return refunded(payment, refund, refundedAmount(payment.refunds));
}
