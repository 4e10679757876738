import { type Decision, parcelOf } from './answers.ts';
import type { ShippingEvent } from './events.ts';
import { type Entry, hasEnded, hasLeft, moved, noted, replaced, type Shipment, type Shipping } from './shipping.ts';

/** What the carrier or an operator says became of a parcel. */
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
 * Notes what became of a parcel. News come late, twice and in any order: what ended stays as it is, what arrived had
 * left. Undefined when it says nothing new.
 */
export function decideTracking(tracking: Tracking, shipping: Shipping, now: string): Decision | undefined {
  const { shipmentId, at, status: told, source, note } = tracking;
  const entry = { at, status: told, source, note };
  const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId);
  if (shipment === undefined || shipment.trackingNumber === undefined) return undefined;
  if (shipment.status === 'cancelled') return noteAstray(shipment, entry, shipping, now);
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
 * A carrier that said that it does not have a parcel, and then does. It is called back; that is not told, for its goods
 * were given back, but it stands in its history.
 */
function noteAstray(
  shipment: Shipment,
  { status, ...entry }: Entry,
  shipping: Shipping,
  now: string,
): Decision | undefined {
  const note = `${status} though it was called off`;
  if (shipment.history.some((it) => it.note === note)) return undefined;
  const after = { ...noted(shipment, { ...entry, status: 'cancelled', note }, now), recalled: true };
  const { shipmentId } = shipment;
  const recall: ShippingEvent[] =
    status === 'dispatched' ? [{ type: 'ShipmentRecallRequested', data: { shipmentId } }] : [];
  return { shipping: replaced(shipping, after), events: recall };
}

const dataOf = (shipment: Shipment) => ({ ...parcelOf(shipment), lines: shipment.lines });
