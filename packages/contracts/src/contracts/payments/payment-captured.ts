import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { examplePayment, paymentFields } from './payment.ts';

export const PaymentCaptured = event('payments', 'PaymentCaptured', 1, z.object(paymentFields), {
  description: 'The money that was held for an order is captured.',
  example: examplePayment,
});
