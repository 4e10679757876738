import type { ShippingEvent } from './events.ts';
import { hasEnded, hasLeft, type Label, type Shipment, type Shipping, sumOf } from './shipping.ts';

export interface Decision {
  readonly shipping: Shipping;
  readonly events: readonly ShippingEvent[];
}

/** Adds the answers that have become due: everything has left, everything has ended, or the cancellation is done. */
export function withAnswers({ shipping, events }: Decision): Decision {
  return [answerDispatch, answerCancellation, answerDelivery].reduce<Decision>((decision, answer) => answer(decision), {
    shipping,
    events,
  });
}

/** A repeated command gets its answer again, so it is sent when somebody asked or when it is new. */
function answerDispatch(decision: Decision): Decision {
  const { shipping } = decision;
  const { askers, shipments, answered, stopped } = shipping;
  const sent = shipments.filter(hasLeft);
  const waiting = shipments.some((shipment) => !hasLeft(shipment) && shipment.status !== 'cancelled');
  const all = sent.length > 0 && !waiting;
  const refused = stopped !== undefined && sent.length === 0 && !waiting;
  if ((!all && !refused) || (answered.dispatch && askers.dispatch === undefined)) return decision;
  const to = askers.dispatch;
  const event: ShippingEvent = all
    ? { type: 'OrderDispatched', data: { parcels: sent.map(parcelOf) }, to }
    : { type: 'ShippingRefused', data: { reason: stopped ?? 'cancelled' }, to };
  const next = { ...shipping, answered: { ...answered, dispatch: true }, askers: { ...askers, dispatch: undefined } };
  // The shipping was cancelled before it was requested, so no command waits for an answer.
  if (refused && to === undefined) return decision;
  return { shipping: next, events: [...decision.events, event] };
}

function answerCancellation(decision: Decision): Decision {
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

/** Goods that never left count as returned: they are in stock, although they were reported as withdrawn. */
function answerDelivery(decision: Decision): Decision {
  const { shipping } = decision;
  const { askers, shipments, answered } = shipping;
  if (!shipments.some(hasLeft) || !shipments.every(hasEnded)) return decision;
  if (answered.delivery && askers.delivery === undefined) return decision;
  const lines = (...wanted: Shipment['status'][]) => sumOf(shipments.filter(({ status }) => wanted.includes(status)));
  const data = { delivered: lines('delivered'), returned: lines('returned', 'cancelled'), lost: lines('lost') };
  const event: ShippingEvent = { type: 'ShippingSettled', data, to: askers.delivery };
  const next = { ...shipping, answered: { ...answered, delivery: true }, askers: { ...askers, delivery: undefined } };
  return { shipping: next, events: [...decision.events, event] };
}

/** A parcel that has left has a label. */
export function parcelOf({ shipmentId, carrier, trackingNumber }: Shipment): { shipmentId: string } & Label {
  if (carrier === undefined || trackingNumber === undefined) throw new Error(`${shipmentId} has no label.`);
  return { shipmentId, carrier, trackingNumber };
}
