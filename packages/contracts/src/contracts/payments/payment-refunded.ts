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
    deprecated: { since: '2026-11-30', sunset: '2027-05-31', successor: 2 },
    example: {
      orderId: examplePayment.orderId,
      refundId: '01890a5d-c3d4-7a22-8b7f-3a4b5c6d7e8f',
      amount: examplePayment.amount,
      totalRefunded: examplePayment.amount,
      reason: 'cancelled by the customer',
    },
  },
);

/** Names each sum for what it is, and says what was taken: with version 1, in part or in full had to be looked up. */
export const PaymentRefundedV2 = event(
  'payments',
  'PaymentRefunded',
  2,
  z.object({
    orderId: Uuid,
    refund: z.object({ id: Uuid, amount: Money, reason: RefundReason }),
    /** All refunds of the order together, this one included. */
    refunded: Money,
    /** What was taken for the order before any refund. */
    captured: Money,
    /** The remaining debt, if there was one before. */
    owed: z.optional(Money),
  }),
  {
    description: 'Captured money of an order was refunded: in full when `refunded` is `captured`, else in part.',
    example: {
      orderId: examplePayment.orderId,
      refund: {
        id: '01890a5d-c3d4-7a22-8b7f-3a4b5c6d7e8f',
        amount: examplePayment.amount,
        reason: 'cancelled by the customer',
      },
      refunded: examplePayment.amount,
      captured: examplePayment.amount,
    },
  },
);
