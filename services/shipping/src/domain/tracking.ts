import { type Decision, parcelOf } from './answers.ts';
import type { ShippingEvent } from './events.ts';
import { type Entry, hasEnded, hasLeft, moved, noted, replaced, type Shipment, type Shipping } from './shipping.ts';

/** A report about a parcel by the carrier or an operator. */
export interface Tracking extends Entry {
  readonly shipmentId: string;
  readonly status: 'dispatched' | 'delivered' | 'returned' | 'lost';
}

const EVENTS = {
  dispatched: 'ShipmentDispatched',
  delivered: 'ShipmentDelivered',
  returned: 'ShipmentReturned',
  lost: 'ShipmentLost',
} as const;

/**
 * Applies a tracking report. Reports may come late, twice and in any order: an ended shipment stays as it is, and an arrival
 * implies a departure. Undefined when it says nothing new.
 */
export function decideTracking(tracking: Tracking, shipping: Shipping, now: string): Decision | undefined {
  const { shipmentId, at, status: reported, source, note } = tracking;
  const entry = { at, status: reported, source, note };
  const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId);
  if (shipment === undefined || shipment.trackingNumber === undefined) return undefined;
  if (shipment.status === 'cancelled') return recallStray(shipment, entry, shipping, now);
  if (hasEnded(shipment)) return undefined;
  const steps: Tracking['status'][] =
    entry.status === 'dispatched' || hasLeft(shipment) ? [entry.status] : ['dispatched', entry.status];
  const fresh = steps.filter((status) => status !== 'dispatched' || !hasLeft(shipment));
  if (fresh.length === 0) return undefined;
  const after = fresh.reduce((it, status) => moved(it, { ...entry, status }, now), shipment);
  const events: ShippingEvent[] = fresh.map((status) => ({ type: EVENTS[status], data: dataOf(after) }));
  return { shipping: replaced(shipping, after), events };
}

/**
 * The carrier said that it does not have a parcel, and then has it. The parcel is recalled. This is not published, because
 * its goods were released, but it is recorded in the history.
 */
function recallStray(
  shipment: Shipment,
  { status, ...entry }: Entry,
  shipping: Shipping,
  now: string,
): Decision | undefined {
  const note = `${status} although it was cancelled`;
  if (shipment.history.some((it) => it.note === note)) return undefined;
  const after = { ...noted(shipment, { ...entry, status: 'cancelled', note }, now), recalled: true };
  const { shipmentId } = shipment;
  const recall: ShippingEvent[] =
    status === 'dispatched' ? [{ type: 'ShipmentRecallRequested', data: { shipmentId } }] : [];
  return { shipping: replaced(shipping, after), events: recall };
}

const dataOf = (shipment: Shipment) => ({ ...parcelOf(shipment), lines: shipment.lines });
