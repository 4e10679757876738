import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Money, Uuid } from '../values.ts';
import { examplePayment, RefundReason } from './payment.ts';

export const PaymentRefunded = event(
  'payments',
  'PaymentRefunded',
  1,
  z.object({
    orderId: Uuid,
    refundId: Uuid,
    amount: Money,
    totalRefunded: Money,
    reason: RefundReason,
    /** What is still owed after it, where something was owed before. */
    owed: z.optional(Money),
  }),
  {
    description: 'Money that had been taken for an order was given back, in part or all.',
    example: {
      orderId: examplePayment.orderId,
      refundId: '01890a5d-c3d4-7a22-8b7f-3a4b5c6d7e8f',
      amount: examplePayment.amount,
      totalRefunded: examplePayment.amount,
      reason: 'cancelled by the customer',
    },
  },
);
