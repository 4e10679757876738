import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { OrderLine } from '../values.ts';
import { exampleLines, exampleOrderId, reservationFields } from './reservation.ts';

export const StockCommitted = event(
  'inventory',
  'StockCommitted',
  1,
  /** `missing` is what of the lines was not in the stock any more when it left. */
  z.object({ ...reservationFields, missing: z.optional(z.array(OrderLine)) }),
  {
    description:
      'The goods of an order have left the stock. What of them was not in it, because their reservation had expired, is `missing` and counts as a shortage of its product.',
    example: { orderId: exampleOrderId, lines: exampleLines },
  },
);
