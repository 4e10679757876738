import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Uuid } from '../values.ts';
import { examplePayment, Reason } from './payment.ts';

export const PaymentCaptureFailed = event(
  'payments',
  'PaymentCaptureFailed',
  1,
  z.object({ orderId: Uuid, reason: Reason }),
  {
    description: 'The money of an order could not be captured, and will not be.',
    example: { orderId: examplePayment.orderId, reason: 'not authorised' },
  },
);
