import type { Money } from '@dure/contracts/values';
import type { PaymentEvent, ToldEvent } from './events.ts';
import { type Cancellation, type Charge, type Payment, type Refund, refundedAmount, remaining } from './payment.ts';

type Taken = Extract<Payment, { status: 'captured' | 'refunded' }>;
type Refunds = Pick<Taken, 'charge' | 'refunds' | 'debt'>;
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
  if (amount > 0) return [{ type: 'RefundStarted', refundId, amount, reason, due: true }];
  return payment.charge.amount.amount === 0 ? [{ type: 'PaymentVoided', data: { reason } }] : [];
}

export function refunded(payment: Refunds, refund: Refund, total: number, owed = payment.debt?.amount): ToldEvent {
  const { currency } = payment.charge.amount;
  const { refundId, amount, reason } = refund;
  const data = { refundId, amount: { amount, currency }, totalRefunded: { amount: total, currency }, reason };
  return { type: 'PaymentRefunded', data: { ...data, ...inMoney(payment, owed) } };
}

/** The last refund once more, for who lost the answer. */
export function refundedAgain(payment: Taken): ToldEvent {
  const last = payment.refunds.findLast((refund) => refund.status === 'succeeded');
  if (last === undefined) throw new Error('A payment that is refunded has a refund.');
  return refunded(payment, last, refundedAmount(payment.refunds));
}

const inMoney = ({ charge }: Refunds, owed: number | undefined): { readonly owed?: Money } =>
  owed === undefined ? {} : { owed: { amount: owed, currency: charge.amount.currency } };

/**
 * What became of a refund, once more, for who lost the answer; undefined while nothing is known. One that was refused
 * is made good by later ones: then nothing is owed any more. One that was refused before there were debts is owed from
 * now on.
 */
export function answerOfRefund(payment: Refunds, refund: Refund): ToldEvent | undefined {
  const total = refundedAmount(payment.refunds);
  if (refund.status === 'succeeded') return refunded(payment, refund, total);
  if (refund.status === 'pending') return undefined;
  const missing = refund.amount - refundedAmount(payment.refunds.slice(payment.refunds.indexOf(refund) + 1));
  return payment.debt === undefined && missing <= 0
    ? refunded(payment, { ...refund, amount: 0 }, total)
    : refundRefused(payment, refund.refundId, 'refused before', payment.debt?.amount ?? missing);
}

/** `owed` in minor units: all that is owed after it. */
export const refundRefused = (
  payment: Refunds,
  refundId: string,
  reason: string,
  owed = payment.debt?.amount,
): ToldEvent => ({ type: 'PaymentRefundRefused', data: { refundId, reason, ...inMoney(payment, owed) } });

/** All of it was given back before: it is told as a refund of nothing. */
export function nothingLeft(payment: Payment, refundId: string, reason: string): ToldEvent {
  if (!('refunds' in payment)) throw new Error('A payment of which nothing is left has refunds.');
  const refund: Refund = { refundId, amount: 0, reason, createdAt: '', status: 'succeeded' };
  return refunded(payment, refund, refundedAmount(payment.refunds));
}
