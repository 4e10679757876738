import * as z from 'zod/mini';
import { event } from '../contract.ts';
import { exampleLines, exampleOrderId, reservationFields } from './reservation.ts';

export const StockCommitted = event('inventory', 'StockCommitted', 1, z.object(reservationFields), {
  description: 'What an order had reserved has left the stock.',
  example: { orderId: exampleOrderId, lines: exampleLines },
});
