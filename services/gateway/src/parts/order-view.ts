import { reachOf } from '@dure/contracts/access';
import { client } from '@dure/contracts/binding/client';
import { ListProducts } from '@dure/contracts/catalog';
import { ListNotifications } from '@dure/contracts/notifications';
import { GetOrderV2 } from '@dure/contracts/orders';
import { GetPayment } from '@dure/contracts/payments';
import { ListShipments } from '@dure/contracts/shipping';
import type { Mesh } from '@dure/mesh';
import type { ServiceIdentity } from '@dure/service-identity';
import { ask, type Asked, type Asking } from '../application/ask.ts';
import { askCached } from '../application/ask-cached.ts';
import type { AnswerCache } from '../store.ts';
import { forAnybody, forCaller, keyOf } from './behalf.ts';

/** More than an order ever has of parcels and notifications. */
const limit = 100;

/** Who may see only what is theirs has to say whose it is. */
const owner = ({ call: { caller } }: Asked) =>
  caller !== undefined && reachOf(ListNotifications.access, caller.scopes) === 'own'
    ? { customerId: caller.subject }
    : undefined;

/** The parts of an order's view, from the services at these base URLs. */
export function orderViewParts(
  urlOf: (service: string) => string,
  cache: AnswerCache,
  { onBehalf }: ServiceIdentity,
  { through }: Mesh,
) {
  const getOrder = client(
    GetOrderV2,
    ['orderId', 'customer', 'status', 'items', 'total', 'cancellationRequested', 'placedAt', 'updatedAt'],
    onBehalf(through({ baseUrl: urlOf('orders') })),
  );
  const getPayment = client(
    GetPayment,
    ['status', 'amount', 'captured', 'refunded', 'updatedAt'],
    onBehalf(through({ baseUrl: urlOf('payments') })),
  );
  const listShipments = client(ListShipments, ['items'], onBehalf(through({ baseUrl: urlOf('shipping') })));
  const listNotifications = client(
    ListNotifications,
    ['items'],
    onBehalf(through({ baseUrl: urlOf('notifications') })),
  );
  const listProducts = client(ListProducts, ['items'], through({ baseUrl: urlOf('catalog') }));

  return {
    order: (asking: Asking, orderId: string) =>
      ask(asking, {
        name: 'order',
        request: (asked) => getOrder({ params: { orderId }, ...forCaller(asked) }),
        show: ({ customer, ...order }) => ({ ...order, customerId: customer.id }),
        absent: ['order-not-found'],
      }),
    payment: (asking: Asking, orderId: string) =>
      ask(asking, {
        name: 'payment',
        request: (asked) => getPayment({ params: { orderId }, ...forCaller(asked) }),
        show: (payment) => payment,
        absent: ['payment-not-found'],
      }),
    shipment: (asking: Asking, orderId: string) =>
      ask(asking, {
        name: 'shipment',
        request: (asked) => listShipments({ query: { orderId, limit }, ...forCaller(asked) }),
        show: ({ items }) => ({
          parcels: items.map(({ shipmentId, status, carrier, trackingNumber, trackingUrl, updatedAt }) => ({
            ...{ shipmentId, status, carrier, trackingNumber, trackingUrl, updatedAt },
          })),
        }),
      }),
    notifications: (asking: Asking, orderId: string) =>
      ask(asking, {
        name: 'notifications',
        request: (asked) => listNotifications({ query: { orderId, limit, ...owner(asked) }, ...forCaller(asked) }),
        show: ({ items }) => items.map(({ id, milestone, status, at }) => ({ id, milestone, status, at })),
      }),
    products: (asking: Asking, skus: readonly string[]) =>
      askCached(cache, asking, {
        name: 'products',
        key: keyOf(ListProducts, { skus }),
        policy: ListProducts.cache,
        request: (asked) => listProducts({ query: { skus: skus.join(',') }, ...forAnybody(asked) }),
        show: ({ items }) => items.map(({ sku, title, status, price }) => ({ sku, title, status, price })),
      }),
  };
}
