import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { StockLocation } from '../shipping/shipment.ts';
import { Instant, Links, OrderLine, page, Quantity, Sku, Skus, Uuid } from '../values.ts';
import { exampleLines, exampleOrderId, ReservedLine } from './reservation.ts';
import { OnHand } from './stock.ts';

const params = z.strictObject({ sku: Sku });

const StockView = z.strictObject({
  sku: Sku,
  location: z.optional(StockLocation),
  onHand: OnHand,
  reserved: OnHand,
  available: OnHand,
  /** How many left without being in stock; missing without a shortage. */
  shortage: z.optional(OnHand),
  updatedAt: Instant,
  _links: Links,
});

const exampleStock = {
  sku: 'MUG-WHITE',
  location: 'main',
  onHand: 50,
  reserved: 2,
  available: 48,
  updatedAt: '2026-01-05T09:30:00.000Z',
  _links: { self: { href: '/v1/stock/MUG-WHITE' } },
};

const stockAnswer = { description: 'The stock', body: StockView, headers: ['etag'] } as const;

export const SetStock = endpoint('inventory', {
  name: 'SetStock',
  method: 'PUT',
  path: '/stock/{sku}',
  version: 1,
  summary: 'Records a count of the goods on hand, and their location; it ends a shortage',
  access: { any: 'inventory:write' },
  params,
  body: z.strictObject({ onHand: OnHand, location: z.optional(StockLocation) }),
  ifMatch: 'optional',
  idempotencyKey: 'optional',
  responses: { 200: stockAnswer },
  problems: {
    'less-than-reserved': { status: 409, title: 'The count is less than what is reserved for orders' },
  },
  example: { params: { sku: 'MUG-WHITE' }, body: { onHand: 50, location: 'main' }, response: exampleStock },
});

export const ReceiveStock = endpoint('inventory', {
  name: 'ReceiveStock',
  method: 'POST',
  path: '/stock/{sku}/receipts',
  version: 1,
  summary: 'Adds received goods to the goods on hand; they settle a shortage first',
  access: { any: 'inventory:write' },
  params,
  body: z.strictObject({ quantity: Quantity }),
  idempotencyKey: 'optional',
  responses: { 201: stockAnswer },
  problems: { 'too-much-stock': { status: 422, title: 'More would be on hand than can be counted' } },
  example: { params: { sku: 'MUG-WHITE' }, body: { quantity: 30 }, response: exampleStock },
});

export const GetStock = endpoint('inventory', {
  name: 'GetStock',
  method: 'GET',
  path: '/stock/{sku}',
  version: 1,
  summary: 'Shows the stock of a product: on hand, reserved, available, and any shortage',
  access: 'public',
  params,
  responses: { 200: stockAnswer },
  problems: { 'stock-not-found': { status: 404, title: 'Nothing was ever counted or received of this product' } },
  example: { params: { sku: 'MUG-WHITE' }, response: exampleStock },
});

export const ListStock = endpoint('inventory', {
  name: 'ListStock',
  method: 'GET',
  path: '/stock',
  version: 1,
  summary: 'Shows the stock of some products; one that was never counted or received is left out',
  access: 'public',
  query: z.strictObject({ skus: Skus }),
  cache: { ttlSeconds: 2, staleWhileRevalidateSeconds: 10 },
  responses: { 200: { description: 'The stock of each', body: page(StockView) } },
  example: {
    query: { skus: 'MUG-WHITE,MUG-BLUE' },
    response: { items: [exampleStock], _links: { self: { href: '/v1/stock?skus=MUG-WHITE%2CMUG-BLUE' } } },
  },
});

const ReservationView = z.strictObject({
  orderId: Uuid,
  status: z.enum(['reserved', 'refused', 'committed', 'released', 'expired', 'returned']),
  lines: z.array(ReservedLine),
  /** The lines that left without being in stock. */
  missing: z.optional(z.array(OrderLine)),
  /** The lines that came back. */
  returned: z.optional(z.array(OrderLine)),
  expiresAt: z.optional(Instant),
  updatedAt: Instant,
  _links: Links,
});

export const GetReservation = endpoint('inventory', {
  name: 'GetReservation',
  method: 'GET',
  path: '/reservations/{orderId}',
  version: 1,
  summary: 'Shows the reservation of an order, or how it ended',
  access: { any: 'inventory:read' },
  params: z.strictObject({ orderId: Uuid }),
  responses: { 200: { description: 'The reservation', body: ReservationView } },
  problems: { 'reservation-not-found': { status: 404, title: 'Nothing was ever reserved for this order' } },
  example: {
    params: { orderId: exampleOrderId },
    response: {
      orderId: exampleOrderId,
      status: 'reserved',
      lines: exampleLines,
      expiresAt: '2026-01-05T09:45:00.000Z',
      updatedAt: '2026-01-05T09:30:00.000Z',
      _links: { self: { href: `/v1/reservations/${exampleOrderId}` } },
    },
  },
});
