import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Instant, Links, Money, strict, text, Uuid } from '../values.ts';
import { examplePayment, Reason, RefundReason } from './payment.ts';

const params = z.strictObject({ orderId: Uuid });

const RefundView = z.strictObject({
  refundId: Uuid,
  amount: Money,
  reason: RefundReason,
  createdAt: Instant,
  /** `pending` while the provider has not answered; what it refused after that is `failed`. */
  status: z.enum(['pending', 'succeeded', 'failed']),
  /** It was given back another way, and the provider was not asked. */
  outside: z.optional(z.boolean()),
});

const PaymentView = z.strictObject({
  orderId: Uuid,
  paymentId: z.optional(Uuid),
  status: z.enum([
    'authorising',
    'authorised',
    'declined',
    'capturing',
    'captured',
    'voiding',
    'voided',
    'refunding',
    'refunded',
  ]),
  amount: z.optional(Money),
  captured: z.optional(Money),
  refunded: z.optional(Money),
  /** What the provider refused to give back and the customer is to have; missing where nothing is owed. */
  owed: z.optional(Money),
  refunds: z.array(RefundView),
  reason: z.optional(Reason),
  updatedAt: Instant,
  _links: Links,
});

const exampleRefund = {
  refundId: '01890a5d-c3d4-7a22-8b7f-3a4b5c6d7e8f',
  amount: { amount: 500, currency: 'EUR' },
  reason: 'one mug was broken',
  createdAt: '2026-01-06T10:00:00.000Z',
  status: 'succeeded',
};

const exampleView = {
  ...examplePayment,
  status: 'captured',
  captured: examplePayment.amount,
  refunded: exampleRefund.amount,
  refunds: [exampleRefund],
  updatedAt: '2026-01-06T10:00:00.000Z',
  _links: { self: { href: `/v1/payments/${examplePayment.orderId}` } },
};

const notFound = { 'payment-not-found': { status: 404, title: 'There is no payment for this order' } } as const;

export const GetPayment = endpoint('payments', {
  name: 'GetPayment',
  method: 'GET',
  path: '/payments/{orderId}',
  version: 1,
  summary: 'Shows the payment of an order',
  access: { own: 'payments:read', any: 'payments:read:any' },
  callers: { gateway: 'on-behalf' },
  params,
  responses: { 200: { description: 'The payment', body: PaymentView, headers: ['etag'] } },
  problems: notFound,
  example: { params: { orderId: examplePayment.orderId }, response: exampleView },
});

export const RefundPayment = endpoint('payments', {
  name: 'RefundPayment',
  method: 'POST',
  path: '/payments/{orderId}/refunds',
  version: 1,
  summary:
    'Gives back a part or all of what was taken, never more in sum, or notes what is owed as given back another way',
  access: { any: 'payments:refund:any' },
  params,
  /** `outside`: the provider is not asked, for the money was given back another way; of what is owed alone. */
  body: z.strictObject({ amount: strict(Money), reason: RefundReason, outside: z.optional(z.boolean()) }),
  idempotencyKey: 'required',
  responses: { 201: { description: 'The payment with its refunds', body: PaymentView } },
  problems: {
    ...notFound,
    'not-captured': { status: 409, title: 'No money was taken, so none can be given back' },
    'refund-in-progress': { status: 409, title: 'Another refund of this payment is under way; try again' },
    'refund-too-large': {
      status: 422,
      title: 'More would be given back than was taken, or noted as given back another way than is owed',
    },
    'refund-empty': { status: 422, title: 'A refund is of at least one minor unit' },
    'currency-mismatch': { status: 422, title: 'The refund is in another currency than the payment' },
    'too-many-refunds': { status: 422, title: 'A payment takes a limited number of refunds' },
    'provider-refused': { status: 422, title: 'The payment provider refused the refund' },
  },
  example: {
    params: { orderId: examplePayment.orderId },
    body: { amount: exampleRefund.amount, reason: exampleRefund.reason },
    response: exampleView,
  },
});

/** Source: https://docs.stripe.com/webhooks */
export const ReceiveStripeEvent = endpoint('payments', {
  name: 'ReceiveStripeEvent',
  method: 'POST',
  path: '/stripe-events',
  version: 1,
  summary:
    'Receives an event from Stripe, which makes payments look up the payment; signed, and refused when older than five minutes',
  access: 'public',
  webhook: { headers: ['stripe-signature'] },
  maxBodyBytes: 256 * 1024,
  body: z.object({ id: text(255), type: text(100), data: z.object({ object: z.object({}) }) }),
  responses: { 204: { description: 'The event is handled, was handled before, or concerns no payment here' } },
  problems: {
    'not-from-stripe': { status: 401, title: "The signature is not Stripe's, or too old" },
    'webhooks-not-used': { status: 404, title: 'The payment provider of this stage sends no webhooks' },
  },
  example: {
    body: {
      id: 'evt_1NG8Du2eZvKYlo2CUI79vXWy',
      type: 'payment_intent.canceled',
      data: { object: { id: 'pi_3MtwBwLkdIwHu7ix28a3tqPa', object: 'payment_intent' } },
    },
  },
});
