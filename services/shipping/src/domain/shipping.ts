import type { OrderLine } from '@dure/contracts/values';

export type Line = OrderLine;

export type Status = 'pending' | 'labelled' | 'dispatched' | 'delivered' | 'returned' | 'lost' | 'cancelled';

export interface Entry {
  readonly at: string;
  readonly status: Status;
  readonly source: 'shipping' | 'carrier' | 'operator';
  readonly note?: string;
}

/** What the carrier gave for a parcel that it takes. */
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
  /** It is called off: the carrier is asked not to take it, or to bring it back. Until it says so, it may still go. */
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
 * The shipping of one order: a shipment for each place where its goods are kept. `stopped` says that nothing more of it
 * is sent. The return addresses are those of the last asker of each kind; they are used once.
 */
export interface Shipping {
  readonly recipient?: Recipient;
  readonly shipments: readonly Shipment[];
  readonly stopped?: RefusalReason;
  /** Who waits for the parcels to leave, for them to end, and for the cancellation. */
  readonly askers: { readonly dispatch?: string; readonly delivery?: string; readonly cancellation?: string };
  /** What was told already; asked again, it is told again. */
  readonly told: { readonly dispatch?: boolean; readonly delivery?: boolean };
}

export const initialShipping: Shipping = { shipments: [], askers: {}, told: {} };

const ENDED: readonly Status[] = ['delivered', 'returned', 'lost', 'cancelled'];

export const hasEnded = ({ status }: Shipment): boolean => ENDED.includes(status);

/** Whether it was handed over, whatever became of it. */
export const hasLeft = ({ history }: Shipment): boolean => history.some(({ status }) => status === 'dispatched');

/** The shipment in a new status, with an entry in its history. What others tell has a time of their own; `now` is ours. */
export function moved(shipment: Shipment, entry: Entry, now = entry.at): Shipment {
  return { ...shipment, status: entry.status, history: [...shipment.history, entry], updatedAt: now };
}

/** The same status, with one entry more. */
export const noted = (shipment: Shipment, entry: Entry, now: string): Shipment => ({
  ...moved(shipment, entry, now),
  status: shipment.status,
});

export const replaced = (shipping: Shipping, shipment: Shipment): Shipping => ({
  ...shipping,
  shipments: shipping.shipments.map((it) => (it.shipmentId === shipment.shipmentId ? shipment : it)),
});

/** Lines of several shipments, one of each product. */
export function sumOf(shipments: readonly Shipment[]): Line[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of shipments.flatMap(({ lines }) => lines)) {
    quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  }
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }));
}
