import type { Money } from '@dure/contracts/values';
import type { PaymentEvent, PublishedEvent } from './events.ts';
import { type Cancellation, type Charge, type Payment, type Refund, refundedAmount, remaining } from './payment.ts';

type Taken = Extract<Payment, { status: 'captured' | 'refunded' }>;
type Refunds = Pick<Taken, 'charge' | 'refunds' | 'debt'>;
type Declined = Extract<PublishedEvent, { type: 'PaymentDeclined' }>;

export function declinedAgain(
  { paymentId, amount }: Charge,
  cause: Declined['data']['cause'],
  reason: string,
): Declined {
  return { type: 'PaymentDeclined', data: { paymentId, amount, cause, reason } };
}

/**
 * Starts the refund of everything that is left after a cancellation. A payment of zero took nothing. A refund that the
 * provider refused is not started again under its own id: the next CancelPayment brings another id.
 */
export function startRefundOfRest(
  payment: Pick<Taken, 'charge' | 'refunds'>,
  { reason, refundId }: Cancellation,
): readonly PaymentEvent[] {
  const amount = remaining(payment);
  if (payment.refunds.some((refund) => refund.refundId === refundId)) return [];
  if (amount > 0) return [{ type: 'RefundStarted', refundId, amount, reason, due: true }];
  return payment.charge.amount.amount === 0 ? [{ type: 'PaymentVoided', data: { reason } }] : [];
}

export function refunded(payment: Refunds, refund: Refund, total: number, owed = payment.debt?.amount): PublishedEvent {
  const captured = payment.charge.amount;
  const { currency } = captured;
  const { refundId, amount, reason } = refund;
  const data = { refundId, amount: { amount, currency }, totalRefunded: { amount: total, currency }, captured, reason };
  return { type: 'PaymentRefunded', data: { ...data, ...inMoney(payment, owed) } };
}

/** The last refund again, for a caller that lost the answer. */
export function refundedAgain(payment: Taken): PublishedEvent {
  const last = payment.refunds.findLast((refund) => refund.status === 'succeeded');
  if (last === undefined) throw new Error('A refunded payment must have a refund.');
  return refunded(payment, last, refundedAmount(payment.refunds));
}

const inMoney = ({ charge }: Refunds, owed: number | undefined): { readonly owed?: Money } =>
  owed === undefined ? {} : { owed: { amount: owed, currency: charge.amount.currency } };

/**
 * The outcome of a refund again, for a caller that lost the answer; undefined while it is unknown. Later refunds can make
 * up for a refused one: then nothing is owed any more. A refund that was refused before debts existed is owed from now on.
 */
export function answerOfRefund(payment: Refunds, refund: Refund): PublishedEvent | undefined {
  const total = refundedAmount(payment.refunds);
  if (refund.status === 'succeeded') return refunded(payment, refund, total);
  if (refund.status === 'pending') return undefined;
  const missing = refund.amount - refundedAmount(payment.refunds.slice(payment.refunds.indexOf(refund) + 1));
  return payment.debt === undefined && missing <= 0
    ? refunded(payment, { ...refund, amount: 0 }, total)
    : refundRefused(payment, refund.refundId, 'refused before', payment.debt?.amount ?? missing);
}

/** @param owed in minor units: the total that is owed after it */
export const refundRefused = (
  payment: Refunds,
  refundId: string,
  reason: string,
  owed = payment.debt?.amount,
): PublishedEvent => ({ type: 'PaymentRefundRefused', data: { refundId, reason, ...inMoney(payment, owed) } });

/** Everything was refunded before: answered as a refund of zero. */
export function nothingLeft(payment: Payment, refundId: string, reason: string): PublishedEvent {
  if (!('refunds' in payment)) throw new Error('A payment with nothing left must have refunds.');
  const refund: Refund = { refundId, amount: 0, reason, createdAt: '', status: 'succeeded' };
  return refunded(payment, refund, refundedAmount(payment.refunds));
}
