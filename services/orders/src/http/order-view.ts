import type { PlacedOrder } from '../domain/order.ts';
import type { Loaded } from '../store/event-store.ts';

export function orderView({ order, sequence, placedAt, updatedAt }: Loaded) {
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
    refunded: 'refunded' in rest ? rest.refunded : undefined,
    paymentMethod,
    shippingAddress,
    cancellationRequested: 'cancelling' in rest && rest.cancelling,
    reason: 'reason' in rest ? rest.reason : undefined,
    skus: 'skus' in rest ? [...rest.skus] : undefined,
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
