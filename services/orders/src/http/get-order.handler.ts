import { http, reply } from '@dure/contracts/binding/http';
import { GetOrder } from '@dure/contracts/orders';
import { problem } from '@dure/contracts/problem';
import { orders } from '../composition.ts';
import type { Moment } from '../store/event-store.ts';
import { orderView } from './order-view.ts';

const moment = (at: string | undefined): Moment | undefined => {
  if (at === undefined) return undefined;
  return /^\d+$/.test(at) ? { sequence: Number(at) } : { instant: at };
};

export const getOrderHandler = http(GetOrder, {
  run: ({ params, query }) => orders.load(params.orderId, moment(query.at)),
  answer: (loaded, { query }) => {
    if (loaded.sequence === 0) return problem(query.at === undefined ? 'order-not-found' : 'order-not-yet');
    return reply(200, orderView(loaded), { etag: loaded.sequence });
  },
});
