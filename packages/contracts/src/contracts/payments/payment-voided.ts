import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Money, Uuid } from '../values.ts';
import { examplePayment, Reason } from './payment.ts';

export const PaymentVoided = event(
  'payments',
  'PaymentVoided',
  1,
  z.object({ orderId: Uuid, released: z.optional(Money), reason: Reason }),
  {
    description: 'No money was captured for an order and none will be; `released` is the amount that had been held.',
    example: { orderId: examplePayment.orderId, released: examplePayment.amount, reason: 'out of stock' },
  },
);
