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
