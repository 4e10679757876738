import { refundedAmount } from '../domain/payment.ts';
import type { StoredPayment } from '../store.ts';

/** Undefined when nothing but a capture was ever requested for the order. */
export function paymentView({ orderId, payment, updatedAt }: StoredPayment) {
  if (payment.status === 'none') return undefined;
  const amount = payment.charge?.amount;
  const taken = 'refunds' in payment && payment.status !== 'capturing' ? payment : undefined;
  const currency = amount?.currency ?? 'XXX';
  return {
    orderId,
    paymentId: payment.charge?.paymentId,
    status: payment.status,
    amount,
    captured: taken && amount,
    refunded: taken && { amount: refundedAmount(taken.refunds), currency },
    owed: taken?.debt && { amount: taken.debt.amount, currency },
    refunds: (taken?.refunds ?? []).map(({ due: _, ...refund }) => ({
      ...refund,
      amount: { amount: refund.amount, currency },
    })),
    reason: 'reason' in payment ? payment.reason : undefined,
    updatedAt,
    _links: { self: { href: `/v1/payments/${orderId}` } },
  };
}
