import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { exampleParcel, Parcel } from '../shipping/shipment.ts';
import { CustomerId, Uuid } from '../values.ts';
import { exampleOrder } from './order.ts';

export const OrderShipped = event(
  'orders',
  'OrderShipped',
  1,
  z.object({ orderId: Uuid, customerId: CustomerId, parcels: z.array(Parcel) }),
  {
    description: 'An order has left: its payment is captured and its stock committed.',
    example: { orderId: exampleOrder.orderId, customerId: exampleOrder.customer.id, parcels: [exampleParcel] },
  },
);
