import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Instant } from '../values.ts';
import { exampleParcel, Note, TrackingNumber } from './shipment.ts';

/** Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const ReceiveCarrierEvent = endpoint('shipping', {
  name: 'ReceiveCarrierEvent',
  method: 'POST',
  path: '/carrier-events',
  version: 1,
  summary: 'Receives an event of the carrier about a parcel; signed, and refused when older than five minutes',
  access: 'public',
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
