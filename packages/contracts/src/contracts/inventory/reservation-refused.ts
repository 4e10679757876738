import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Uuid } from '../values.ts';
import { exampleOrderId, Shortage } from './reservation.ts';

export const ReservationRefused = event(
  'inventory',
  'ReservationRefused',
  1,
  z.object({
    orderId: Uuid,
    reason: z.enum(['out-of-stock', 'already-released', 'expired']),
    shortages: z.array(Shortage),
  }),
  {
    description: 'Nothing was reserved for an order: a line is short, or its reservation had ended before.',
    example: {
      orderId: exampleOrderId,
      reason: 'out-of-stock',
      shortages: [{ sku: 'MUG-WHITE', requested: 2, available: 1 }],
    },
  },
);
