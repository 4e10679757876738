import { http } from '@dure/contracts/binding/http';
import { GetOrderView } from '@dure/contracts/gateway';
import { problem } from '@dure/contracts/problem';
import { viewOrder } from '../application/order-view.ts';
import { asking, cache, identity, mesh, urlOf } from '../composition.ts';
import { absent } from '../domain/composition.ts';
import { orderViewParts } from '../parts/order-view.ts';
import { lackOf } from './lack.ts';
import { viewReply } from './view-reply.ts';

const parts = orderViewParts(urlOf, cache, identity, mesh);
const known = new Map<string, readonly string[]>();

export const getOrderViewHandler = http(GetOrderView, {
  run: ({ params }, call) => viewOrder(parts, known, asking(call), params.orderId),
  owner: (composition) => ('view' in composition ? composition.view.order.customerId : null),
  none: () => ({ lacks: absent }),
  answer: (composition) => {
    const { lacks } = composition;
    if (lacks !== undefined) return lacks.kind === 'absent' ? problem('order-not-found') : lackOf(lacks);
    const { view, problems } = composition;
    return viewReply({ ...view, problems, _links: { self: { href: `/v1/order-views/${view.order.orderId}` } } });
  },
});
