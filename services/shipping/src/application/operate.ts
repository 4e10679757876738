import type { Call } from '@dure/contracts/binding/call';
import { hasEnded, hasLeft } from '../domain/shipping.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Store, StoredShipment, StoredShipping } from '../store.ts';
import { changeShipping } from './change-shipping.ts';

export type Refusal = 'shipment-not-found' | 'not-labelled' | 'not-dispatched' | 'shipment-ended';

/** Notes what an operator says of a shipment; answers it after that, or why not. Said again, it changes nothing. */
export async function operate(
  store: Store,
  call: Call,
  shipmentId: string,
  said: Pick<Tracking, 'status' | 'note'>,
): Promise<StoredShipment | { refused: Refusal }> {
  const found = await store.loadShipment(shipmentId);
  if (found === undefined) return { refused: 'shipment-not-found' };
  const refused = refusal(found, said.status);
  if (refused !== undefined) return { refused };
  const tracking = { type: 'track', shipmentId, at: call.time, source: 'operator', ...said } as const;
  const shown = ({ orderId, shipping, version }: StoredShipping): StoredShipment => {
    const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId) ?? found.shipment;
    return { orderId, shipment, version };
  };
  const after = shown(await changeShipping(store, call, found.orderId, tracking, shown));
  // Another may have said something else in between.
  const overtaken = refusal(after, said.status);
  return overtaken === undefined ? after : { refused: overtaken };
}

function refusal({ shipment }: StoredShipment, status: Tracking['status']): Refusal | undefined {
  if (shipment.status === status) return undefined;
  if (hasEnded(shipment)) return 'shipment-ended';
  if (status === 'dispatched') return shipment.status === 'pending' ? 'not-labelled' : undefined;
  return hasLeft(shipment) ? undefined : 'not-dispatched';
}
