import { http, reply } from '@dure/contracts/binding/http';
import { GetOrderV2 } from '@dure/contracts/orders';
import { isThere, loadAsked, missing, ofCustomer } from './asked-order.ts';
import { orderViewV2 } from './order-view.ts';

export const getOrderV2Handler = http(GetOrderV2, {
  run: loadAsked,
  ...ofCustomer,
  answer: (order, asked) =>
    isThere(order) ? reply(200, orderViewV2(order), { etag: order.sequence }) : missing(asked),
});
