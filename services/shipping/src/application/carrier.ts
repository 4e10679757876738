import type { Label, Line, Recipient } from '../domain/shipping.ts';

export interface ParcelRequest {
  readonly shipmentId: string;
  readonly recipient: Recipient;
  readonly lines: readonly Line[];
}

export type ParcelStatus = 'labelled' | 'dispatched' | 'delivered' | 'returned' | 'lost' | 'voided';

/**
 * What shipping needs of a carrier. Every request can be repeated: the carrier knows a parcel by the shipment's id.
 * Adapters throw {@link CarrierUnreachable} when there is no conclusive answer.
 */
export interface Carrier {
  /** Orders the carriage of a parcel. */
  label(request: ParcelRequest): Promise<{ type: 'labelled'; label: Label } | { type: 'refused' }>;
  /** Cancels a parcel that was not handed over. */
  void(trackingNumber: string): Promise<'voided' | 'too-late'>;
  /** Recalls a parcel in transit; returns what will become of it. */
  recall(trackingNumber: string): Promise<'returned' | 'delivered' | 'lost'>;
  /** The label of a shipment that was requested before; undefined when the carrier never received the request. */
  findLabel(shipmentId: string): Promise<Label | undefined>;
  /** The status of a parcel; undefined when the carrier does not know it. */
  find(trackingNumber: string): Promise<ParcelStatus | undefined>;
}

export class CarrierUnreachable extends Error {
  override readonly name = 'CarrierUnreachable';
}
