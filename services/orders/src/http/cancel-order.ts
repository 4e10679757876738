import { http, reply } from '@dure/contracts/binding/http';
import { CancelOrder } from '@dure/contracts/orders';
import { problem } from '@dure/contracts/problem';
import { changeOrder } from '../application/change-order.ts';
import { orders } from '../composition.ts';
import { orderView } from './order-view.ts';

const REMEDY =
  'What has arrived is not undone by a cancellation. An operator gives the money back with POST ' +
  '/v1/payments/{orderId}/refunds of payments, and adds goods that come back with POST /v1/stock/{sku}/receipts of inventory.';

export const cancelOrder = http(CancelOrder, {
  run: ({ params, body }, call) =>
    changeOrder(orders, call, params.orderId, { type: 'requestCancellation', note: body.note }),
  answer: (changed) => {
    if (!('refused' in changed)) return reply(202, orderView(changed));
    if (changed.refused === 'order-completed') return problem('order-completed', REMEDY);
    return problem(changed.refused === 'total-too-large' ? 'order-not-found' : changed.refused);
  },
});
