import * as z from 'zod/mini';
import { Instant, text, Uuid } from '../values.ts';

/** How services can disagree about an order. */
export const DriftKind = z.enum([
  /** The copy lacks events of the order, so nothing else about it is judged. */
  'missing-events',
  /** Other services acted for an order of which orders published no event. */
  'unknown-order',
  /** The order has ended, and goods are reserved for it. */
  'reservation-left',
  /** Goods have left the stock for an order that has not been sent, or was undone. */
  'stock-taken',
  /** The order was sent, and its goods are still counted as in the stock. */
  'stock-not-committed',
  /** The order has ended, and money is held for it. */
  'money-held',
  /** The order was undone, and its money was not given back; what the provider refused is owed. */
  'money-kept',
  /** Money was taken for an order that was not confirmed. */
  'captured-unconfirmed',
  'captured-twice',
  /** The order was sent, and what was taken is not its total. */
  'captured-not-total',
  /** What was given back is not the price of what did not arrive; what the provider refused is owed. */
  'refund-wrong',
  /** The order has ended, and a parcel of it is to be sent or is on its way. */
  'parcel-on-its-way',
  /** Its parcels have left, and the order does not know. */
  'dispatched-not-shipped',
  /** Its parcels have ended, and the order has not. */
  'delivered-not-completed',
  /** A parcel of it was delivered, and the order was undone: its payment failed when it was too late. */
  'delivered-not-paid',
]);

/** What is done about it; money is never taken, and nothing is given back of an order that was sent. */
export const Repair = z.enum(['release-stock', 'cancel-payment', 'cancel-shipping', 'needs-a-person']);

export const Words = text(200);

export const driftFields = { driftId: Uuid, orderId: Uuid, kind: DriftKind };

export const exampleDrift = {
  driftId: '01890a5d-f607-7d55-be0c-6d7e8f901234',
  orderId: '01890a5d-ac96-774b-bcce-b302099a8057',
  kind: 'money-held' as const,
};

export const exampleFinding = {
  expected: 'nothing held',
  found: '2580 EUR held',
  since: '2026-01-05T09:30:04.000Z',
  repair: 'cancel-payment' as const,
};

export const findingFields = {
  expected: Words,
  found: Words,
  /** When the last event came to be after which it is so. */
  since: Instant,
  repair: Repair,
};
