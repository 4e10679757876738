import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { Sku } from '../values.ts';
import { OnHand } from './stock.ts';

export const StockAdjusted = event(
  'inventory',
  'StockAdjusted',
  1,
  z.object({
    sku: Sku,
    onHand: OnHand,
    previousOnHand: OnHand,
    cause: z.enum(['count', 'receipt']),
    /** The remaining shortage, if there was one before. */
    shortage: z.optional(OnHand),
  }),
  {
    description: 'The stock on hand of a product was counted, or goods were received.',
    example: { sku: 'MUG-WHITE', onHand: 50, previousOnHand: 20, cause: 'receipt' },
  },
);
