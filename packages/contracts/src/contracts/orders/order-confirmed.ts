import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { CustomerId, Money, Uuid } from '../values.ts';
import { exampleOrder, exampleTotal } from './order.ts';

export const OrderConfirmed = event(
  'orders',
  'OrderConfirmed',
  1,
  z.object({ orderId: Uuid, customerId: CustomerId, total: Money }),
  {
    description: "An order's stock is reserved and its payment authorised.",
    example: { orderId: exampleOrder.orderId, customerId: exampleOrder.customer.id, total: exampleTotal },
  },
);
