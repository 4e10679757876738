import type { Money, OrderLine } from '@dure/contracts/values';
import {
  type CancellationReason,
  isOpen,
  type Order,
  type OrderEvent,
  type OrderFacts,
  type Parcel,
  type PlacedOrder,
  type PricedLine,
  type RejectionReason,
} from './order.ts';

/** A product in orders' own copy of the catalogue. */
export interface Product {
  readonly sku: string;
  readonly title: string;
  readonly price: { readonly amount: number; readonly currency: string };
  readonly status: 'active' | 'retired';
}

export interface PlaceOrder extends Omit<OrderFacts, 'items' | 'total'> {
  readonly type: 'place';
  readonly items: readonly OrderLine[];
  readonly products: ReadonlyMap<string, Product>;
}

export type OrderCommand =
  | PlaceOrder
  | { readonly type: 'confirm' }
  | { readonly type: 'ship'; readonly parcels: readonly Parcel[] }
  | { readonly type: 'complete'; readonly refunded?: Money }
  | { readonly type: 'reject'; readonly reason: RejectionReason; readonly skus: readonly string[] }
  | { readonly type: 'requestCancellation'; readonly note?: string }
  | { readonly type: 'cancel'; readonly reason: CancellationReason };

export type Rejection = 'total-too-large' | 'order-not-found' | 'order-rejected' | 'order-completed';

export type Decision = { readonly events: readonly OrderEvent[] } | { readonly rejected: Rejection };

/** The largest amount that can be charged, in minor units. */
export const MAX_TOTAL = 1_000_000_000_000;

const nothing: Decision = { events: [] };
const one = (event: OrderEvent): Decision => ({ events: [event] });

/** Decides on a command. A command that was applied before decides nothing, so that steps can be repeated. */
export function decide(command: OrderCommand, order: Order): Decision {
  if (command.type === 'place') return order.status === 'none' ? place(command) : nothing;
  if (order.status === 'none') return { rejected: 'order-not-found' };
  switch (command.type) {
    case 'confirm':
      return confirm(order);
    case 'ship':
      return ship(order, command.parcels);
    case 'complete':
      return complete(order, command.refunded);
    case 'reject':
      return reject(order, command.reason, command.skus);
    case 'requestCancellation':
      return requestCancellation(order, command.note);
    case 'cancel':
      return cancel(order, command.reason);
    default:
      return command satisfies never;
  }
}

function place(command: PlaceOrder): Decision {
  const { type: _, items, products, ...placement } = command;
  const refuse = (reason: RejectionReason, skus: string[]) =>
    one({ type: 'OrderRejected', data: { ...placement, items, reason, skus } });
  const sold = (sku: string) => products.get(sku)?.status === 'active';

  const unknown = items.map((item) => item.sku).filter((sku) => !sold(sku));
  if (unknown.length > 0) return refuse('unknown-product', unknown);
  const lines = items.map((item) => priced(item, products.get(item.sku) as Product));
  const foreign = lines.filter((line) => line.unitPrice.currency !== placement.currency).map((line) => line.sku);
  if (foreign.length > 0) return refuse('currency-mismatch', foreign);

  const amount = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.amount, 0);
  if (amount > MAX_TOTAL) return { rejected: 'total-too-large' };
  const total = { amount, currency: placement.currency };
  return one({ type: 'OrderPlaced', data: { ...placement, lines, total } });
}

const priced = ({ sku, quantity }: OrderLine, { title, price }: Product): PricedLine => ({
  sku,
  title,
  quantity,
  unitPrice: price,
});

const settled = (order: PlacedOrder) => ({ orderId: order.orderId, customerId: order.customer.id });

/** An order that is being cancelled is not confirmed. */
function confirm(order: PlacedOrder): Decision {
  if (order.status !== 'placed' || order.cancelling || order.total === undefined) return nothing;
  return one({ type: 'OrderConfirmed', data: { ...settled(order), total: order.total } });
}

/** The parcels have left, even if the order is being cancelled; then they are recalled. */
function ship(order: PlacedOrder, parcels: readonly Parcel[]): Decision {
  if (order.status !== 'confirmed') return nothing;
  return one({ type: 'OrderShipped', data: { ...settled(order), parcels } });
}

/** Some of the goods arrived, so a requested cancellation came too late. */
function complete(order: PlacedOrder, refunded: Money | undefined): Decision {
  if (order.status !== 'shipped' || order.total === undefined) return nothing;
  return one({ type: 'OrderCompleted', data: { ...settled(order), total: order.total, refunded } });
}

/** An order that was confirmed at the last moment is cancelled instead. */
function reject(order: PlacedOrder, reason: RejectionReason, skus: readonly string[]): Decision {
  if (order.status === 'confirmed') return cancel(order, 'workflow-lost');
  if (order.status !== 'placed') return nothing;
  if (order.cancelling) return cancel(order, 'customer-request');
  const { orderId, customer, currency, paymentMethod, shippingAddress } = order;
  const items = order.items.map(({ sku, quantity }) => ({ sku, quantity }));
  const placement = { orderId, customer, currency, paymentMethod, shippingAddress };
  return one({ type: 'OrderRejected', data: { ...placement, items, reason, skus } });
}

function requestCancellation(order: PlacedOrder, note: string | undefined): Decision {
  switch (order.status) {
    case 'placed':
    case 'confirmed':
    case 'shipped':
      if (order.cancelling) return nothing;
      return one({ type: 'OrderCancellationRequested', data: { ...settled(order), note } });
    case 'completed':
      return { rejected: 'order-completed' };
    case 'rejected':
      return { rejected: 'order-rejected' };
    case 'cancelled':
      return nothing;
    default:
      return order satisfies never;
  }
}

function cancel(order: PlacedOrder, reason: CancellationReason): Decision {
  if (!isOpen(order)) return nothing;
  const data = { ...settled(order), reason: order.cancelling ? 'customer-request' : reason } as const;
  return one({ type: 'OrderCancelled', data });
}
