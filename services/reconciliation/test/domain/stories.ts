import { type Copy, emptyCopy } from '../../src/domain/copy.ts';
import type { Fact, SourceEvent, Source } from '../../src/domain/facts.ts';
import { ingest } from '../../src/domain/ingest.ts';

/** Made-up orders of 2580: two lines of one mug each, in two parcels. */

const minute = (count: number) => new Date(Date.UTC(2026, 0, 5, 9, count)).toISOString();

export const LATER = minute(60);

const sourceOf = ({ type }: Fact): Source => {
  if (/^Payment/.test(type)) return 'payments';
  if (/^(Stock|Reservation)/.test(type)) return 'inventory';
  return /^(Shipment|OrderDispatched)/.test(type) ? 'shipping' : 'orders';
};

/** Numbers facts by their source, a minute apart. */
export function numbered(facts: readonly Fact[]): SourceEvent[] {
  const last: Partial<Record<Source, number>> = {};
  return facts.map((fact, index) => {
    const source = sourceOf(fact);
    const sequence = (last[source] ?? 0) + 1;
    last[source] = sequence;
    return { source, sequence, time: minute(index), fact };
  });
}

export const tookIn = (events: readonly SourceEvent[]): Copy =>
  events.reduce((copy, it) => ingest(copy, it) ?? copy, emptyCopy);

export const copyOf = (...facts: Fact[]): Copy => tookIn(numbered(facts));

const lines = (sku: string) => [{ sku, quantity: 1 }];

export const placed: Fact = {
  type: 'OrderPlaced',
  total: 2580,
  currency: 'EUR',
  lines: ['A', 'B'].map((sku) => ({ sku, quantity: 1, unitPrice: 1290 })),
};
export const reserved: Fact = { type: 'StockReserved' };
export const authorised: Fact = { type: 'PaymentAuthorised', paymentId: 'p-1', amount: 2580 };
export const captured: Fact = { type: 'PaymentCaptured', paymentId: 'p-1', amount: 2580 };
export const committed: Fact = { type: 'StockCommitted', lines: ['A', 'B'].flatMap(lines) };
export const released: Fact = { type: 'StockReleased', reason: 'released' };
export const parcel = (type: Extract<Fact, { shipmentId: string }>['type'], sku = 'A'): Fact =>
  type === 'ShipmentCreated' ? { type, shipmentId: sku, lines: lines(sku) } : { type, shipmentId: sku };
export const refund = (amount: number, total = amount, refundId = `r-${total}`, owed = 0): Fact => ({
  type: 'PaymentRefunded',
  refundId,
  amount,
  totalRefunded: total,
  owed,
});
export const refused = (owed: number): Fact => ({ type: 'PaymentRefundRefused', owed });
export const it = <Type extends Fact['type']>(type: Type): Fact => ({ type }) as Fact;

export const confirmed: readonly Fact[] = [placed, reserved, authorised, it('OrderConfirmed')];
export const created: readonly Fact[] = [parcel('ShipmentCreated', 'A'), parcel('ShipmentCreated', 'B')];
export const dispatched: readonly Fact[] = [
  ...created,
  ...['A', 'B'].flatMap((sku) => [parcel('ShipmentLabelled', sku), parcel('ShipmentDispatched', sku)]),
  it('OrderDispatched'),
];
export const shipped: readonly Fact[] = [...confirmed, ...dispatched, captured, committed, it('OrderShipped')];
const delivered = [parcel('ShipmentDelivered', 'A'), parcel('ShipmentDelivered', 'B'), it('Other')];
export const completed: readonly Fact[] = [...shipped, ...delivered, it('OrderCompleted')];
const returned = (...skus: string[]): Fact => ({ type: 'StockReturned', lines: skus.flatMap(lines) });

/** Every way in which an order ends well. */
export const endings: Readonly<Record<string, readonly Fact[]>> = {
  'rejected at once': [it('OrderRejected')],
  'out of stock': [placed, it('ReservationRefused'), it('OrderRejected')],
  declined: [placed, reserved, it('PaymentDeclined'), released, it('OrderRejected')],
  'provider silent, then cancelled': [
    placed,
    reserved,
    it('PaymentDeclined'),
    released,
    it('OrderRejected'),
    it('PaymentVoided'),
  ],
  'cancelled before it was sent': [...confirmed, it('Other'), it('PaymentVoided'), released, it('OrderCancelled')],
  'cancelled while packed': [
    ...confirmed,
    ...created,
    parcel('ShipmentCancelled', 'A'),
    parcel('ShipmentCancelled', 'B'),
    ...[it('PaymentVoided'), released, it('OrderCancelled')],
  ],
  completed,
  'completed, its reservation expired and made again': [
    ...[placed, reserved, authorised, { type: 'StockReleased', reason: 'expired' } as const, reserved],
    ...completed.slice(confirmed.length - 1),
  ],
  'completed, its expired goods gone all the same': [
    ...[placed, reserved, { type: 'StockReleased', reason: 'expired' } as const],
    ...completed.slice(2),
  ],
  'completed, with every answer repeated': [...completed, authorised, captured, reserved, committed],
  'called back': [
    ...shipped,
    parcel('ShipmentReturned', 'A'),
    parcel('ShipmentReturned', 'B'),
    ...[refund(2580), { type: 'StockReleased', reason: 'returned' } as const, it('OrderCancelled')],
  ],
  'came back': [
    ...shipped,
    parcel('ShipmentReturned', 'A'),
    parcel('ShipmentReturned', 'B'),
    ...[returned('A', 'B'), refund(2580), it('OrderCancelled')],
  ],
  lost: [...shipped, parcel('ShipmentLost', 'A'), parcel('ShipmentLost', 'B'), refund(2580), it('OrderCancelled')],
  'lost and returned': [
    ...shipped,
    parcel('ShipmentLost', 'A'),
    parcel('ShipmentReturned', 'B'),
    ...[returned('B'), refund(2580), it('OrderCancelled')],
  ],
  'partly lost': [
    ...shipped,
    parcel('ShipmentDelivered', 'A'),
    parcel('ShipmentLost', 'B'),
    ...[refund(1290), it('OrderCompleted')],
  ],
  'completed, and a person gave something back': [...completed, refund(500)],
};
