import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { personal } from '../marks.ts';
import { CustomerId, text, Uuid } from '../values.ts';
import { exampleOrder } from './order.ts';

export const OrderCancellationRequested = event(
  'orders',
  'OrderCancellationRequested',
  1,
  z.object({ orderId: Uuid, customerId: CustomerId, note: z.optional(personal(text(500))) }),
  {
    description: 'The customer requested the cancellation of an order; it is being undone.',
    example: { orderId: exampleOrder.orderId, customerId: exampleOrder.customer.id, note: 'ordered twice' },
  },
);
