import { http, reply } from '@dure/contracts/binding/http';
import { CancelOrder } from '@dure/contracts/orders';
import { problem } from '@dure/contracts/problem';
import { changeOrder } from '../application/change-order.ts';
import { orders } from '../composition.ts';
import { customerOf } from '../domain/order.ts';
import { orderView } from './order-view.ts';

const REMEDY =
  'A cancellation does not undo what has arrived. An operator refunds the money with POST ' +
  '/v1/payments/{orderId}/refunds of payments, and adds returned goods with POST /v1/stock/{sku}/receipts of inventory.';

export const cancelOrderHandler = http(CancelOrder, {
  run: ({ params, body }, call) =>
    changeOrder(orders, call, params.orderId, { type: 'requestCancellation', note: body.note }),
  ownerBefore: async ({ params }) => customerOf((await orders.load(params.orderId)).order),
  none: () => ({ rejected: 'order-not-found' }) as const,
  answer: (changed) => {
    if (!('rejected' in changed)) return reply(202, orderView(changed));
    if (changed.rejected === 'order-completed') return problem('order-completed', REMEDY);
    return problem(changed.rejected === 'total-too-large' ? 'order-not-found' : changed.rejected);
  },
});
