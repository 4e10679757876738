import { ListOrderEvents } from '@dure/contracts/orders';
import { type Cloud, expectStatus } from '../cloud.ts';
import { eventually } from '../eventually.ts';
import { isEvent, recorded, type RecordedEvent } from '../journal.ts';
import { mapInBatches } from '../map-in-batches.ts';
import { type CarriedParcel, parcelOf } from './sandbox-carrier.ts';
import { type Charges, chargesOf } from './sandbox-provider.ts';
import {
  hasEnded,
  type Order,
  paymentOf,
  readOrder,
  reservationOf,
  type Shipment,
  shipmentsOf,
  stockOf,
} from './shop.ts';

/** What a test did: all orders for its products, and the stock on hand before the first one. */
export interface Run {
  readonly orderIds: readonly string[];
  readonly stock?: Readonly<Record<string, number>>;
}

/**
 * Waits until the system is quiet for the orders of a run and all invariants hold, seen from outside.
 * @throws Error that names the violations at the deadline
 */
export async function invariantsHold(cloud: Cloud, run: Run, within = 120_000): Promise<void> {
  await eventually(
    'The invariants hold',
    async () => {
      const found = await violations(cloud, run);
      if (found.length > 0) throw new Error(`\n  ${found.slice(0, 20).join('\n  ')}\n(${found.length} violations)`);
      return true;
    },
    { within },
  );
}

/** All violations at this moment. */
export async function violations(cloud: Cloud, { orderIds, stock = {} }: Run): Promise<string[]> {
  const orders = await mapInBatches(orderIds, (orderId) => ofOrder(cloud, orderId));
  const sold = goneWith(orders.flatMap(({ shipments }) => shipments));
  const products = await mapInBatches(Object.entries(stock), ([sku, before]) =>
    ofProduct(cloud, sku, before - (sold.get(sku) ?? 0)),
  );
  return [...orders.map(({ found }) => found), ...products].flat();
}

interface Examined {
  readonly shipments: readonly Shipment[];
  readonly found: string[];
}

async function ofOrder(cloud: Cloud, orderId: string): Promise<Examined> {
  const [order, reservation, payment, shipments, books, events, journal] = await Promise.all([
    readOrder(cloud, orderId),
    reservationOf(cloud, orderId),
    paymentOf(cloud, orderId),
    shipmentsOf(cloud, orderId),
    booksOf(cloud, orderId),
    cloud.call(ListOrderEvents, { params: { orderId } }),
    recorded(cloud, { subject: orderId }),
  ]);
  const committed = expectStatus(events, 200).body.items.map(({ type, sequence }) => `${type} ${sequence}`);
  const found = [
    ...endings(order),
    ...reservations(shipments, reservation?.status),
    ...shipped(order, shipments),
    ...(await atTheCarrier(cloud, shipments)),
    ...payments(order, payment),
    ...(books === undefined ? [] : atTheProvider(order, payment, books[0])),
    ...journalled(journal, committed),
  ];
  return { shipments, found: found.map((what) => `order ${orderId} (${order.status}): ${what}`) };
}

const endings = (order: Order): string[] => (hasEnded(order) ? [] : ['has not ended']);

/** Goods that the customer has, or that are lost, have left the stock. */
const isGone = ({ status }: Shipment): boolean => status === 'delivered' || status === 'lost';

function reservations(shipments: readonly Shipment[], reservation: string | undefined): string[] {
  const right = shipments.some(isGone) ? ['committed'] : [undefined, 'refused', 'released', 'expired', 'returned'];
  return right.includes(reservation) ? [] : [`its reservation is ${reservation ?? 'missing'}`];
}

/** Every parcel has ended, and only a completed order has an arrival. */
function shipped({ status }: Order, shipments: readonly Shipment[]): string[] {
  const open = shipments.filter((it) => ['pending', 'labelled', 'dispatched'].includes(it.status));
  const arrived = shipments.some((it) => it.status === 'delivered');
  return [
    ...open.map((it) => `its shipment ${it.shipmentId} is ${it.status}`),
    ...(arrived === (status === 'completed') ? [] : [arrived ? 'a parcel arrived' : 'nothing arrived']),
  ];
}

const SAID_OF: Readonly<Record<string, readonly CarriedParcel['status'][]>> = {
  delivered: ['delivered'],
  returned: ['returned'],
  lost: ['lost'],
  cancelled: ['voided'],
};

/** Compares shipping with the carrier's own account of every parcel. */
async function atTheCarrier(cloud: Cloud, shipments: readonly Shipment[]): Promise<string[]> {
  const carrier = await cloud.sandbox('carrier');
  if (carrier === undefined) return [];
  // The carrier does not know what an operator reported.
  const byCarrier = shipments.filter(({ history }) => history.every(({ source }) => source !== 'operator'));
  const found = await Promise.all(
    byCarrier.map(async ({ shipmentId, status, trackingNumber }) => {
      const parcel = await parcelOf(carrier, shipmentId);
      if (parcel === undefined) return status === 'cancelled' ? [] : [`the carrier has no parcel of ${shipmentId}`];
      const known = trackingNumber === undefined || trackingNumber === parcel.trackingNumber;
      const agreed = known && SAID_OF[status]?.includes(parcel.status);
      return agreed ? [] : [`the carrier says of the ${status} ${shipmentId} that it is ${parcel.status}`];
    }),
  );
  return found.flat();
}

type Payment = Awaited<ReturnType<typeof paymentOf>>;

/** Undefined when the provider is not a sandbox; this is printed. */
async function booksOf(cloud: Cloud, orderId: string): Promise<Charges[] | undefined> {
  return (await cloud.sandbox('payment-provider')) === undefined ? undefined : chargesOf(cloud, orderId);
}

/**
 * A completed order is captured in full, and refunded for what did not arrive; for all others no money is kept. A refund that
 * the provider refused is recorded as owed.
 */
function payments(order: Order, payment: Payment): string[] {
  const found: string[] = [];
  const [captured, refunded] = [payment?.captured?.amount ?? 0, payment?.refunded?.amount ?? 0];
  const owed = payment?.owed?.amount ?? 0;
  const given = `${refunded} refunded and ${owed} owed`;
  if (owed > 0 && payment?.refunds.every(({ status }) => status !== 'failed')) {
    found.push(`payments shows ${owed} owed, and no refund that was refused`);
  }
  if (order.status === 'completed' && captured !== order.total?.amount)
    found.push(`payments shows ${captured} captured`);
  const due = order.refunded?.amount ?? 0;
  if (order.status === 'completed' && refunded + owed < due) {
    found.push(`payments shows ${given}, of ${due} for what did not arrive`);
  }
  if (order.status !== 'completed' && captured > refunded + owed) {
    found.push(`payments shows ${captured} captured, ${given}`);
  }
  const open = ['authorising', 'authorised', 'capturing', 'voiding', 'refunding'];
  if (payment !== undefined && open.includes(payment.status)) found.push(`its payment is ${payment.status}`);
  return found;
}

/** The provider's own account: it captured the total once, or keeps nothing, and payments agrees. */
function atTheProvider(order: Order, payment: Payment, charges: Charges | undefined): string[] {
  const { captures = 0, captured = 0, refunded = 0, held = 0 } = charges ?? {};
  const another = payment?.refunds.filter((refund) => refund.outside === true) ?? [];
  const outside = another.reduce((sum, { amount }) => sum + amount.amount, 0);
  const shown = (payment?.refunded?.amount ?? 0) - outside;
  const found: string[] = [];
  if (held !== 0) found.push(`the provider holds ${held}`);
  if (order.status === 'completed') {
    const total = order.total?.amount;
    if (captures !== 1 || captured !== total) found.push(`${captures} captures of ${captured} for a total of ${total}`);
    if (charges?.currency.toUpperCase() !== order.total?.currency) found.push(`it was paid in ${charges?.currency}`);
  } else if (captured !== refunded + outside + (payment?.owed?.amount ?? 0)) {
    found.push(`the provider captured ${captured} and refunded ${refunded}`);
  }
  if (shown !== refunded) {
    found.push(`payments shows ${shown} refunded, the provider ${refunded}`);
  }
  return found;
}

/** Each event once, with consecutive sequences per subject, and no return address. */
function journalled(journal: readonly RecordedEvent[], committed: readonly string[]): string[] {
  const found = sequences(journal);
  const fromOrders = journal
    .filter((event) => isEvent(event) && event.source === 'dure.orders')
    // The journal sorts by the event's time, and clocks may be wrong.
    .toSorted((one, other) => Number(one.sequence) - Number(other.sequence))
    .map(({ type, sequence }) => `${type.replace('dure.orders.', '')} ${sequence}`);
  if (fromOrders.join() !== committed.join()) {
    found.push(`the journal has [${fromOrders.join()}], orders committed [${committed.join()}]`);
  }
  const open = journal.find((event) => 'replyto' in event);
  if (open) found.push(`the journal shows the return address of ${open.id}`);
  return found;
}

const withoutVersion = (type: string): string => type.replace(/\.v\d+$/, '');

/** What is wrong with the sequences of a subject's events: each service counts its own, from 1. */
export function sequences(journal: readonly RecordedEvent[]): string[] {
  const bySource = Object.entries(Object.groupBy(journal.filter(isEvent), ({ source }) => source));
  return bySource.flatMap(([source, events = []]) => {
    // Two versions of one event have one number.
    const facts = new Map(events.map((event) => [`${withoutVersion(event.type)} ${event.sequence}`, event]));
    const numbers = [...facts.values()].map(({ sequence = 0 }) => sequence).sort((a, b) => a - b);
    const right = numbers.every((number, index) => number === index + 1);
    return right ? [] : [`the journal has the numbers ${numbers.join()} from ${source}`];
  });
}

function goneWith(shipments: readonly Shipment[]): Map<string, number> {
  const gone = new Map<string, number>();
  for (const { sku, quantity } of shipments.filter(isGone).flatMap(({ lines }) => lines)) {
    gone.set(sku, (gone.get(sku) ?? 0) + quantity);
  }
  return gone;
}

async function ofProduct(cloud: Cloud, sku: string, expected: number): Promise<string[]> {
  const [{ onHand, reserved, available, shortage = 0 }, journal] = await Promise.all([
    stockOf(cloud, sku),
    recorded(cloud, { subject: sku }),
  ]);
  const found = sequences(journal);
  // A shortage is missing on the shelf until goods are received or counted.
  if (onHand - shortage !== expected) {
    found.push(`${onHand} on hand, where ${expected} should be left${shortage > 0 ? `, ${shortage} are short` : ''}`);
  }
  if (reserved !== 0) found.push(`${reserved} still reserved`);
  if (onHand < 0 || available !== onHand - reserved) found.push(`${available} available of ${onHand}`);
  return found.map((what) => `product ${sku}: ${what}`);
}
