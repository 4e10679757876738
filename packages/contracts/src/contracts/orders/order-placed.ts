import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { MAX_ORDER_LINES, Money } from '../values.ts';
import { exampleLine, exampleOrder, exampleTotal, orderFields, PricedLine } from './order.ts';

export const OrderPlaced = event(
  'orders',
  'OrderPlaced',
  1,
  z.object({
    ...orderFields,
    lines: z.array(PricedLine).check(z.minLength(1), z.maxLength(MAX_ORDER_LINES)),
    total: Money,
  }),
  {
    description: 'A customer placed an order, at the prices of that moment.',
    example: { ...exampleOrder, lines: [exampleLine], total: exampleTotal },
  },
);
