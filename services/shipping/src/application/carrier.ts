import type { Label, Line, Recipient } from '../domain/shipping.ts';

export interface ParcelRequest {
  readonly shipmentId: string;
  readonly recipient: Recipient;
  readonly lines: readonly Line[];
}

export type ParcelStatus = 'labelled' | 'dispatched' | 'delivered' | 'returned' | 'lost' | 'voided';

/**
 * What shipping needs of a carrier. Each request may be repeated: the carrier knows a parcel by the shipment's id.
 * Adapters throw {@link CarrierUnreachable} where there is no answer, or none that says anything.
 */
export interface Carrier {
  /** Orders the carriage of a parcel. */
  label(request: ParcelRequest): Promise<{ type: 'labelled'; label: Label } | { type: 'refused' }>;
  /** Calls a parcel off that was not handed over. */
  void(trackingNumber: string): Promise<'voided' | 'too-late'>;
  /** Has a parcel brought back that is on its way; answers what becomes of it. */
  recall(trackingNumber: string): Promise<'returned' | 'delivered' | 'lost'>;
  /** The label of a shipment that was asked for once; undefined when the carrier never heard of it. */
  findLabel(shipmentId: string): Promise<Label | undefined>;
  /** Where a parcel is; undefined when the carrier does not know it. */
  find(trackingNumber: string): Promise<ParcelStatus | undefined>;
}

export class CarrierUnreachable extends Error {
  override readonly name = 'CarrierUnreachable';
}
