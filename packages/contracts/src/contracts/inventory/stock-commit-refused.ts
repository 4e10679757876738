import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Uuid } from '../values.ts';
import { exampleOrderId } from './reservation.ts';

export const StockCommitRefused = event(
  'inventory',
  'StockCommitRefused',
  1,
  z.object({ orderId: Uuid, reason: z.enum(['not-reserved', 'released', 'expired']) }),
  {
    description:
      'An order has no reservation that could be committed: none was made, or it was released. The reason `expired` is no longer used.',
    example: { orderId: exampleOrderId, reason: 'released' },
  },
);
