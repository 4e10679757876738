import type { PlacedOrder } from '../domain/order.ts';
import type { Loaded } from '../store/event-store.ts';

/** Version 1: what an ending has stands beside the rest. */
export function orderView(loaded: Loaded) {
  const order = loaded.order as PlacedOrder;
  return {
    ...shared(loaded),
    refunded: 'refunded' in order ? order.refunded : undefined,
    reason: 'reason' in order ? order.reason : undefined,
    skus: 'skus' in order ? [...order.skus] : undefined,
  };
}

/** Version 2: `ending` says how the order ended, and has what belongs to that. */
export function orderViewV2(loaded: Loaded) {
  const { _links, ...view } = shared(loaded);
  const self = { href: `/v2/orders/${view.orderId}` };
  return { ...view, ending: endingOf(loaded.order as PlacedOrder), _links: { ..._links, self } };
}

function endingOf(order: PlacedOrder) {
  switch (order.status) {
    case 'completed':
      return { kind: order.status, refunded: order.refunded };
    case 'rejected':
      return { kind: order.status, reason: order.reason, skus: [...order.skus] };
    case 'cancelled':
      return { kind: order.status, reason: order.reason };
    case 'placed':
    case 'confirmed':
    case 'shipped':
      return undefined;
    default:
      return order satisfies never;
  }
}

function shared({ order, sequence, placedAt, updatedAt }: Loaded) {
  const { orderId, customer, currency, paymentMethod, shippingAddress, items, total, status, ...rest } =
    order as PlacedOrder;
  const href = `/v1/orders/${orderId}`;
  return {
    orderId,
    status,
    customer,
    currency,
    items: items.map(({ sku, quantity, title, unitPrice }) => ({ sku, quantity, title, unitPrice })),
    total,
    parcels: 'parcels' in rest ? [...rest.parcels] : undefined,
    paymentMethod,
    shippingAddress,
    cancellationRequested: 'cancelling' in rest && rest.cancelling,
    sequence,
    placedAt,
    updatedAt,
    _links: {
      self: { href },
      events: { href: `${href}/events` },
      workflow: { href: `${href}/workflow` },
      ...('cancelling' in rest && !rest.cancelling && { cancellation: { href: `${href}/cancellation` } }),
    },
  };
}
