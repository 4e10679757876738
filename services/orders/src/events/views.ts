import { batchConsumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import {
  OrderCancellationRequested,
  OrderCancelled,
  OrderCompleted,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  OrderShipped,
} from '@dure/contracts/orders';
import { projectOrders } from '../application/project-orders.ts';
import { orders, projections, views } from '../composition.ts';

/** An event only says which order has changed: its subject. */
const changed = () => Promise.resolve();

export const handler = batchConsumer(
  'views',
  [
    on(consumes(OrderPlaced, ['orderId']), changed),
    on(consumes(OrderConfirmed, ['orderId']), changed),
    on(consumes(OrderShipped, ['orderId']), changed),
    on(consumes(OrderCompleted, ['orderId']), changed),
    on(consumes(OrderRejected, ['orderId']), changed),
    on(consumes(OrderCancellationRequested, ['orderId']), changed),
    on(consumes(OrderCancelled, ['orderId']), changed),
  ],
  (asked) => projectOrders(projections, orders, views, asked),
);
