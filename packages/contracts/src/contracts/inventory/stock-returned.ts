import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { OrderLine, Uuid } from '../values.ts';
import { exampleLines, exampleOrderId } from './reservation.ts';

export const StockReturned = event(
  'inventory',
  'StockReturned',
  1,
  z.object({ orderId: Uuid, lines: z.array(OrderLine) }),
  {
    description: 'Goods of an order that had left the stock are back in stock; `lines` are all that came back.',
    example: { orderId: exampleOrderId, lines: exampleLines },
  },
);
