import { metric } from '@dure/contracts/binding/log';
import { http, reply } from '@dure/contracts/binding/http';
import { PlaceOrder } from '@dure/contracts/orders';
import { problem } from '@dure/contracts/problem';
import { v7 as uuidv7 } from 'uuid';
import { createAdmission } from '../application/admit-orders.ts';
import { placeOrder } from '../application/place-order.ts';
import { lateAfterMs, orders, products } from '../composition.ts';
import { orderView } from './order-view.ts';

/** Of this environment. */
const admission = createAdmission(orders, { lateMs: lateAfterMs() });

export const placeOrderHandler = http(PlaceOrder, {
  run: async ({ body }, call) => {
    const place = () => placeOrder(orders, products, call, { orderId: uuidv7(), ...body });
    const placed = await admission.admit(call, body.customer.id, place);
    if (placed === undefined) call.log.warn('an order is refused', metric('admission', 'refused', 0));
    return placed;
  },
  answer: (placed) => {
    if (placed === undefined) return problem('too-many-orders');
    if ('rejected' in placed) return problem('total-too-large');
    const view = orderView(placed);
    return reply(202, view, { etag: view.sequence, headers: { location: `/v1/orders/${view.orderId}` } });
  },
  // As it was placed, whatever has become of it.
  recall: ({ reference = '' }) => orders.load(reference, { sequence: 1 }),
});
