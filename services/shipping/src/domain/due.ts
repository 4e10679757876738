import { hasEnded, type Shipment } from './shipping.ts';

/** How long a request to the carrier may be in flight, or wait in its queue, before it is repeated. */
const REQUEST_MINUTES = 2;

/** When the carrier should be asked about a shipment again; undefined once it has ended. */
export function dueAt(shipment: Shipment, silentMinutes: number): string | undefined {
  if (hasEnded(shipment)) return undefined;
  const asked = shipment.status === 'pending' || shipment.recalled === true;
  const minutes = asked ? REQUEST_MINUTES : silentMinutes;
  return new Date(Date.parse(shipment.updatedAt) + minutes * 60_000).toISOString();
}

const MINUTE_MS = 60_000;
const LONGEST_MS = 6 * 60 * MINUTE_MS;

/**
 * When to ask a carrier again that had nothing new: the longer the parcel has not moved, the later, by up to six hours.
 * Otherwise parcels that travel for days would keep the carrier and the sweep busy.
 */
export function nextCheckAt({ updatedAt }: Shipment, now: string, pauseMinutes: number): string {
  const age = Date.parse(now) - Date.parse(updatedAt);
  return new Date(Date.parse(now) + Math.min(LONGEST_MS, Math.max(pauseMinutes * MINUTE_MS, age / 4))).toISOString();
}
