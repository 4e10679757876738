import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Instant } from '../values.ts';
import { exampleLines, exampleOrderId, reservationFields } from './reservation.ts';

export const StockReserved = event(
  'inventory',
  'StockReserved',
  1,
  z.object({ ...reservationFields, expiresAt: Instant }),
  {
    description: 'Every line of an order is reserved until `expiresAt`.',
    example: { orderId: exampleOrderId, lines: exampleLines, expiresAt: '2026-01-05T09:45:00.000Z' },
  },
);
