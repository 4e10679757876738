import type { paymentOf } from '@dure/testing/shop/shop';
import type { PlayedOrder } from '../play-order.ts';

type Payment = Awaited<ReturnType<typeof paymentOf>>;

/** A manual refund was made exactly once; one whose outcome is unknown, at most once. */
export function refundViolations(
  { orderId, refunded, mayBeRefunded }: Pick<PlayedOrder, 'orderId' | 'refunded' | 'mayBeRefunded'>,
  payment: Payment,
): string[] {
  const byHand = payment?.refunds.filter(({ reason, status }) => reason === 'drill' && status === 'succeeded') ?? [];
  const given = byHand.reduce((sum, { amount }) => sum + amount.amount, 0);
  return given === refunded || given === refunded + mayBeRefunded
    ? []
    : [`order ${orderId}: ${given} were refunded manually, but ${refunded} were requested`];
}
