import type { paymentOf } from '@dure/testing/shop/shop';
import type { Acted } from '../act.ts';

type Payment = Awaited<ReturnType<typeof paymentOf>>;

/** What an operator gave back by hand was given back once; what nobody knows of, once or never. */
export function refundsDiffer(
  { orderId, refunded, mayBeRefunded }: Pick<Acted, 'orderId' | 'refunded' | 'mayBeRefunded'>,
  payment: Payment,
): string[] {
  const byHand = payment?.refunds.filter(({ reason, status }) => reason === 'drill' && status === 'succeeded') ?? [];
  const given = byHand.reduce((sum, { amount }) => sum + amount.amount, 0);
  return given === refunded || given === refunded + mayBeRefunded
    ? []
    : [`order ${orderId}: ${given} were given back by hand, and ${refunded} asked for`];
}
