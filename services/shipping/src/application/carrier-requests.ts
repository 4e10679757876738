import type { Call } from '@dure/contracts/binding/call';
import type { ShippingCommand } from '../domain/decide.ts';
import { hasEnded, hasLeft, type Shipment } from '../domain/shipping.ts';
import type { Tracking } from '../domain/tracking.ts';
import type { Store } from '../store.ts';
import type { Carrier } from './carrier.ts';
import { changeShipping } from './change-shipping.ts';

export interface Dependencies {
  readonly store: Store;
  readonly carrier: Carrier;
}

interface Target {
  readonly orderId: string;
  readonly shipmentId: string;
}

async function find({ store }: Dependencies, { orderId, shipmentId }: Target) {
  const loaded = await store.load(orderId);
  const { recipient, shipments } = loaded.shipping;
  return { loaded, recipient, shipment: shipments.find((it) => it.shipmentId === shipmentId) };
}

/**
 * Orders the carriage of a parcel. The carrier knows the shipment's id, so a repeated request takes effect once; the
 * request is recorded together with its answer.
 * @throws CarrierUnreachable
 */
export async function requestLabel(dependencies: Dependencies, call: Call, target: Target): Promise<void> {
  const { store, carrier } = dependencies;
  const { loaded, recipient, shipment } = await find(dependencies, target);
  if (shipment?.status === 'cancelled') return recordLateLabel(dependencies, call, target, shipment);
  if (shipment?.status !== 'pending' || shipment.recalled || recipient === undefined) return;
  const { shipmentId, lines } = shipment;
  const answer = await carrier.label({ shipmentId, recipient, lines });
  await changeShipping(
    store,
    call,
    target.orderId,
    answer.type === 'refused'
      ? { type: 'refuseLabel', shipmentId, reason: 'address-refused' }
      : { type: 'label', shipmentId, label: answer.label },
    { loaded },
  );
}

/** An earlier request may have reached the carrier after its shipment was cancelled. */
async function recordLateLabel(dependencies: Dependencies, call: Call, target: Target, shipment: Shipment) {
  const { shipmentId, trackingNumber } = shipment;
  if (trackingNumber !== undefined) return;
  const label = await dependencies.carrier.findLabel(shipmentId);
  if (label !== undefined)
    await changeShipping(dependencies.store, call, target.orderId, { type: 'label', shipmentId, label });
}

/** Has a parcel voided if it was not handed over, otherwise brought back. @throws CarrierUnreachable */
export async function recallParcel(dependencies: Dependencies, call: Call, target: Target): Promise<void> {
  const { store, carrier } = dependencies;
  const { loaded, shipment } = await find(dependencies, target);
  if (shipment?.recalled !== true || (hasEnded(shipment) && shipment.status !== 'cancelled')) return;
  const { shipmentId, trackingNumber } = shipment;
  const change = (command: ShippingCommand) => changeShipping(store, call, target.orderId, command, { loaded });
  if (trackingNumber === undefined) {
    // The request may be with the carrier; a label that is found is recalled by its own message.
    const label = await carrier.findLabel(shipmentId);
    return void (await change(label ? { type: 'label', shipmentId, label } : { type: 'calledOff', shipmentId }));
  }
  const voided = !hasLeft(shipment) && (await carrier.void(trackingNumber)) === 'voided';
  if (voided) return void (await change({ type: 'calledOff', shipmentId }));
  const status = await carrier.recall(trackingNumber);
  await track(dependencies, call, target, { status, note: status === 'returned' ? 'recalled' : undefined });
}

/** Asks the carrier about a parcel that was silent for long. Returns whether its status changed. */
export async function pollTracking(dependencies: Dependencies, call: Call, target: Target): Promise<boolean> {
  const { shipment } = await find(dependencies, target);
  if (shipment?.trackingNumber === undefined) return false;
  const status = await dependencies.carrier.find(shipment.trackingNumber);
  if (status === undefined || status === 'labelled' || status === 'voided') return false;
  const before = shipment.status;
  const after = await track(dependencies, call, target, { status, note: 'requested' });
  return after.shipping.shipments.some((it) => it.shipmentId === target.shipmentId && it.status !== before);
}

function track(
  { store }: Dependencies,
  call: Call,
  { orderId, shipmentId }: Target,
  news: Pick<Tracking, 'status' | 'note'>,
) {
  return changeShipping(store, call, orderId, {
    type: 'track',
    shipmentId,
    at: call.time,
    source: 'carrier',
    ...news,
  });
}
