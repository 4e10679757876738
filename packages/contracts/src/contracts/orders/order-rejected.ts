import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Sku } from '../values.ts';
import { exampleOrder, Items, orderFields, RejectionReason } from './order.ts';

export const OrderRejected = event(
  'orders',
  'OrderRejected',
  1,
  z.object({
    ...orderFields,
    items: Items,
    reason: RejectionReason,
    /** The products that were the reason, where products were. */
    skus: z.array(Sku),
  }),
  {
    description:
      'An order will not be carried out; nothing is charged and nothing stays reserved. The only event of an order whose products were not for sale.',
    example: {
      ...exampleOrder,
      items: [{ sku: 'MUG-WHITE', quantity: 2 }],
      reason: 'out-of-stock',
      skus: ['MUG-WHITE'],
    },
  },
);
