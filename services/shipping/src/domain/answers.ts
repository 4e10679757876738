import type { ShippingEvent } from './events.ts';
import { hasEnded, hasLeft, type Label, type Shipment, type Shipping, sumOf } from './shipping.ts';

export interface Decision {
  readonly shipping: Shipping;
  readonly events: readonly ShippingEvent[];
}

/** Adds what the askers are told once it is so: that all has left, that all has ended, that it was called off. */
export function withAnswers({ shipping, events }: Decision): Decision {
  return [tellDispatch, tellCancellation, tellDelivery].reduce<Decision>((decision, tell) => tell(decision), {
    shipping,
    events,
  });
}

/** What was told before is told again to who asks again, so it is told when there is an asker or something new. */
function tellDispatch(decision: Decision): Decision {
  const { shipping } = decision;
  const { askers, shipments, told, stopped } = shipping;
  const sent = shipments.filter(hasLeft);
  const waiting = shipments.some((shipment) => !hasLeft(shipment) && shipment.status !== 'cancelled');
  const all = sent.length > 0 && !waiting;
  const refused = stopped !== undefined && sent.length === 0 && !waiting;
  if ((!all && !refused) || (told.dispatch && askers.dispatch === undefined)) return decision;
  const to = askers.dispatch;
  const event: ShippingEvent = all
    ? { type: 'OrderDispatched', data: { parcels: sent.map(parcelOf) }, to }
    : { type: 'ShippingRefused', data: { reason: stopped ?? 'cancelled' }, to };
  const next = { ...shipping, told: { ...told, dispatch: true }, askers: { ...askers, dispatch: undefined } };
  // Nobody ever asked for what was called off before: there is nobody to tell.
  if (refused && to === undefined) return decision;
  return { shipping: next, events: [...decision.events, event] };
}

function tellCancellation(decision: Decision): Decision {
  const { shipping } = decision;
  const { askers, shipments } = shipping;
  const to = askers.cancellation;
  if (to === undefined || !shipments.every(hasEnded)) return decision;
  const kept = (['delivered', 'lost'] as const).find((it) => shipments.some(({ status }) => status === it));
  const event: ShippingEvent = kept
    ? { type: 'ShippingCancellationRefused', data: { reason: kept }, to }
    : { type: 'ShippingCancelled', data: { recalled: shipments.some(hasLeft) }, to };
  const next = { ...shipping, askers: { ...askers, cancellation: undefined } };
  return { shipping: next, events: [...decision.events, event] };
}

/** Goods that never left count as returned: they are in the stock, though it was told that they are out of it. */
function tellDelivery(decision: Decision): Decision {
  const { shipping } = decision;
  const { askers, shipments, told } = shipping;
  if (!shipments.some(hasLeft) || !shipments.every(hasEnded)) return decision;
  if (told.delivery && askers.delivery === undefined) return decision;
  const lines = (...wanted: Shipment['status'][]) => sumOf(shipments.filter(({ status }) => wanted.includes(status)));
  const data = { delivered: lines('delivered'), returned: lines('returned', 'cancelled'), lost: lines('lost') };
  const event: ShippingEvent = { type: 'ShippingSettled', data, to: askers.delivery };
  const next = { ...shipping, told: { ...told, delivery: true }, askers: { ...askers, delivery: undefined } };
  return { shipping: next, events: [...decision.events, event] };
}

/** A parcel that has left has a label. */
export function parcelOf({ shipmentId, carrier, trackingNumber }: Shipment): { shipmentId: string } & Label {
  if (carrier === undefined || trackingNumber === undefined) throw new Error(`${shipmentId} has no label.`);
  return { shipmentId, carrier, trackingNumber };
}
