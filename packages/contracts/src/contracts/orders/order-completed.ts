import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { CustomerId, Money, Uuid } from '../values.ts';
import { exampleOrder, exampleTotal } from './order.ts';

export const OrderCompleted = event(
  'orders',
  'OrderCompleted',
  1,
  z.object({ orderId: Uuid, customerId: CustomerId, total: Money, refunded: z.optional(Money) }),
  {
    description:
      'An order has arrived; what of it was lost or came back is refunded, or owed where the provider refuses that.',
    example: { orderId: exampleOrder.orderId, customerId: exampleOrder.customer.id, total: exampleTotal },
  },
);
