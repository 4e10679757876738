import { http, reply } from '@dure/contracts/binding/http';
import { GetOrder } from '@dure/contracts/orders';
import { isThere, loadAsked, missing, ofCustomer } from './asked-order.ts';
import { orderView } from './order-view.ts';

export const getOrderHandler = http(GetOrder, {
  run: loadAsked,
  ...ofCustomer,
  answer: (order, asked) => (isThere(order) ? reply(200, orderView(order), { etag: order.sequence }) : missing(asked)),
});
