import { changeOrder } from '../../../../services/orders/src/application/change-order.ts';
import { isOpen, type Order, type OrderEvent } from '../../../../services/orders/src/domain/order.ts';
import { initialOrder } from '../../../../services/orders/src/domain/order.ts';
import { debtOf, inFlight, type Payment } from '../../../../services/payments/src/domain/payment.ts';
import { hasEnded } from '../../../../services/shipping/src/domain/shipping.ts';
import type { ParcelEnd } from './carrier.ts';
import { luckOf, type Skews } from './luck.ts';
import { createShop } from './shop.ts';
import { createTimeline } from './timeline.ts';

export interface Case {
  /** What goes wrong, chance by chance. */
  readonly script: readonly number[];
  readonly skews: Skews;
  readonly mended: boolean;
  /** How long before a sweep orders are placed: it may run in the middle of a checkout. */
  readonly beforeSweepMs: number;
  /** The stock on hand of each product. */
  readonly onHand: number;
  /** The number of mugs and cups in each order. */
  readonly orders: readonly { readonly mugs: number; readonly cups: number; readonly cancelAfterMinutes?: number }[];
  /** How parcels end, one after the other, and how long they are in transit. */
  readonly parcels: readonly ParcelEnd[];
  readonly travelHours: number;
  /** The provider refuses every refund. */
  readonly keeps?: boolean;
  /** A planted bug. */
  readonly forgets?: boolean;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** An order may wait for its parcels for a month, and two days more for a sweep whose clock is behind. */
const HORIZON_MS = 60 * DAY_MS;
const PRICE = 100;

const settledPayment = (payment: Payment): boolean => !inFlight(payment) && payment.status !== 'authorised';

/** Plays a case until everything has ended, or two months have passed; returns the violations. */
export async function simulate({ script, orders, onHand, beforeSweepMs, ...more }: Case): Promise<string[]> {
  const start = Date.UTC(2026, 0, 5);
  const timeline = createTimeline(start);
  const shelf = [
    { sku: 'MUG', onHand, location: 'north' },
    { sku: 'CUP', onHand, location: 'south' },
  ];
  const luck = luckOf(script);
  const shop = createShop({ timeline, luck, shelf, ...more });
  const orderIds = orders.map((_, index) => `o${index}`);
  for (const [index, { mugs, cups, cancelAfterMinutes }] of orders.entries()) {
    const orderId = `o${index}`;
    const placedAt = (1 + index * 20) * MINUTE_MS - beforeSweepMs;
    timeline.after(placedAt, () => place(shop, orderId, { mugs, cups }));
    if (cancelAfterMinutes === undefined) continue;
    timeline.after(placedAt + cancelAfterMinutes * MINUTE_MS, () =>
      changeOrder(shop.orders, shop.callOf('orders/commands'), orderId, { type: 'requestCancellation' }),
    );
  }

  const sweepAgain = async (): Promise<void> => {
    await shop.sweep();
    const age = timeline.now() - start;
    timeline.after(Math.max(MINUTE_MS, Math.min(DAY_MS / 4, age / 8)), sweepAgain);
  };
  timeline.after(MINUTE_MS, sweepAgain);

  const open: Set<string> = new Set(orderIds);
  const look = async (): Promise<void> => {
    for (const orderId of open) if (await hasAllEnded(shop, orderId)) open.delete(orderId);
    timeline.after(10 * MINUTE_MS, look);
  };
  timeline.after((orders.length + 1) * 20 * MINUTE_MS, look);
  await timeline.run(start + HORIZON_MS, () => open.size === 0);
  // Late messages arrive, and change nothing.
  await timeline.run(timeline.now() + 3 * DAY_MS, () => false);

  const found = shop.machine.failures.map((failure) => `the state machine broke: ${String(failure)}`);
  found.push(...shop.broken.map((orderId) => `order ${orderId} was confirmed or shipped while it was being undone`));
  for (const orderId of orderIds) found.push(...(await violationsOf(shop, orderId)));
  return [...found, ...(await violationsOfStock(shop, shelf))];
}

type Shop = ReturnType<typeof createShop>;

async function place({ orders, callOf }: Shop, orderId: string, { mugs, cups }: { mugs: number; cups: number }) {
  const wanted = [
    { sku: 'MUG', quantity: mugs },
    { sku: 'CUP', quantity: cups },
  ].filter(({ quantity }) => quantity > 0);
  const unitPrice = { amount: PRICE, currency: 'EUR' };
  const lines = wanted.map((line) => ({ ...line, title: line.sku, unitPrice }));
  const address = { name: 'Mina', line1: '1 Street', city: 'Seoul', postalCode: '1', country: 'KR' };
  const event: OrderEvent = {
    type: 'OrderPlaced',
    data: {
      orderId,
      customer: { id: 'c-1', email: 'mina@example.com' },
      currency: 'EUR',
      paymentMethod: 'pm_card_visa',
      shippingAddress: address,
      lines,
      total: { amount: PRICE * (mugs + cups), currency: 'EUR' },
    },
  };
  const nothing = { orderId, order: initialOrder, sequence: 0, placedAt: '', updatedAt: '' };
  await orders.append(callOf('orders/commands'), nothing, [event]);
}

async function stateOf({ orders, warehouse, payments, shipping, provider, carrier }: Shop, orderId: string) {
  const [{ order }, { reservation }, { payment }, { shipping: sent }] = await Promise.all([
    orders.load(orderId),
    warehouse.store.loadReservation(orderId),
    payments.load(orderId),
    shipping.load(orderId),
  ]);
  const intents = provider.intents.filter((intent) => intent.orderId === orderId);
  const own = sent.shipments.map(({ shipmentId }) => shipmentId);
  const parcels = carrier.parcels.filter(({ shipmentId }) => own.includes(shipmentId));
  return { order, reservation, payment, shipments: sent.shipments, intents, parcels };
}

async function hasAllEnded(shop: Shop, orderId: string): Promise<boolean> {
  const { order, reservation, payment, shipments } = await stateOf(shop, orderId);
  const ended = order.status !== 'none' && !isOpen(order) && reservation?.status !== 'reserved';
  return ended && settledPayment(payment) && shipments.every(hasEnded);
}

const reasonOf = (order: Order): string => ('reason' in order ? ` (${order.reason})` : '');

async function violationsOf(shop: Shop, orderId: string): Promise<string[]> {
  const { order, reservation, payment, shipments, intents, parcels } = await stateOf(shop, orderId);
  const found: string[] = [];
  if (order.status === 'none' || isOpen(order)) found.push('it has not ended');
  if (order.status === 'rejected' && (order.reason === 'out-of-stock') !== order.skus.length > 0) {
    found.push(`it was rejected for the SKUs [${order.skus.join()}]`);
  }
  if (reservation?.status === 'reserved') found.push('its reservation has not ended');
  if (!settledPayment(payment)) found.push(`its payment is ${payment.status}`);
  found.push(...shipments.filter((it) => !hasEnded(it)).map(({ status }) => `a shipment is ${status}`));
  const sum = (of: (one: (typeof intents)[number]) => number) => intents.reduce((all, one) => all + of(one), 0);
  const [held, taken, refunded] = [
    sum(({ status, amount }) => (status === 'held' || status === 'pending' ? amount.amount : 0)),
    sum(({ captures, amount }) => captures * amount.amount),
    sum((one) => one.refunded),
  ];
  // Only a refund that the provider refused is owed.
  const owed = debtOf(payment)?.amount ?? 0;
  const refused = 'refunds' in payment && payment.refunds.some(({ status }) => status === 'failed');
  if (owed > 0 && !refused) found.push(`${owed} are owed, and no refund was refused`);
  const back = `of ${taken} taken ${refunded} were given back and ${owed} are owed`;
  if (held > 0) found.push(`the provider holds ${held}`);
  const arrived = parcels.filter(({ status }) => status === 'delivered');
  const worth = arrived.flatMap(({ lines }) => lines).reduce((all, { quantity }) => all + PRICE * quantity, 0);
  if (order.status === 'completed') {
    if (taken !== order.total?.amount) found.push(`${taken} of ${order.total?.amount} were taken`);
    if (taken - refunded - owed !== worth) found.push(`${back}, and ${worth} arrived`);
  } else {
    if (taken !== refunded + owed) found.push(back);
    // Its capture was refused when it was too late to recall it.
    const writtenOff = order.status === 'cancelled' && payment.status === 'voided' && taken === 0;
    if (arrived.length > 0 && !writtenOff) found.push('something arrived');
  }
  return found.map((what) => `order ${orderId}, ${order.status}${reasonOf(order)}: ${what}`);
}

async function violationsOfStock({ warehouse, carrier }: Shop, shelf: readonly { sku: string; onHand: number }[]) {
  const gone = carrier.parcels.filter(({ status }) => status === 'delivered' || status === 'lost');
  return shelf.flatMap(({ sku, onHand }) => {
    const stock = warehouse.stock.get(sku);
    const left = gone
      .flatMap(({ lines }) => lines)
      .reduce((all, line) => all + (line.sku === sku ? line.quantity : 0), 0);
    const found: string[] = [];
    if (stock === undefined) return ['it is missing'];
    if (stock.reserved !== 0) found.push(`${stock.reserved} are reserved`);
    if (stock.onHand - stock.shortage !== onHand - left) {
      found.push(`${stock.onHand} are on hand and ${stock.shortage} short, where ${onHand - left} should be left`);
    }
    return found.map((what) => `product ${sku}: ${what}`);
  });
}
