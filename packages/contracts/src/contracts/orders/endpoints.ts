import * as z from 'zod/mini';
import { Address } from '../address.ts';
import { endpoint } from '../contract.ts';
import { personal } from '../marks.ts';
import { PaymentMethod } from '../payments/payment.ts';
import { Parcel } from '../shipping/shipment.ts';
import {
  Currency,
  Cursor,
  CustomerId,
  Instant,
  Links,
  Money,
  page,
  PageSize,
  Quantity,
  Sku,
  strict,
  StrictOrderLines,
  text,
  Uuid,
} from '../values.ts';
import {
  CancellationReason,
  Customer,
  exampleLine,
  exampleOrder,
  exampleTotal,
  orderFields,
  OrderStatus,
  RejectionReason,
} from './order.ts';

const placement = {
  customer: strict(Customer),
  currency: Currency,
  items: StrictOrderLines,
  paymentMethod: PaymentMethod,
  shippingAddress: strict(Address),
};
const params = z.strictObject({ orderId: Uuid });
const example = { params: { orderId: exampleOrder.orderId } };
const { orderId, ...placeExample } = exampleOrder;

export const OrderView = z.strictObject({
  ...orderFields,
  status: OrderStatus,
  /** Title and price are missing where the product was unknown. */
  items: z.array(
    z.strictObject({
      sku: Sku,
      quantity: Quantity,
      title: z.optional(text(200)),
      unitPrice: z.optional(Money),
    }),
  ),
  total: z.optional(Money),
  /** With the carrier, or handed over by it. */
  parcels: z.optional(z.array(Parcel)),
  /** What was given back for goods that did not arrive. */
  refunded: z.optional(Money),
  cancellationRequested: z.boolean(),
  reason: z.optional(z.union([RejectionReason, CancellationReason])),
  skus: z.optional(z.array(Sku)),
  /** The number of the order's last event. */
  sequence: z.int().check(z.gte(1)),
  placedAt: Instant,
  updatedAt: Instant,
  _links: Links,
});

const exampleView = {
  ...exampleOrder,
  status: 'placed',
  items: [exampleLine],
  total: exampleTotal,
  cancellationRequested: false,
  sequence: 1,
  placedAt: '2026-01-05T09:30:00.000Z',
  updatedAt: '2026-01-05T09:30:00.000Z',
  _links: { self: { href: `/v1/orders/${orderId}` } },
};

const notFound = { 'order-not-found': { status: 404, title: 'There is no such order' } } as const;

export const PlaceOrder = endpoint('orders', {
  name: 'PlaceOrder',
  method: 'POST',
  path: '/orders',
  version: 1,
  summary: 'Places an order; its location shows its progress',
  access: { own: 'orders:place', any: 'orders:place:any', by: 'body.customer.id' },
  body: z.strictObject(placement).check(
    z.refine((body) => new Set(body.items.map((item) => item.sku)).size === body.items.length, {
      error: 'each SKU may stand in one item only',
      path: ['items'],
    }),
  ),
  idempotencyKey: 'required',
  responses: { 202: { description: 'The order as it was placed', body: OrderView, headers: ['location', 'etag'] } },
  problems: {
    'total-too-large': { status: 422, title: 'The total is more than can be charged' },
    'too-many-orders': {
      status: 429,
      title: 'Too many orders are waiting; try again',
      retryAfterSeconds: 3,
    },
  },
  example: { body: { ...placeExample, items: [{ sku: 'MUG-WHITE', quantity: 2 }] }, response: exampleView },
});

export const GetOrder = endpoint('orders', {
  name: 'GetOrder',
  method: 'GET',
  path: '/orders/{orderId}',
  version: 1,
  summary: 'Shows an order as it is, or as it was at an instant or after an event',
  access: { own: 'orders:read', any: 'orders:read:any' },
  deprecated: { since: '2026-11-30', sunset: '2027-05-31', successor: 2 },
  params,
  query: z.strictObject({
    at: z.optional(
      z
        .union([Instant, z.string().check(z.regex(/^[1-9][0-9]{0,8}$/))])
        .check(z.describe('An instant (ISO 8601, UTC), or the number of one of the order’s events')),
    ),
  }),
  responses: { 200: { description: 'The order', body: OrderView, headers: ['etag'] } },
  problems: {
    ...notFound,
    'order-not-yet': { status: 404, title: 'The order was not placed yet then, or has no such event' },
  },
  example: { ...example, query: { at: '1' }, response: exampleView },
});

/** How an order ended. What an ending has depends on its kind. */
const Ending = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('completed'),
    /** What was given back for goods that did not arrive. */
    refunded: z.optional(Money),
  }),
  z.strictObject({ kind: z.literal('rejected'), reason: RejectionReason, skus: z.array(Sku) }),
  z.strictObject({ kind: z.literal('cancelled'), reason: CancellationReason }),
]);

const { reason: _reason, skus: _skus, refunded: _refunded, ...stillFields } = OrderView.shape;

/** Says by `ending` how an order ended; in version 1 its fields stand beside those of an order that goes on. */
export const OrderViewV2 = z.strictObject({ ...stillFields, ending: z.optional(Ending) });

const firstAnswer = GetOrder.responses[200];

export const GetOrderV2 = endpoint('orders', {
  name: 'GetOrder',
  method: 'GET',
  path: '/orders/{orderId}',
  version: 2,
  summary: 'Shows an order as it is, or as it was at an instant or after an event, and how it ended',
  access: { own: 'orders:read', any: 'orders:read:any' },
  callers: { gateway: 'on-behalf' },
  params,
  query: GetOrder.query,
  responses: { 200: { ...firstAnswer, body: OrderViewV2 } },
  problems: GetOrder.problems,
  example: {
    ...example,
    response: {
      ...exampleView,
      status: 'rejected',
      ending: { kind: 'rejected', reason: 'out-of-stock', skus: ['MUG-WHITE'] },
      sequence: 2,
    },
  },
});

export const ListOrders = endpoint('orders', {
  name: 'ListOrders',
  method: 'GET',
  path: '/orders',
  version: 1,
  summary: 'Lists the orders of a customer, or those with a status, newest first',
  access: { own: 'orders:read', any: 'orders:read:any', by: 'query.customerId' },
  query: z
    .strictObject({
      customerId: z.optional(CustomerId),
      status: z.optional(OrderStatus),
      cursor: z.optional(Cursor),
      limit: z._default(PageSize, 20),
    })
    .check(
      z.refine((query) => query.customerId !== undefined || query.status !== undefined, {
        error: 'give customerId, status or both',
      }),
    ),
  responses: { 200: { description: 'A page of orders', body: page(OrderView) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { customerId: 'c-1001' },
    response: { items: [exampleView], _links: { self: { href: '/v1/orders?customerId=c-1001' } } },
  },
});

const OrderEventView = z.strictObject({
  sequence: z.int().check(z.gte(1)),
  type: z.string(),
  time: Instant,
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
});

export const ListOrderEvents = endpoint('orders', {
  name: 'ListOrderEvents',
  method: 'GET',
  path: '/orders/{orderId}/events',
  version: 1,
  summary: 'Lists the events of an order, oldest first',
  access: { own: 'orders:read', any: 'orders:read:any' },
  params,
  responses: { 200: { description: 'The events', body: page(OrderEventView) } },
  problems: notFound,
  example: {
    ...example,
    response: {
      items: [
        {
          sequence: 1,
          type: 'OrderPlaced.v1',
          time: '2026-01-05T09:30:00.000Z',
          actor: 'anonymous',
          data: { orderId },
        },
      ],
      _links: { self: { href: `/v1/orders/${orderId}/events` } },
    },
  },
});

export const CancelOrder = endpoint('orders', {
  name: 'CancelOrder',
  method: 'POST',
  path: '/orders/{orderId}/cancellation',
  version: 1,
  summary: 'Requests the cancellation of an order; a repetition changes nothing',
  access: { own: 'orders:cancel', any: 'orders:cancel:any' },
  params,
  body: z._default(z.strictObject({ note: z.optional(personal(text(500))) }), {}),
  idempotencyKey: 'optional',
  responses: { 202: { description: 'The order, with its cancellation under way or done', body: OrderView } },
  problems: {
    ...notFound,
    'order-rejected': { status: 409, title: 'The order was rejected; there is nothing to cancel' },
    'order-completed': { status: 409, title: 'The order has arrived; it can be returned, not cancelled' },
  },
  example: { ...example, body: { note: 'ordered twice' }, response: { ...exampleView, cancellationRequested: true } },
});
