import type { OrderLine } from '@dure/contracts/values';

export type Line = OrderLine;

export type Status = 'pending' | 'labelled' | 'dispatched' | 'delivered' | 'returned' | 'lost' | 'cancelled';

export interface Entry {
  readonly at: string;
  readonly status: Status;
  readonly source: 'shipping' | 'carrier' | 'operator';
  readonly note?: string;
}

/** What the carrier assigns to a parcel that it accepts. */
export interface Label {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl?: string;
}

export interface Shipment extends Partial<Label> {
  readonly shipmentId: string;
  readonly location: string;
  readonly lines: readonly Line[];
  readonly status: Status;
  /**
   * Cancelled here: the carrier is asked not to accept it, or to bring it back. Until it confirms, the parcel may still
   * go.
   */
  readonly recalled?: boolean;
  readonly history: readonly Entry[];
  readonly updatedAt: string;
}

export interface Recipient {
  readonly name: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly region?: string;
  readonly postalCode: string;
  readonly country: string;
}

export type RefusalReason = 'cancelled' | 'address-refused';

/**
 * The shipping of one order: a shipment per location where its goods are kept. `stopped` means that nothing more is
 * sent. The return addresses are those of the last sender of each kind; each is used once.
 */
export interface Shipping {
  /** Whose order it is; missing where the request did not say. */
  readonly customerId?: string;
  readonly recipient?: Recipient;
  readonly shipments: readonly Shipment[];
  readonly stopped?: RefusalReason;
  /** The return addresses that wait for all parcels to leave, for all to end, and for the cancellation. */
  readonly askers: { readonly dispatch?: string; readonly delivery?: string; readonly cancellation?: string };
  /** The answers that were given; a repeated command gets them again. */
  readonly answered: { readonly dispatch?: boolean; readonly delivery?: boolean };
}

export const initialShipping: Shipping = { shipments: [], askers: {}, answered: {} };

const ENDED: readonly Status[] = ['delivered', 'returned', 'lost', 'cancelled'];

export const hasEnded = ({ status }: Shipment): boolean => ENDED.includes(status);

/** Whether it was ever handed over. */
export const hasLeft = ({ history }: Shipment): boolean => history.some(({ status }) => status === 'dispatched');

/** The shipment in a new status, with an entry in its history. Reports of others have their own time; `now` is ours. */
export function moved(shipment: Shipment, entry: Entry, now = entry.at): Shipment {
  return { ...shipment, status: entry.status, history: [...shipment.history, entry], updatedAt: now };
}

/** The same status, with one more entry. */
export const noted = (shipment: Shipment, entry: Entry, now: string): Shipment => ({
  ...moved(shipment, entry, now),
  status: shipment.status,
});

export const replaced = (shipping: Shipping, shipment: Shipment): Shipping => ({
  ...shipping,
  shipments: shipping.shipments.map((it) => (it.shipmentId === shipment.shipmentId ? shipment : it)),
});

/** The lines of several shipments, summed by product. */
export function sumOf(shipments: readonly Shipment[]): Line[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of shipments.flatMap(({ lines }) => lines)) {
    quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  }
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }));
}
