import {
  type Copy,
  isAllBack,
  type OrderPart,
  type ParcelPart,
  type PaymentPart,
  type ReservationPart,
} from './copy.ts';
import type { Fact, ParcelFact } from './facts.ts';

/** An order that was rejected at once has no known total. */
const unknownOrder: OrderPart = { status: 'placed', confirmed: false, total: 0, currency: '', lines: [] };
const noPayment: PaymentPart = { held: {}, taken: {}, refunds: {}, refunded: 0 };

/** The copy after a fact at the instant `at`. A repeated answer changes nothing. */
export function evolve(copy: Copy, fact: Fact, at: string): Copy {
  switch (fact.type) {
    case 'OrderPlaced':
    case 'OrderConfirmed':
    case 'OrderShipped':
    case 'OrderRejected':
    case 'OrderCancelled':
    case 'OrderCompleted':
      return { ...copy, order: evolveOrder(copy.order ?? unknownOrder, fact, at) };
    case 'PaymentAuthorised':
    case 'PaymentCaptured':
    case 'PaymentDeclined':
    case 'PaymentVoided':
    case 'PaymentRefunded':
    case 'PaymentRefundRefused':
      return { ...copy, payment: evolvePayment(copy.payment ?? noPayment, fact, at) };
    case 'StockReserved':
    case 'ReservationRefused':
    case 'StockCommitted':
    case 'StockReleased':
    case 'StockReturned':
      return { ...copy, reservation: evolveReservation(copy.reservation, fact) };
    case 'ShipmentCreated':
      return withParcel(copy, fact.shipmentId, { status: 'pending', lines: fact.lines });
    case 'ShipmentLabelled':
    case 'ShipmentDispatched':
    case 'ShipmentDelivered':
    case 'ShipmentReturned':
    case 'ShipmentLost':
    case 'ShipmentCancelled': {
      const { lines } = copy.parcels[fact.shipmentId] ?? { lines: [] };
      return withParcel(copy, fact.shipmentId, { status: PARCEL[fact.type], lines });
    }
    case 'OrderDispatched':
      return { ...copy, dispatched: true };
    case 'Other':
    case 'OtherVersion':
      return copy;
    default:
      return fact satisfies never;
  }
}

const PARCEL: Readonly<Record<ParcelFact, ParcelPart['status']>> = {
  ShipmentLabelled: 'labelled',
  ShipmentDispatched: 'dispatched',
  ShipmentDelivered: 'delivered',
  ShipmentReturned: 'returned',
  ShipmentLost: 'lost',
  ShipmentCancelled: 'cancelled',
};

const withParcel = (copy: Copy, shipmentId: string, parcel: ParcelPart): Copy => ({
  ...copy,
  parcels: { ...copy.parcels, [shipmentId]: parcel },
});

type Of<Type extends Fact['type']> = Extract<Fact, { type: Type }>;
type OrderFact = Of<
  'OrderPlaced' | 'OrderConfirmed' | 'OrderShipped' | 'OrderRejected' | 'OrderCancelled' | 'OrderCompleted'
>;

function evolveOrder(order: OrderPart, fact: OrderFact, at: string): OrderPart {
  switch (fact.type) {
    case 'OrderPlaced': {
      const { total, currency, lines } = fact;
      return { ...order, total, currency, lines };
    }
    case 'OrderConfirmed':
      return { ...order, status: 'confirmed', confirmed: true };
    case 'OrderShipped':
      return { ...order, status: 'shipped' };
    case 'OrderRejected':
      return { ...order, status: 'rejected', endedAt: at };
    case 'OrderCancelled':
      return { ...order, status: 'cancelled', endedAt: at };
    case 'OrderCompleted':
      return { ...order, status: 'completed', endedAt: at };
    default:
      return fact satisfies never;
  }
}

type PaymentFact = Of<
  | 'PaymentAuthorised'
  | 'PaymentCaptured'
  | 'PaymentDeclined'
  | 'PaymentVoided'
  | 'PaymentRefunded'
  | 'PaymentRefundRefused'
>;

function evolvePayment(payment: PaymentPart, fact: PaymentFact, at: string): PaymentPart {
  const { held, taken, refunds, refunded } = payment;
  switch (fact.type) {
    case 'PaymentAuthorised':
      if (fact.paymentId in taken) return payment;
      return { ...payment, held: { ...held, [fact.paymentId]: fact.amount } };
    case 'PaymentCaptured': {
      const { [fact.paymentId]: _, ...rest } = held;
      return { ...payment, held: rest, taken: { ...taken, [fact.paymentId]: fact.amount } };
    }
    case 'PaymentDeclined':
      return { ...payment, last: 'declined' };
    case 'PaymentVoided':
      return { ...payment, held: {}, last: 'voided' };
    case 'PaymentRefunded': {
      const refund = refunds[fact.refundId] ?? { amount: fact.amount, at };
      // If payments finds out later that an amount was captured after all, it refunds it without reporting the capture.
      const capture = Object.keys(taken).length === 0 ? { held: {}, taken: held } : {};
      const total = Math.max(refunded, fact.totalRefunded);
      const { owed } = fact;
      return { ...payment, ...capture, refunds: { ...refunds, [fact.refundId]: refund }, refunded: total, owed };
    }
    case 'PaymentRefundRefused':
      return { ...payment, owed: fact.owed };
    default:
      return fact satisfies never;
  }
}

type StockFact = Of<'StockReserved' | 'ReservationRefused' | 'StockCommitted' | 'StockReleased' | 'StockReturned'>;

function evolveReservation(before: ReservationPart | undefined, fact: StockFact): ReservationPart | undefined {
  const status = before?.status;
  switch (fact.type) {
    case 'StockReserved':
      return status === 'committed' || status === 'returned' ? before : { status: 'reserved' };
    case 'ReservationRefused':
      return before ?? { status: 'refused' };
    case 'StockCommitted':
      return status === 'returned' ? before : { ...before, status: 'committed', committed: fact.lines };
    case 'StockReleased':
      return { ...before, status: fact.reason === 'nothing-reserved' ? 'released' : fact.reason };
    case 'StockReturned': {
      if (status !== 'committed') return before;
      const after: ReservationPart = { ...before, status, returned: fact.lines };
      return isAllBack(after) ? { ...after, status: 'returned' } : after;
    }
    default:
      return fact satisfies never;
  }
}
