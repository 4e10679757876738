import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Cursor, Instant, Links, page, PageSize, Uuid } from '../values.ts';
import {
  Carrier,
  exampleLines,
  exampleOrderId,
  exampleParcel,
  exampleShipmentId,
  Note,
  ShipmentLines,
  ShipmentStatus,
  StockLocation,
  TrackingNumber,
} from './shipment.ts';

const params = z.strictObject({ shipmentId: Uuid });

/** One entry of the tracking history. */
const TrackingEntry = z.strictObject({
  at: Instant,
  status: ShipmentStatus,
  source: z.enum(['shipping', 'carrier', 'operator']),
  note: z.optional(Note),
});

const ShipmentView = z.strictObject({
  shipmentId: Uuid,
  orderId: Uuid,
  status: ShipmentStatus,
  location: StockLocation,
  lines: ShipmentLines,
  carrier: z.optional(Carrier),
  trackingNumber: z.optional(TrackingNumber),
  trackingUrl: z.optional(z.url()),
  history: z.array(TrackingEntry),
  updatedAt: Instant,
  _links: Links,
});

const exampleView = {
  ...exampleParcel,
  orderId: exampleOrderId,
  status: 'dispatched' as const,
  location: 'main',
  lines: exampleLines,
  history: [
    { at: '2026-01-05T09:30:01.000Z', status: 'pending' as const, source: 'shipping' as const },
    { at: '2026-01-05T09:30:02.000Z', status: 'labelled' as const, source: 'shipping' as const },
    { at: '2026-01-05T16:10:00.000Z', status: 'dispatched' as const, source: 'carrier' as const, note: 'picked up' },
  ],
  updatedAt: '2026-01-05T16:10:00.000Z',
  _links: { self: { href: `/v1/shipments/${exampleShipmentId}` } },
};

const notFound = { 'shipment-not-found': { status: 404, title: 'There is no such shipment' } } as const;
const shipment = { description: 'The shipment', body: ShipmentView, headers: ['etag'] } as const;
const example = { params: { shipmentId: exampleShipmentId }, response: exampleView };

export const GetShipment = endpoint('shipping', {
  name: 'GetShipment',
  method: 'GET',
  path: '/shipments/{shipmentId}',
  version: 1,
  summary: 'Shows a shipment and its tracking history',
  access: { own: 'shipping:read', any: 'shipping:read:any' },
  params,
  responses: { 200: shipment },
  problems: notFound,
  example,
});

export const ListShipments = endpoint('shipping', {
  name: 'ListShipments',
  method: 'GET',
  path: '/shipments',
  version: 1,
  summary: 'Lists the shipments of an order, or those of a status, the oldest first',
  access: { own: 'shipping:read', any: 'shipping:read:any' },
  callers: { gateway: 'on-behalf' },
  query: z
    .strictObject({
      orderId: z.optional(Uuid),
      status: z.optional(ShipmentStatus),
      cursor: z.optional(Cursor),
      limit: z._default(PageSize, 20),
    })
    .check(
      z.refine(({ orderId, status }) => (orderId === undefined) !== (status === undefined), {
        error: 'either orderId or status is required, not both',
      }),
      z.describe('either orderId or status'),
    ),
  responses: { 200: { description: 'Shipments', body: page(ShipmentView) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { orderId: exampleOrderId },
    response: { items: [exampleView], _links: { self: { href: `/v1/shipments?orderId=${exampleOrderId}` } } },
  },
});

export const DispatchShipment = endpoint('shipping', {
  name: 'DispatchShipment',
  method: 'POST',
  path: '/shipments/{shipmentId}/dispatch',
  version: 1,
  summary: 'Records that a parcel was handed to the carrier, if its scan is missing; a repetition changes nothing',
  access: { any: 'shipping:write:any' },
  params,
  body: z._default(z.strictObject({ note: z.optional(Note) }), {}),
  idempotencyKey: 'optional',
  responses: { 200: shipment },
  problems: {
    ...notFound,
    'not-labelled': { status: 409, title: 'The parcel has no label yet' },
    'shipment-ended': { status: 409, title: 'The shipment has ended' },
  },
  example: { ...example, body: { note: 'handed over at the counter' } },
});

export const EndShipment = endpoint('shipping', {
  name: 'EndShipment',
  method: 'POST',
  path: '/shipments/{shipmentId}/outcome',
  version: 1,
  summary: 'Records how a shipment ended, if the carrier does not report it; the same outcome again changes nothing',
  access: { any: 'shipping:write:any' },
  params,
  body: z.strictObject({ outcome: z.enum(['delivered', 'returned', 'lost']), note: z.optional(Note) }),
  idempotencyKey: 'optional',
  responses: { 200: shipment },
  problems: {
    ...notFound,
    'not-dispatched': { status: 409, title: 'The parcel was never handed over' },
    'shipment-ended': { status: 409, title: 'The shipment has ended' },
  },
  example: { ...example, body: { outcome: 'lost', note: 'nothing heard of it for thirty days' } },
});
