import type { Call } from '@dure/contracts/binding/call';
import { hasEnded, hasLeft } from '../domain/shipping.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Store, StoredShipment, StoredShipping } from '../store.ts';
import { changeShipping } from './change-shipping.ts';

export type Rejection = 'shipment-not-found' | 'not-labelled' | 'not-dispatched' | 'shipment-ended';

/** Records an operator's update of a shipment; returns the shipment or the rejection. A repeated update changes nothing. */
export async function recordOperatorUpdate(
  store: Store,
  call: Call,
  shipmentId: string,
  update: Pick<Tracking, 'status' | 'note'>,
): Promise<StoredShipment | { rejected: Rejection }> {
  const found = await store.loadShipment(shipmentId);
  if (found === undefined) return { rejected: 'shipment-not-found' };
  const rejected = rejectionOf(found, update.status);
  if (rejected !== undefined) return { rejected };
  const tracking = { type: 'track', shipmentId, at: call.time, source: 'operator', ...update } as const;
  const toShipment = ({ orderId, shipping, version }: StoredShipping): StoredShipment => {
    const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId) ?? found.shipment;
    return { orderId, shipment, version };
  };
  const after = toShipment(await changeShipping(store, call, found.orderId, tracking, { shown: toShipment }));
  // Another update may have come in between.
  const overtaken = rejectionOf(after, update.status);
  return overtaken === undefined ? after : { rejected: overtaken };
}

function rejectionOf({ shipment }: StoredShipment, status: Tracking['status']): Rejection | undefined {
  if (shipment.status === status) return undefined;
  if (hasEnded(shipment)) return 'shipment-ended';
  if (status === 'dispatched') return shipment.status === 'pending' ? 'not-labelled' : undefined;
  return hasLeft(shipment) ? undefined : 'not-dispatched';
}
