import { hasEnded, type Shipment } from './shipping.ts';

/** How long a request to the carrier may be on its way, or wait in its queue, before it is asked anew. */
const REQUEST_MINUTES = 2;

/** When the carrier is to be asked of a shipment again; undefined once it has ended. */
export function dueAt(shipment: Shipment, silentMinutes: number): string | undefined {
  if (hasEnded(shipment)) return undefined;
  const asked = shipment.status === 'pending' || shipment.recalled === true;
  const minutes = asked ? REQUEST_MINUTES : silentMinutes;
  return new Date(Date.parse(shipment.updatedAt) + minutes * 60_000).toISOString();
}

const MINUTE_MS = 60_000;
const LONGEST_MS = 6 * 60 * MINUTE_MS;

/**
 * When the carrier is asked again that could not say anything new: the longer nothing moved the parcel, the later, six
 * hours at most. Parcels that travel for days would keep it, and the sweep, busy otherwise.
 */
export function askAgainAt({ updatedAt }: Shipment, now: string, pauseMinutes: number): string {
  const age = Date.parse(now) - Date.parse(updatedAt);
  return new Date(Date.parse(now) + Math.min(LONGEST_MS, Math.max(pauseMinutes * MINUTE_MS, age / 4))).toISOString();
}
