import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Money, Uuid } from '../values.ts';
import { CustomerId, exampleOrder, exampleTotal } from './order.ts';

export const OrderCompleted = event(
  'orders',
  'OrderCompleted',
  1,
  z.object({ orderId: Uuid, customerId: CustomerId, total: Money }),
  {
    description: "An order's payment is captured and its stock committed.",
    example: { orderId: exampleOrder.orderId, customerId: exampleOrder.customer.id, total: exampleTotal },
  },
);
