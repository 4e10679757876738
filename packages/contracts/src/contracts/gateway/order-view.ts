import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { exampleLine, exampleOrder, exampleTotal, OrderStatus } from '../orders/order.ts';
import { CustomerId, Instant, Links, Money, Quantity, Sku, text, Uuid } from '../values.ts';
import { composed, partProblems } from './composed.ts';

const { orderId } = exampleOrder;
const at = '2026-01-05T09:30:00.000Z';

/** What the parts are called by their services passes through: a new status breaks nobody here. */
const Word = z.string();

export const OrderPart = z.strictObject({
  orderId: Uuid,
  customerId: CustomerId,
  status: OrderStatus,
  items: z.array(
    z.strictObject({
      sku: Sku,
      quantity: Quantity,
      title: z.optional(text(200)),
      unitPrice: z.optional(Money),
    }),
  ),
  total: z.optional(Money),
  cancellationRequested: z.boolean(),
  placedAt: Instant,
  updatedAt: Instant,
});

export const PaymentPart = z.strictObject({
  status: Word,
  amount: z.optional(Money),
  captured: z.optional(Money),
  refunded: z.optional(Money),
  updatedAt: Instant,
});

const Parcel = z.strictObject({
  shipmentId: Uuid,
  status: Word,
  carrier: z.optional(z.string()),
  trackingNumber: z.optional(z.string()),
  trackingUrl: z.optional(z.url()),
  updatedAt: Instant,
});

const Notification = z.strictObject({ id: Uuid, milestone: Word, status: Word, at: Instant });

const Product = z.strictObject({ sku: Sku, title: text(200), status: Word, price: Money });

export const GetOrderView = endpoint('gateway', {
  name: 'GetOrderView',
  method: 'GET',
  path: '/order-views/{orderId}',
  version: 1,
  summary: 'Shows an order with its payment, its parcels, what the customer was told, and its products as they are now',
  access: { own: 'orders:read', any: 'orders:read:any' },
  params: z.strictObject({ orderId: Uuid }),
  responses: {
    200: {
      description:
        'The order. A part is null where there is none, or where it could not be read: then `problems` says why',
      body: composed({
        order: OrderPart,
        payment: z.nullable(PaymentPart),
        shipment: z.nullable(z.strictObject({ parcels: z.array(Parcel) })),
        notifications: z.nullable(z.array(Notification)),
        products: z.nullable(z.array(Product)),
        _links: Links,
      }),
    },
  },
  problems: {
    'order-not-found': { status: 404, title: 'There is no such order' },
    ...partProblems,
  },
  example: {
    params: { orderId },
    response: {
      order: {
        ...{ orderId, customerId: exampleOrder.customer.id, status: 'confirmed' },
        items: [exampleLine],
        ...{ total: exampleTotal, cancellationRequested: false, placedAt: at, updatedAt: at },
      },
      payment: { status: 'authorised', amount: exampleTotal, updatedAt: at },
      shipment: null,
      notifications: [{ id: '01890a5d-f6a7-7d55-be0c-6d7e8f901234', milestone: 'placed', status: 'sent', at }],
      products: [{ sku: 'MUG-WHITE', title: 'White mug', status: 'active', price: exampleLine.unitPrice }],
      problems: [{ pointer: '/shipment', type: 'urn:dure:problem:part-late', status: 504 }],
      _links: { self: { href: `/v1/order-views/${orderId}` } },
    },
  },
});
