import { http, reply } from '@dure/contracts/binding/http';
import { PlaceOrder } from '@dure/contracts/orders';
import { problem } from '@dure/contracts/problem';
import { v7 as uuidv7 } from 'uuid';
import { placeOrder } from '../application/place-order.ts';
import { orders, products } from '../composition.ts';
import { orderView } from './order-view.ts';

export const placeOrderHandler = http(PlaceOrder, {
  run: ({ body }, call) => placeOrder(orders, products, call, { orderId: uuidv7(), ...body }),
  answer: (placed) => {
    if ('rejected' in placed) return problem('total-too-large');
    const view = orderView(placed);
    return reply(202, view, { etag: view.sequence, headers: { location: `/v1/orders/${view.orderId}` } });
  },
  // As it was placed, whatever has become of it.
  recall: ({ reference = '' }) => orders.load(reference, { sequence: 1 }),
});
