import { randomUUID } from 'node:crypto';
import { storyOf } from './stories.ts';
import type { CarrierStore, ParcelRow, ParcelStatus } from './store.ts';

export interface Delays {
  /** The time from the label to the pick-up, and from one status to the next; milliseconds. */
  readonly pickUpMs: number;
  readonly travelMs: number;
}

export const defaultDelays: Delays = { pickUpMs: 150, travelMs: 300 };

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** By how much the answer is delayed. */
  readonly afterMs?: number;
}

export interface Context {
  readonly store: CarrierStore;
  readonly delays: Delays;
  readonly now: number;
}

const shown = ({ tracking_number: trackingNumber, shipment_id: shipmentId, status }: ParcelRow) => ({
  carrier: 'sandbox',
  trackingNumber,
  trackingUrl: `https://tracking.example/${trackingNumber}`,
  shipmentId,
  status,
});

const problem = (status: number, title: string): Answer => ({ status, body: { title } });

/** Orders the carriage of a parcel; a repeated request for a shipment returns the same parcel. */
export function orderCarriage({ store, delays, now }: Context, shipmentId: string, body: unknown): Answer {
  const { recipient, lines } = (body ?? {}) as { recipient?: { line2?: unknown }; lines?: unknown };
  if (typeof recipient !== 'object' || recipient === null || !Array.isArray(lines))
    return problem(400, 'recipient and lines are required');
  const line2 = String(recipient.line2 ?? '');
  const story = storyOf(line2);
  const requests = store.countRequest(shipmentId)?.count ?? 1;
  if (requests <= (story.failures ?? 0)) return problem(503, 'The carrier is down');
  if (story.refused === true) return problem(422, 'Nothing is delivered to this address');
  const known = store.parcelOfShipment(shipmentId);
  if (known === undefined) {
    const number = `SBX${String((store.count()?.count ?? 0) + 1).padStart(10, '0')}`;
    store.addParcel(number, shipmentId, line2, story.statuses.length > 0 ? now + delays.pickUpMs : null);
  }
  const afterMs = requests === 1 ? story.slowMs : undefined;
  return { status: known === undefined ? 201 : 200, body: shown(store.parcelOfShipment(shipmentId)!), afterMs };
}

/** The parcel of a shipment, if it was ordered. */
export const showShipment = ({ store }: Context, shipmentId: string): Answer =>
  show(store.parcelOfShipment(shipmentId));

export const showParcel = ({ store }: Context, trackingNumber: string): Answer => show(store.parcel(trackingNumber));

function show(parcel: ParcelRow | undefined): Answer {
  return parcel === undefined ? problem(404, 'There is no such parcel') : { status: 200, body: shown(parcel) };
}

/** For tests: a hundred parcels at a time, after a tracking number. */
export function listParcels({ store }: Context, after: string): Answer {
  const parcels = store.parcelsAfter(after).map(shown);
  return { status: 200, body: { parcels } };
}

/** Cancels a parcel that was not picked up. */
export function voidParcel({ store }: Context, trackingNumber: string): Answer {
  const parcel = store.parcel(trackingNumber);
  if (parcel === undefined) return problem(404, 'There is no such parcel');
  if (parcel.status === 'labelled') store.moveParcel('voided', parcel.step, null, trackingNumber);
  const after = store.parcel(trackingNumber)!;
  return { status: after.status === 'voided' ? 200 : 409, body: shown(after) };
}

/** Recalls a parcel in transit. */
export function recallParcel(context: Context, trackingNumber: string): Answer {
  const { store, now } = context;
  const parcel = store.parcel(trackingNumber);
  if (parcel === undefined) return problem(404, 'There is no such parcel');
  if (parcel.status === 'labelled' || parcel.status === 'dispatched') {
    store.moveParcel('returned', parcel.step, null, trackingNumber);
    queueWebhook(context, parcel, 'returned', now);
  }
  return { status: 200, body: shown(store.parcel(trackingNumber)!) };
}

/** Continues the story of every parcel that is due. */
export function advance(context: Context): void {
  const { store, delays, now } = context;
  for (const parcel of store.dueParcels(now)) {
    const { statuses } = storyOf(parcel.story);
    const status = statuses[parcel.step];
    const more = parcel.step + 1 < statuses.length;
    if (status === undefined) continue;
    store.moveParcel(status, parcel.step + 1, more ? now + delays.travelMs : null, parcel.tracking_number);
    queueWebhook(context, parcel, status, parcel.next_at ?? now);
  }
}

const TYPES: Partial<Record<ParcelStatus, string>> = {
  dispatched: 'parcel.picked_up',
  delivered: 'parcel.delivered',
  returned: 'parcel.returned',
  lost: 'parcel.lost',
};

/** A parcel whose webhooks are sent twice holds back the first pick-up until the delivery was sent. */
function queueWebhook({ store, delays, now }: Context, parcel: ParcelRow, status: ParcelStatus, at: number): void {
  const { webhooks } = storyOf(parcel.story);
  if (webhooks === 'never') return;
  const type = TYPES[status];
  const timestamp = new Date(at).toISOString();
  const body = JSON.stringify({ type, timestamp, data: { trackingNumber: parcel.tracking_number } });
  const late = webhooks === 'twice' && status === 'dispatched' ? 2 * delays.travelMs : 0;
  store.addWebhook(`msg_${randomUUID()}`, body, now + late);
  if (webhooks === 'twice') store.addWebhook(`msg_${randomUUID()}`, body, now + late + delays.travelMs);
}
