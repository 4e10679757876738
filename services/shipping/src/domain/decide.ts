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
} from './shipping.ts';

export interface LocatedLine extends Line {
  readonly location?: string;
}

export type ShippingCommand =
  /** `newId` creates the ids of the shipments. */
  | {
      readonly type: 'ship';
      readonly recipient: Recipient;
      readonly customerId?: string;
      readonly lines: readonly LocatedLine[];
      readonly newId: () => string;
    }
  | { readonly type: 'awaitDelivery' }
  /** `answer`: the sender expects an answer. */
  | { readonly type: 'cancel'; readonly answer: boolean }
  | { readonly type: 'label'; readonly shipmentId: string; readonly label: Label }
  | { readonly type: 'refuseLabel'; readonly reason: RefusalReason; readonly shipmentId: string }
  /** The carrier does not have the cancelled parcel, and will not accept it. */
  | { readonly type: 'calledOff'; readonly shipmentId: string }
  | ({ readonly type: 'track' } & Tracking);

/** The time, and the return address of the sender. A command without one leaves earlier senders waiting. */
export interface Sender {
  readonly now: string;
  readonly replyTo?: string;
}

const DEFAULT_LOCATION = 'main';

/**
 * Decides on a command: the shipping after it, and the events. A command that was applied before only produces its answer
 * again; undefined when there is nothing to save.
 */
export function decide(command: ShippingCommand, shipping: Shipping, asking: Sender): Decision | undefined {
  const decision = carryOut(command, shipping, asking);
  if (decision === undefined) return undefined;
  const answered = withAnswers(decision);
  return answered.shipping === shipping && answered.events.length === 0 ? undefined : answered;
}

function carryOut(command: ShippingCommand, shipping: Shipping, asking: Sender): Decision | undefined {
  const { askers } = shipping;
  switch (command.type) {
    case 'ship':
      return ship(command, { ...shipping, askers: { ...askers, dispatch: asking.replyTo ?? askers.dispatch } }, asking);
    case 'awaitDelivery':
      return {
        shipping: { ...shipping, askers: { ...askers, delivery: asking.replyTo ?? askers.delivery } },
        events: [],
      };
    case 'cancel': {
      const cancellation = (command.answer ? asking.replyTo : undefined) ?? askers.cancellation;
      return stop({ ...shipping, askers: { ...askers, cancellation } }, 'cancelled');
    }
    case 'label':
      return label(command.shipmentId, command.label, shipping, asking);
    case 'refuseLabel':
      return refuseLabel(command, shipping, asking);
    case 'calledOff':
      return callOff(command.shipmentId, shipping, asking);
    case 'track':
      return decideTracking(command, shipping, asking.now);
    default:
      return command satisfies never;
  }
}

type Ship = Extract<ShippingCommand, { type: 'ship' }>;

/** One shipment per location. */
function ship({ recipient, customerId, lines, newId }: Ship, shipping: Shipping, { now }: Sender): Decision {
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
  return { shipping: { ...shipping, recipient, customerId, shipments }, events };
}

/**
 * Sends nothing more, and recalls what is in transit. A parcel that the carrier may have is only cancelled once the carrier
 * says so, since it may just be picking it up. Even without shipments this is recorded, so that nothing is sent later.
 */
function stop(shipping: Shipping, reason: RefusalReason): Decision {
  const open = shipping.shipments.filter((shipment) => !hasEnded(shipment) && !shipment.recalled);
  const shipments = shipping.shipments.map((it) => (open.includes(it) ? { ...it, recalled: true } : it));
  const events = open.map(({ shipmentId }): ShippingEvent => ({
    type: 'ShipmentRecallRequested',
    data: { shipmentId },
  }));
  return { shipping: { ...shipping, stopped: shipping.stopped ?? reason, shipments }, events };
}

type RefuseLabel = Extract<ShippingCommand, { type: 'refuseLabel' }>;

/** If one location cannot ship, the others do not ship either. */
function refuseLabel({ shipmentId, reason }: RefuseLabel, shipping: Shipping, { now }: Sender): Decision | undefined {
  const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId);
  if (shipment?.status !== 'pending') return undefined;
  const { shipping: without, events } = cancelled(shipment, shipping, now);
  const { shipping: stopped, events: recalls } = stop(without, reason);
  return { shipping: stopped, events: [...events, ...recalls] };
}

function callOff(shipmentId: string, shipping: Shipping, { now }: Sender): Decision | undefined {
  const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId);
  if (shipment?.recalled !== true || hasEnded(shipment) || hasLeft(shipment)) return undefined;
  return cancelled(shipment, shipping, now);
}

/** A shipment that will not be sent. */
function cancelled(shipment: Shipment, shipping: Shipping, at: string): Decision {
  const { shipmentId } = shipment;
  return {
    shipping: replaced(shipping, moved(shipment, { at, status: 'cancelled', source: 'shipping' })),
    events: [{ type: 'ShipmentCancelled', data: { shipmentId } }],
  };
}

/** A label for a shipment that was cancelled meanwhile is stored, and recalled in turn. */
function label(shipmentId: string, newLabel: Label, shipping: Shipping, { now }: Sender): Decision | undefined {
  const shipment = shipping.shipments.find((it) => it.shipmentId === shipmentId);
  if (shipment === undefined || shipment.trackingNumber !== undefined) return undefined;
  const labelled = { ...shipment, ...newLabel };
  const recall: ShippingEvent = { type: 'ShipmentRecallRequested', data: { shipmentId } };
  if (hasEnded(shipment)) return { shipping: replaced(shipping, { ...labelled, recalled: true }), events: [recall] };
  const after = moved(labelled, { at: now, status: 'labelled', source: 'shipping' });
  const labelledEvent: ShippingEvent = { type: 'ShipmentLabelled', data: { ...parcelOf(after), lines: after.lines } };
  return { shipping: replaced(shipping, after), events: after.recalled ? [labelledEvent, recall] : [labelledEvent] };
}
