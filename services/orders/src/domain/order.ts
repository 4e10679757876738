import type { Money, OrderLine } from '@dure/contracts/values';

/** What the customer ordered, at the prices of that moment. Title and price are missing for an unknown product. */
export interface OrderFacts {
  readonly orderId: string;
  readonly customer: { readonly id: string; readonly email: string };
  readonly currency: string;
  readonly paymentMethod: string;
  readonly shippingAddress: Address;
  readonly items: readonly OrderItem[];
  readonly total?: Money;
}

export interface Address {
  readonly name: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly region?: string;
  readonly postalCode: string;
  readonly country: string;
}

export interface OrderItem extends OrderLine {
  readonly title?: string;
  readonly unitPrice?: Money;
}

export interface PricedLine extends OrderLine {
  readonly title: string;
  readonly unitPrice: Money;
}

export type RejectionReason =
  | 'unknown-product'
  | 'currency-mismatch'
  | 'out-of-stock'
  | 'payment-declined'
  | 'payment-unavailable'
  | 'stock-unavailable'
  | 'workflow-lost';

export type CancellationReason =
  'customer-request' | 'shipping-refused' | 'fulfilment-failed' | 'parcel-returned' | 'parcel-lost' | 'workflow-lost';

/** A parcel that the carrier has. */
export interface Parcel {
  readonly shipmentId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
}

/** `cancelling`: the customer asked to cancel, and the order is not undone yet. */
export type Order =
  | { readonly status: 'none' }
  | ({ readonly status: 'placed' | 'confirmed'; readonly cancelling: boolean } & OrderFacts)
  | ({ readonly status: 'shipped'; readonly cancelling: boolean; readonly parcels: readonly Parcel[] } & OrderFacts)
  | ({ readonly status: 'completed'; readonly parcels: readonly Parcel[]; readonly refunded?: Money } & OrderFacts)
  | ({ readonly status: 'rejected'; readonly reason: RejectionReason; readonly skus: readonly string[] } & OrderFacts)
  | ({ readonly status: 'cancelled'; readonly reason: CancellationReason } & OrderFacts);

export type PlacedOrder = Exclude<Order, { status: 'none' }>;

export const initialOrder: Order = { status: 'none' };

/** The id of the customer whose order it is. */
export const customerOf = (order: Order): string | undefined =>
  order.status === 'none' ? undefined : order.customer.id;

type Placement = Omit<OrderFacts, 'items' | 'total'>;

/** `data` has the shape of the published event of the same name. */
export type OrderEvent =
  | {
      readonly type: 'OrderPlaced';
      readonly data: Placement & { readonly lines: readonly PricedLine[]; readonly total: Money };
    }
  | { readonly type: 'OrderConfirmed'; readonly data: Settled & { readonly total: Money } }
  | { readonly type: 'OrderShipped'; readonly data: Settled & { readonly parcels: readonly Parcel[] } }
  | { readonly type: 'OrderCompleted'; readonly data: Settled & { readonly total: Money; readonly refunded?: Money } }
  | {
      readonly type: 'OrderRejected';
      readonly data: Placement & {
        readonly items: readonly OrderLine[];
        readonly reason: RejectionReason;
        readonly skus: readonly string[];
      };
    }
  | { readonly type: 'OrderCancellationRequested'; readonly data: Settled & { readonly note?: string } }
  | { readonly type: 'OrderCancelled'; readonly data: Settled & { readonly reason: CancellationReason } };

interface Settled {
  readonly orderId: string;
  readonly customerId: string;
}

/** Whether work is left for the order, by its workflow or, if that is lost, by the sweep. */
export const isOpen = (order: Order): order is OpenOrder =>
  order.status === 'placed' || order.status === 'confirmed' || order.status === 'shipped';

export type OpenOrder = Extract<Order, { status: 'placed' | 'confirmed' | 'shipped' }>;

export function evolve(order: Order, event: OrderEvent): Order {
  switch (event.type) {
    case 'OrderPlaced': {
      const { lines, ...placement } = event.data;
      return { status: 'placed', cancelling: false, ...placement, items: lines };
    }
    case 'OrderRejected': {
      const { reason, skus, ...facts } = event.data;
      return order.status === 'none'
        ? { status: 'rejected', reason, skus, ...facts }
        : { ...factsOf(order), status: 'rejected', reason, skus };
    }
    case 'OrderConfirmed':
      return order.status === 'placed' ? { ...order, status: 'confirmed' } : order;
    case 'OrderShipped':
      return order.status === 'confirmed' ? { ...order, status: 'shipped', parcels: event.data.parcels } : order;
    case 'OrderCompleted': {
      if (order.status !== 'shipped') return order;
      const { parcels } = order;
      return { ...factsOf(order), status: 'completed', parcels, refunded: event.data.refunded };
    }
    case 'OrderCancellationRequested':
      return isOpen(order) ? { ...order, cancelling: true } : order;
    case 'OrderCancelled':
      return order.status === 'none' ? order : { ...factsOf(order), status: 'cancelled', reason: event.data.reason };
    default:
      return event satisfies never;
  }
}

export function factsOf(order: PlacedOrder): OrderFacts {
  const { orderId, customer, currency, paymentMethod, shippingAddress, items, total } = order;
  return { orderId, customer, currency, paymentMethod, shippingAddress, items, total };
}
