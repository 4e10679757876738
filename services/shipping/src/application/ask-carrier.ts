import type { Call } from '@dure/contracts/call';
import type { Tracking } from '../domain/tracking.ts';
import type { Store } from '../store.ts';
import type { Carrier } from './carrier.ts';
import { changeShipping } from './change-shipping.ts';

export interface Dependencies {
  readonly store: Store;
  readonly carrier: Carrier;
}

interface Asked {
  readonly orderId: string;
  readonly shipmentId: string;
}

/** What was asked before has its effect in the carrier once; so its marker is written with the answer alone. */
async function find({ store }: Dependencies, { orderId, shipmentId }: Asked) {
  const { shipping } = await store.load(orderId);
  const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId);
  return { recipient: shipping.recipient, shipment };
}

/** Orders a parcel's carriage; a label for what was called off meanwhile is voided at once. @throws CarrierUnreachable */
export async function askForLabel(dependencies: Dependencies, call: Call, asked: Asked): Promise<void> {
  const { store, carrier } = dependencies;
  const { recipient, shipment } = await find(dependencies, asked);
  if (shipment?.status !== 'pending' || recipient === undefined) return;
  const { shipmentId, lines } = shipment;
  const answer = await carrier.label({ shipmentId, recipient, lines });
  if (answer.type === 'refused') {
    await changeShipping(store, call, asked.orderId, { type: 'refuseLabel', shipmentId, reason: 'address-refused' });
    return;
  }
  const { label } = answer;
  const after = await changeShipping(store, call, asked.orderId, { type: 'label', shipmentId, label });
  const status = after.shipping.shipments.find((it) => it.shipmentId === shipmentId)?.status;
  if (status === 'cancelled') await carrier.void(label.trackingNumber);
}

/** Calls off a parcel that was not handed over. Where that comes too late, the carrier tells that it has it. */
export async function voidLabel(dependencies: Dependencies, call: Call, asked: Asked): Promise<void> {
  const { shipment } = await find(dependencies, asked);
  if (shipment?.status !== 'cancelled' || shipment.trackingNumber === undefined) return;
  const answer = await dependencies.carrier.void(shipment.trackingNumber);
  if (answer === 'voided') return;
  await track(dependencies, call, asked, { status: 'dispatched', note: 'was handed over before it was called off' });
}

/** Has a parcel brought back. */
export async function recallParcel(dependencies: Dependencies, call: Call, asked: Asked): Promise<void> {
  const { shipment } = await find(dependencies, asked);
  if (shipment?.recalled !== true || shipment.trackingNumber === undefined) return;
  const status = await dependencies.carrier.recall(shipment.trackingNumber);
  await track(dependencies, call, asked, { status, note: status === 'returned' ? 'called back' : undefined });
}

/** Asks where a parcel is of which nothing was heard for long. Answers whether that was news. */
export async function askForNews(dependencies: Dependencies, call: Call, asked: Asked): Promise<boolean> {
  const { shipment } = await find(dependencies, asked);
  if (shipment?.trackingNumber === undefined) return false;
  const status = await dependencies.carrier.find(shipment.trackingNumber);
  if (status === undefined || status === 'labelled' || status === 'voided') return false;
  const before = shipment.status;
  const after = await track(dependencies, call, asked, { status, note: 'asked for' });
  return after.shipping.shipments.some((it) => it.shipmentId === asked.shipmentId && it.status !== before);
}

function track(
  { store }: Dependencies,
  call: Call,
  { orderId, shipmentId }: Asked,
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
