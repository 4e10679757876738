import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { examplePayment, paymentFields, Reason } from './payment.ts';

export const PaymentDeclined = event(
  'payments',
  'PaymentDeclined',
  1,
  z.object({
    ...paymentFields,
    cause: z.enum(['declined', 'provider-unavailable', 'cancelled']),
    reason: Reason,
  }),
  {
    description:
      'No money is held for an order: the provider declined, gave no answer in time (what it may still approve is voided), or the payment had been cancelled before.',
    example: { ...examplePayment, cause: 'declined', reason: 'card_declined' },
  },
);
