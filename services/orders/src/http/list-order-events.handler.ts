import { http, reply } from '@dure/contracts/binding/http';
import { ListOrderEvents } from '@dure/contracts/orders';
import { problem } from '@dure/contracts/problem';
import { orders } from '../composition.ts';
import { customerOf, evolve, initialOrder } from '../domain/order.ts';

export const listOrderEventsHandler = http(ListOrderEvents, {
  run: ({ params }) => orders.history(params.orderId),
  owner: ([first]) => first && customerOf(evolve(initialOrder, first.event)),
  none: () => [],
  answer: (events, { params }) => {
    if (events.length === 0) return problem('order-not-found');
    const items = events.map(({ sequence, event, time, actor }) => ({
      sequence,
      type: `${event.type}.v1`,
      time,
      actor,
      data: { ...event.data },
    }));
    return reply(200, { items, _links: { self: { href: `/v1/orders/${params.orderId}/events` } } });
  },
});
