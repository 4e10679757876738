import { ListNotifications } from '@dure/contracts/notifications';
import { GetOrder } from '@dure/contracts/orders';
import { GetPayment } from '@dure/contracts/payments';
import { ListShipments } from '@dure/contracts/shipping';
import { type Cloud, expectStatus } from '@dure/testing/cloud';
import { ended, orderFor, place, stockOne } from '@dure/testing/shop/shop';
import { OWNER, type Owned } from './callers.ts';

const UUIDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Places an order of the owner, which ends. @throws Error if it has nothing that can be hidden */
export async function ordersOfOwner(cloud: Cloud): Promise<Owned> {
  const { sku } = await stockOne(cloud, { onHand: 50 });
  const customer = { id: OWNER, email: 'mina@example.com' };
  const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }], { customer }));
  await ended(cloud, orderId);
  const query = { orderId, limit: 100 };
  const ofOwner = () =>
    Promise.all([
      cloud.call(GetOrder, { params: { orderId } }).then((answer) => expectStatus(answer, 200).body),
      cloud.call(GetPayment, { params: { orderId } }).then((answer) => expectStatus(answer, 200).body),
      cloud.call(ListShipments, { query }).then((answer) => expectStatus(answer, 200).body),
      cloud.call(ListNotifications, { query }).then((answer) => expectStatus(answer, 200).body),
    ]);
  // The order's own id is in the requests, and may be repeated.
  const ids = new Set(JSON.stringify(await ofOwner()).match(UUIDS));
  ids.delete(orderId);
  if (ids.size < 2) throw new Error('The owner has nothing that could be shown to others.');
  const known = { sku: [sku], customerId: [OWNER], orderId: [orderId], paymentMethod: ['pm_card_visa'] };
  return { known, hidden: [...ids], ofOwner };
}
