import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { personal } from '../marks.ts';
import { Cursor, Instant, Links, page, PageSize, text, Uuid } from '../values.ts';
import {
  Carrier,
  exampleLines,
  exampleOrderId,
  exampleParcel,
  exampleShipmentId,
  ShipmentLines,
  ShipmentStatus,
  StockLocation,
  TrackingNumber,
} from './shipment.ts';

const params = z.strictObject({ shipmentId: Uuid });

/** In the words of the carrier or of an operator. */
const Note = personal(text(200));

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

/** Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const ReceiveCarrierEvent = endpoint('shipping', {
  name: 'ReceiveCarrierEvent',
  method: 'POST',
  path: '/carrier-events',
  version: 1,
  summary: 'Receives an event of the carrier about a parcel; signed, and refused when older than five minutes',
  webhook: { headers: ['webhook-id', 'webhook-timestamp', 'webhook-signature'] },
  body: z.object({
    type: z.enum(['parcel.picked_up', 'parcel.in_transit', 'parcel.delivered', 'parcel.returned', 'parcel.lost']),
    timestamp: Instant,
    data: z.object({ trackingNumber: TrackingNumber, note: z.optional(Note) }),
  }),
  responses: { 204: { description: 'It is recorded, or was before' } },
  problems: {
    'invalid-signature': { status: 401, title: 'The signature is not that of the carrier, or too old' },
    'parcel-not-found': { status: 404, title: 'There is no parcel with this tracking number' },
  },
  example: {
    body: {
      type: 'parcel.picked_up',
      timestamp: '2026-01-05T16:10:00.000Z',
      data: { trackingNumber: exampleParcel.trackingNumber, note: 'picked up' },
    },
  },
});
