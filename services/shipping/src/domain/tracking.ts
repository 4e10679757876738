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
 * left, and a parcel that left though it was called off is called back. Undefined when it says nothing new.
 */
export function decideTracking(tracking: Tracking, shipping: Shipping): Decision | undefined {
  const { shipmentId, at, status: told, source, note } = tracking;
  const entry = { at, status: told, source, note };
  const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId);
  if (shipment === undefined || shipment.trackingNumber === undefined) return undefined;
  if (shipment.status === 'cancelled') return noteLeft(shipment, entry, shipping);
  if (hasEnded(shipment)) return undefined;
  const steps: Tracking['status'][] =
    entry.status === 'dispatched' || hasLeft(shipment) ? [entry.status] : ['dispatched', entry.status];
  const fresh = steps.filter((status) => status !== 'dispatched' || !hasLeft(shipment));
  if (fresh.length === 0) return undefined;
  const after = fresh.reduce((it, status) => moved(it, { ...entry, status }), shipment);
  const recall = shipping.stopped !== undefined && !hasEnded(after);
  const events: ShippingEvent[] = fresh.map((status) => ({ type: EVENTS[status], data: dataOf(after) }));
  if (!recall) return { shipping: replaced(shipping, after), events };
  return {
    shipping: replaced(shipping, { ...after, recalled: true }),
    events: [...events, { type: 'ShipmentRecallRequested', data: { shipmentId } }],
  };
}

/** Its goods count as being in the stock; they are on their way there, once the carrier turns back. */
function noteLeft(shipment: Shipment, entry: Entry, shipping: Shipping): Decision | undefined {
  if (shipment.recalled) return undefined;
  const { shipmentId } = shipment;
  const note = 'left though it was called off';
  return {
    shipping: replaced(shipping, { ...noted(shipment, { ...entry, status: 'cancelled', note }), recalled: true }),
    events: [{ type: 'ShipmentRecallRequested', data: { shipmentId } }],
  };
}

const dataOf = (shipment: Shipment) => ({ ...parcelOf(shipment), lines: shipment.lines });
