import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Uuid } from '../values.ts';
import { examplePayment, Reason } from './payment.ts';

export const PaymentRefundRefused = event(
  'payments',
  'PaymentRefundRefused',
  1,
  z.object({ orderId: Uuid, refundId: Uuid, reason: Reason }),
  {
    description: 'A part of the money of an order could not be given back, and will not be by itself.',
    example: {
      orderId: examplePayment.orderId,
      refundId: '01890a5d-c3d4-7a22-8b7f-3a4b5c6d7e8f',
      reason: 'not captured',
    },
  },
);
