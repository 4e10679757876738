import * as z from 'zod/mini';
import { personal } from '../marks.ts';
import { Money, text, Uuid } from '../values.ts';

export const PaymentMethod = personal(
  z
    .string()
    .check(z.regex(/^pm_[A-Za-z0-9_]{1,60}$/), z.describe('A payment method of the provider, such as pm_card_visa')),
);

export const paymentFields = { orderId: Uuid, paymentId: Uuid, amount: Money };

export const Reason = text(200);

/** In the words of whoever gave money back. */
export const RefundReason = personal(text(200));

export const examplePayment = {
  orderId: '01890a5d-ac96-774b-bcce-b302099a8057',
  paymentId: '01890a5d-b1c2-7d11-9f6e-2f3a4b5c6d7e',
  amount: { amount: 2580, currency: 'EUR' },
};
