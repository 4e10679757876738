import * as z from 'zod/mini';
import { personal } from '../marks.ts';
import { MAX_ORDER_LINES, Quantity, Sku, text, Uuid } from '../values.ts';

/** Where goods are kept; those of one place go into one parcel. */
export const StockLocation = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/),
    z.describe('A place where goods are kept: letters, digits, dot, underscore and hyphen, at most 32 characters'),
  );

/** The place of what was never given one. */
export const DEFAULT_LOCATION = 'main';

export const ShipmentLine = z.object({ sku: Sku, quantity: Quantity });
export const ShipmentLines = z.array(ShipmentLine).check(z.maxLength(MAX_ORDER_LINES));

export const ShipmentStatus = z.enum([
  /** The carrier is being asked for a label. */
  'pending',
  'labelled',
  'dispatched',
  'delivered',
  'returned',
  'lost',
  'cancelled',
]);

export const Carrier = text(50);
export const TrackingNumber = text(100);

/** In the words of the carrier or of an operator. */
export const Note = personal(text(200));

/** A parcel as events and answers show it. */
export const Parcel = z.object({ shipmentId: Uuid, carrier: Carrier, trackingNumber: TrackingNumber });

export const exampleOrderId = '01890a5d-ac96-774b-bcce-b302099a8057';
export const exampleShipmentId = '01890a5d-e5f6-7c44-ad9b-5c6d7e8f9012';
export const exampleLines = [{ sku: 'MUG-WHITE', quantity: 2 }];
export const exampleParcel = { shipmentId: exampleShipmentId, carrier: 'sandbox', trackingNumber: 'SBX0000000017' };

export const shipmentFields = { orderId: Uuid, shipmentId: Uuid };
export const parcelFields = {
  ...shipmentFields,
  carrier: Carrier,
  trackingNumber: TrackingNumber,
  lines: ShipmentLines,
};
export const exampleParcelEvent = { orderId: exampleOrderId, ...exampleParcel, lines: exampleLines };
