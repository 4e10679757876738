import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { CustomerId, Uuid } from '../values.ts';
import { CancellationReason, exampleOrder } from './order.ts';

export const OrderCancelled = event(
  'orders',
  'OrderCancelled',
  1,
  z.object({ orderId: Uuid, customerId: CustomerId, reason: CancellationReason }),
  {
    description:
      'An order was undone: its money is given back, or owed where the provider refuses that, and its stock is available again.',
    example: { orderId: exampleOrder.orderId, customerId: exampleOrder.customer.id, reason: 'customer-request' },
  },
);
