import * as z from 'zod/mini';
import { event } from '../contract.ts';
import {
  exampleLines,
  exampleOrderId,
  exampleParcelEvent,
  exampleShipmentId,
  parcelFields,
  shipmentFields,
  ShipmentLines,
  StockLocation,
} from './shipment.ts';

/** What becomes of one parcel. The subject is the order, so that all of its shipping is in one sequence. */

export const ShipmentCreated = event(
  'shipping',
  'ShipmentCreated',
  1,
  z.object({ ...shipmentFields, location: StockLocation, lines: ShipmentLines }),
  {
    description: 'A parcel of an order is to be packed at a location.',
    example: { orderId: exampleOrderId, shipmentId: exampleShipmentId, location: 'main', lines: exampleLines },
  },
);

export const ShipmentLabelled = event('shipping', 'ShipmentLabelled', 1, z.object(parcelFields), {
  description: 'The carrier accepted a parcel; it waits to be handed over.',
  example: exampleParcelEvent,
});

export const ShipmentDispatched = event('shipping', 'ShipmentDispatched', 1, z.object(parcelFields), {
  description: 'A parcel is with the carrier.',
  example: exampleParcelEvent,
});

export const ShipmentDelivered = event('shipping', 'ShipmentDelivered', 1, z.object(parcelFields), {
  description: 'A parcel arrived.',
  example: exampleParcelEvent,
});

export const ShipmentReturned = event('shipping', 'ShipmentReturned', 1, z.object(parcelFields), {
  description: 'A parcel came back, or is on its way back: refused, not deliverable, or recalled.',
  example: exampleParcelEvent,
});

export const ShipmentLost = event('shipping', 'ShipmentLost', 1, z.object(parcelFields), {
  description: 'A parcel is lost, and its goods with it.',
  example: exampleParcelEvent,
});

export const ShipmentCancelled = event('shipping', 'ShipmentCancelled', 1, z.object(shipmentFields), {
  description: 'A parcel will not be sent; its label is void.',
  example: { orderId: exampleOrderId, shipmentId: exampleShipmentId },
});

export const ShipmentRecallRequested = event('shipping', 'ShipmentRecallRequested', 1, z.object(shipmentFields), {
  description: 'A parcel is to be cancelled, or recalled if it has left; the carrier is asked.',
  example: { orderId: exampleOrderId, shipmentId: exampleShipmentId },
});
