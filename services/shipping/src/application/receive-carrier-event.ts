import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import type { Tracking } from '../domain/tracking.ts';
import type { Store } from '../store.ts';
import { changeShipping } from './change-shipping.ts';

export interface CarrierEvent {
  /** The id of the webhook: the same however often it is sent. */
  readonly id: string;
  readonly type: 'parcel.picked_up' | 'parcel.in_transit' | 'parcel.delivered' | 'parcel.returned' | 'parcel.lost';
  readonly timestamp: string;
  readonly data: { readonly trackingNumber: string; readonly note?: string };
}

const STATUS: Record<CarrierEvent['type'], Tracking['status']> = {
  'parcel.picked_up': 'dispatched',
  'parcel.in_transit': 'dispatched',
  'parcel.delivered': 'delivered',
  'parcel.returned': 'returned',
  'parcel.lost': 'lost',
};

/** Records a carrier's event; a repeated one changes nothing. For an unknown parcel the carrier sends it again. */
export async function receiveCarrierEvent(
  store: Store,
  call: Call,
  { id, type, timestamp, data }: CarrierEvent,
): Promise<{ done: true } | { rejected: 'parcel-not-found' }> {
  const found = await store.findByTracking(data.trackingNumber);
  if (found === undefined) return { rejected: 'parcel-not-found' };
  const { orderId, shipmentId } = found;
  const tracking = { shipmentId, status: STATUS[type], at: timestamp, source: 'carrier', note: data.note } as const;
  try {
    const marked = { ...call, marker: { pk: `WEBHOOK#${id}` } };
    await changeShipping(store, marked, orderId, { type: 'track', ...tracking });
  } catch (error) {
    if (!(error instanceof AlreadyHandled)) throw error;
  }
  return { done: true };
}
