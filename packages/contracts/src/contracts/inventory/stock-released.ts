import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { OrderLine, Uuid } from '../values.ts';
import { exampleLines, exampleOrderId } from './reservation.ts';

export const StockReleased = event(
  'inventory',
  'StockReleased',
  1,
  z.object({
    orderId: Uuid,
    lines: z.array(OrderLine),
    reason: z.enum(['released', 'expired', 'returned', 'nothing-reserved']),
  }),
  {
    description:
      'What an order held is available again: released on request, expired, or returned after it had been committed.',
    example: { orderId: exampleOrderId, lines: exampleLines, reason: 'released' },
  },
);
