import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Money, Uuid } from '../values.ts';
import { examplePayment, Reason } from './payment.ts';

export const PaymentRefundRefused = event(
  'payments',
  'PaymentRefundRefused',
  1,
  /** `owed` is the whole remaining debt; missing if there is none. */
  z.object({ orderId: Uuid, refundId: Uuid, reason: Reason, owed: z.optional(Money) }),
  {
    description:
      'Money of an order could not be given back. What its customer is to have all the same is `owed`, until it is given back by a later refund.',
    example: {
      orderId: examplePayment.orderId,
      refundId: '01890a5d-c3d4-7a22-8b7f-3a4b5c6d7e8f',
      reason: 'charge_disputed',
      owed: { amount: 500, currency: 'EUR' },
    },
  },
);
