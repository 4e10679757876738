import * as z from 'zod/mini';
import { command } from '../contract.ts';
import { CustomerId, Money, Uuid } from '../values.ts';
import { examplePayment, PaymentMethod, Reason } from './payment.ts';

const { orderId, amount } = examplePayment;

export const AuthorisePayment = command(
  'payments',
  'AuthorisePayment',
  1,
  z.object({
    orderId: Uuid,
    amount: Money,
    paymentMethod: PaymentMethod,
    /** Who may see the payment. Missing where an earlier version sends it. */
    customerId: z.optional(CustomerId),
  }),
  {
    senders: ['orders'],
    description:
      "Hold an order's total on the customer's payment method. Answered by PaymentAuthorised or PaymentDeclined; asked again, it is answered again.",
    example: { orderId, amount, paymentMethod: 'pm_card_visa', customerId: 'c-1001' },
  },
);

export const CapturePayment = command('payments', 'CapturePayment', 1, z.object({ orderId: Uuid }), {
  senders: ['orders'],
  description: 'Capture the money that is held for an order. Answered by PaymentCaptured or PaymentCaptureFailed.',
  example: { orderId },
});

export const CancelPayment = command('payments', 'CancelPayment', 1, z.object({ orderId: Uuid, reason: Reason }), {
  senders: ['orders', 'reconciliation'],
  description:
    'Release or refund the money of an order, in any state of its payment. Answered by PaymentVoided if nothing was captured, by PaymentRefunded if it was, and by PaymentRefundRefused if the provider refuses the refund, which is then owed. A later AuthorisePayment for the order is declined.',
  example: { orderId, reason: 'out of stock' },
});

export const RefundAmount = command(
  'payments',
  'RefundAmount',
  1,
  z.object({ orderId: Uuid, refundId: Uuid, amount: Money, reason: Reason }),
  {
    senders: ['orders'],
    description:
      'Give back a part of what was taken for an order, or what is left of it where that is less. Answered by PaymentRefunded or PaymentRefundRefused; the same refund asked again is answered again.',
    example: {
      orderId,
      refundId: '01890a5d-c3d4-7a22-8b7f-3a4b5c6d7e8f',
      amount: { amount: 500, currency: 'EUR' },
      reason: 'a parcel was lost',
    },
  },
);
