import { compose, type Composition, type Part } from '../domain/composition.ts';
import type { Asking } from './ask.ts';

interface Order {
  readonly items: readonly { readonly sku: string }[];
}

/** How to ask for the parts of an order. */
export interface OrderViewParts<One extends Order, Payment, Shipment, Notifications, Products> {
  order(asking: Asking, orderId: string): Promise<Part<One>>;
  payment(asking: Asking, orderId: string): Promise<Part<Payment>>;
  shipment(asking: Asking, orderId: string): Promise<Part<Shipment>>;
  notifications(asking: Asking, orderId: string): Promise<Part<Notifications>>;
  products(asking: Asking, skus: readonly string[]): Promise<Part<Products>>;
}

/** The SKUs of orders: an order keeps them, so that products are asked for beside an order that was seen before. */
export type KnownSkus = Pick<Map<string, readonly string[]>, 'get' | 'set' | 'delete' | 'size' | 'keys'>;

const MAX_KNOWN = 1_000;

/** An order with all that belongs to it, asked for at once. Only the order is required. */
export async function viewOrder<One extends Order, Payment, Shipment, Notifications, Products>(
  parts: OrderViewParts<One, Payment, Shipment, Notifications, Products>,
  known: KnownSkus,
  asking: Asking,
  orderId: string,
): Promise<
  Composition<
    {
      order: Part<One>;
      payment: Part<Payment>;
      shipment: Part<Shipment>;
      notifications: Part<Notifications>;
      products: Part<Products>;
    },
    'order'
  >
> {
  const asked = parts.order(asking, orderId);
  const [order, payment, shipment, notifications, products] = await Promise.all([
    asked,
    parts.payment(asking, orderId),
    parts.shipment(asking, orderId),
    parts.notifications(asking, orderId),
    productsOf(parts, known, asking, orderId, asked),
  ]);
  return compose({ order, payment, shipment, notifications, products }, ['order']);
}

async function productsOf<One extends Order, Products>(
  parts: Pick<OrderViewParts<One, unknown, unknown, unknown, Products>, 'products'>,
  known: KnownSkus,
  asking: Asking,
  orderId: string,
  asked: Promise<Part<One>>,
): Promise<Part<Products>> {
  const seen = known.get(orderId);
  if (seen !== undefined) return parts.products(asking, seen);
  const order = await asked;
  // Without the order there is no view that could show them.
  if (order.kind !== 'shown') return order;
  const skus = [...new Set(order.value.items.map(({ sku }) => sku))];
  remember(known, orderId, skus);
  return parts.products(asking, skus);
}

/** The oldest go first: a Map keeps the order in which its keys came. */
function remember(known: KnownSkus, orderId: string, skus: readonly string[]): void {
  if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value!);
  known.set(orderId, skus);
}
