import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Uuid } from '../values.ts';
import { exampleLines, exampleOrderId, exampleParcel, Parcel, ShipmentLines } from './shipment.ts';

/** What the shipping of a whole order came to: the answers to the commands. */

export const OrderDispatched = event(
  'shipping',
  'OrderDispatched',
  1,
  z.object({ orderId: Uuid, parcels: z.array(Parcel) }),
  {
    description: 'All parcels of an order have left.',
    example: { orderId: exampleOrderId, parcels: [exampleParcel] },
  },
);

export const ShippingRefused = event(
  'shipping',
  'ShippingRefused',
  1,
  z.object({ orderId: Uuid, reason: z.enum(['cancelled', 'address-refused']) }),
  {
    description: 'An order is not sent, and none of its parcels is on its way.',
    example: { orderId: exampleOrderId, reason: 'address-refused' },
  },
);

export const ShippingCancelled = event(
  'shipping',
  'ShippingCancelled',
  1,
  z.object({ orderId: Uuid, recalled: z.boolean() }),
  {
    description: 'Nothing more of an order is sent; parcels on their way are recalled (`recalled`).',
    example: { orderId: exampleOrderId, recalled: false },
  },
);

export const ShippingCancellationRefused = event(
  'shipping',
  'ShippingCancellationRefused',
  1,
  z.object({ orderId: Uuid, reason: z.enum(['delivered', 'lost']) }),
  {
    description:
      'A parcel of an order was delivered already, or is lost, so the order cannot be undone as if nothing had left.',
    example: { orderId: exampleOrderId, reason: 'delivered' },
  },
);

export const ShippingSettled = event(
  'shipping',
  'ShippingSettled',
  1,
  z.object({ orderId: Uuid, delivered: ShipmentLines, returned: ShipmentLines, lost: ShipmentLines }),
  {
    description: 'Every parcel of an order is delivered, returned or lost.',
    example: { orderId: exampleOrderId, delivered: exampleLines, returned: [], lost: [] },
  },
);
