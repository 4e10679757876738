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
    /** The remaining debt, if there was one before. */
    owed: z.optional(Money),
  }),
  {
    description: 'Captured money of an order was refunded, in part or in full.',
    example: {
      orderId: examplePayment.orderId,
      refundId: '01890a5d-c3d4-7a22-8b7f-3a4b5c6d7e8f',
      amount: examplePayment.amount,
      totalRefunded: examplePayment.amount,
      reason: 'cancelled by the customer',
    },
  },
);
