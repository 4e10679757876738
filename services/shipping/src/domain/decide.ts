import { type Decision, parcelOf, withAnswers } from './answers.ts';
import type { ShippingEvent } from './events.ts';
import { decideTracking, type Tracking } from './tracking.ts';
import {
  type Entry,
  hasEnded,
  hasLeft,
  type Label,
  type Line,
  moved,
  type Recipient,
  type RefusalReason,
  replaced,
  type Shipment,
  type Shipping,
  type Status,
} from './shipping.ts';

export interface LocatedLine extends Line {
  readonly location?: string;
}

export type ShippingCommand =
  /** `newId` makes the shipments' ids. */
  | {
      readonly type: 'ship';
      readonly recipient: Recipient;
      readonly lines: readonly LocatedLine[];
      readonly newId: () => string;
    }
  | { readonly type: 'awaitDelivery' }
  /** `answer`: who asks wants to be told. */
  | { readonly type: 'cancel'; readonly answer: boolean }
  | { readonly type: 'label'; readonly shipmentId: string; readonly label: Label }
  | { readonly type: 'refuseLabel'; readonly reason: RefusalReason; readonly shipmentId: string }
  | ({ readonly type: 'track' } & Tracking);

/** When, and the return address of who asks. */
export interface Asking {
  readonly now: string;
  readonly replyTo?: string;
}

const DEFAULT_LOCATION = 'main';

/**
 * Decides on a command: the shipping after it, and what others are told. What has happened already is decided as
 * nothing but the answer; undefined when there is nothing to save at all.
 */
export function decide(command: ShippingCommand, shipping: Shipping, asking: Asking): Decision | undefined {
  const decision = carryOut(command, shipping, asking);
  if (decision === undefined) return undefined;
  const answered = withAnswers(decision);
  return answered.shipping === shipping && answered.events.length === 0 ? undefined : answered;
}

function carryOut(command: ShippingCommand, shipping: Shipping, asking: Asking): Decision | undefined {
  const { askers } = shipping;
  switch (command.type) {
    case 'ship':
      return ship(command, { ...shipping, askers: { ...askers, dispatch: asking.replyTo } }, asking);
    case 'awaitDelivery':
      return { shipping: { ...shipping, askers: { ...askers, delivery: asking.replyTo } }, events: [] };
    case 'cancel': {
      const cancellation = command.answer ? asking.replyTo : askers.cancellation;
      return stop({ ...shipping, askers: { ...askers, cancellation } }, 'cancelled', asking);
    }
    case 'label':
      return label(command.shipmentId, command.label, shipping, asking);
    case 'refuseLabel':
      return isPending(shipping, command.shipmentId) ? stop(shipping, command.reason, asking) : undefined;
    case 'track':
      return decideTracking(command, shipping);
    default:
      return command satisfies never;
  }
}

type Ship = Extract<ShippingCommand, { type: 'ship' }>;

/** One shipment for each place. */
function ship({ recipient, lines, newId }: Ship, shipping: Shipping, { now }: Asking): Decision {
  if (shipping.shipments.length > 0 || shipping.stopped !== undefined) return { shipping, events: [] };
  const places = Map.groupBy(lines, ({ location }) => location ?? DEFAULT_LOCATION);
  const shipments = [...places].map(([location, located]): Shipment => {
    const first: Entry = { at: now, status: 'pending', source: 'shipping' };
    const own = located.map(({ sku, quantity }) => ({ sku, quantity }));
    return { shipmentId: newId(), location, lines: own, status: 'pending', history: [first], updatedAt: now };
  });
  const events = shipments.map(({ shipmentId, location, lines }): ShippingEvent => {
    return { type: 'ShipmentCreated', data: { shipmentId, location, lines } };
  });
  return { shipping: { ...shipping, recipient, shipments }, events };
}

/** Sends nothing more, and calls back what is on its way. Of nothing it is remembered, so that nothing is sent later. */
function stop(shipping: Shipping, reason: RefusalReason, { now }: Asking): Decision {
  const stopped = shipping.stopped ?? reason;
  const steps = shipping.shipments.map((shipment) => stopOne(shipment, now));
  return {
    shipping: { ...shipping, stopped, shipments: steps.map((step) => step.shipment) },
    events: steps.flatMap((step) => step.events),
  };
}

function stopOne(shipment: Shipment, at: string): { shipment: Shipment; events: ShippingEvent[] } {
  const { shipmentId } = shipment;
  if (hasEnded(shipment) || shipment.recalled) return { shipment, events: [] };
  if (hasLeft(shipment)) {
    return {
      shipment: { ...shipment, recalled: true },
      events: [{ type: 'ShipmentRecallRequested', data: { shipmentId } }],
    };
  }
  return {
    shipment: moved(shipment, { at, status: 'cancelled', source: 'shipping' }),
    events: [{ type: 'ShipmentCancelled', data: { shipmentId } }],
  };
}

/** A label for what was called off meanwhile is kept, so that it can be voided. */
function label(shipmentId: string, given: Label, shipping: Shipping, { now }: Asking): Decision | undefined {
  const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId);
  if (shipment === undefined || shipment.trackingNumber !== undefined) return undefined;
  const labelled = { ...shipment, ...given };
  if (shipment.status !== 'pending') return { shipping: replaced(shipping, labelled), events: [] };
  const after = moved(labelled, { at: now, status: 'labelled', source: 'shipping' });
  const data = { ...parcelOf(after), lines: after.lines };
  return { shipping: replaced(shipping, after), events: [{ type: 'ShipmentLabelled', data }] };
}

const isPending = ({ shipments }: Shipping, shipmentId: string): boolean =>
  shipments.some((it) => it.shipmentId === shipmentId && it.status === ('pending' satisfies Status));
