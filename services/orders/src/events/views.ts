import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { type Message, on } from '@dure/contracts/binding/message';
import {
  OrderCancellationRequested,
  OrderCancelled,
  OrderCompleted,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  OrderShipped,
} from '@dure/contracts/orders';
import { projectOrder } from '../application/project-order.ts';
import { orders, projections, views } from '../composition.ts';

const project = ({ data }: Message<{ orderId: string }>) => projectOrder(projections, orders, views, data.orderId);

export const handler = consumer('views', [
  on(consumes(OrderPlaced, ['orderId']), project),
  on(consumes(OrderConfirmed, ['orderId']), project),
  on(consumes(OrderShipped, ['orderId']), project),
  on(consumes(OrderCompleted, ['orderId']), project),
  on(consumes(OrderRejected, ['orderId']), project),
  on(consumes(OrderCancellationRequested, ['orderId']), project),
  on(consumes(OrderCancelled, ['orderId']), project),
]);
