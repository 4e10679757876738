import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { examplePayment, paymentFields } from './payment.ts';

export const PaymentAuthorised = event('payments', 'PaymentAuthorised', 1, z.object(paymentFields), {
  description: "An order's total is held on the customer's payment method.",
  example: examplePayment,
});
