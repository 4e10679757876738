import * as z from 'zod/mini';
import { Address, exampleAddress } from '../address.ts';
import { PaymentMethod } from '../payments/payment.ts';
import { Currency, CustomerId, Email, Money, OrderLine, Quantity, Sku, text, Uuid } from '../values.ts';

export const Customer = z.object({ id: CustomerId, email: Email });

/** A line at the price the order was placed at. */
export const PricedLine = z.object({ sku: Sku, title: text(200), quantity: Quantity, unitPrice: Money });

export const OrderStatus = z.enum(['placed', 'confirmed', 'shipped', 'completed', 'rejected', 'cancelled']);

export const RejectionReason = z.enum([
  'unknown-product',
  'currency-mismatch',
  'out-of-stock',
  'payment-declined',
  'payment-unavailable',
  'stock-unavailable',
  'workflow-lost',
]);

export const CancellationReason = z.enum([
  'customer-request',
  'shipping-refused',
  'fulfilment-failed',
  'parcel-returned',
  'parcel-lost',
  'workflow-lost',
]);

export const orderFields = {
  orderId: Uuid,
  customer: Customer,
  currency: Currency,
  paymentMethod: PaymentMethod,
  shippingAddress: Address,
};

export const Items = z.array(OrderLine);

export const exampleOrder = {
  orderId: '01890a5d-ac96-774b-bcce-b302099a8057',
  customer: { id: 'c-1001', email: 'mina@example.com' },
  currency: 'EUR',
  paymentMethod: 'pm_card_visa',
  shippingAddress: exampleAddress,
};

export const exampleLine = {
  sku: 'MUG-WHITE',
  title: 'White mug',
  quantity: 2,
  unitPrice: { amount: 1290, currency: 'EUR' },
};

export const exampleTotal = { amount: 2580, currency: 'EUR' };
