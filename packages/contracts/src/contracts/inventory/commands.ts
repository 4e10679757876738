import * as z from 'zod/mini';
import { command } from '../contract.ts';
import { OrderLines, Uuid } from '../values.ts';
import { exampleLines, exampleOrderId } from './reservation.ts';

export const ReserveStock = command('inventory', 'ReserveStock', 1, z.object({ orderId: Uuid, lines: OrderLines }), {
  senders: ['orders'],
  description:
    'Reserve every line of an order, or none. Answered by StockReserved or ReservationRefused; asked again, it is answered again.',
  example: { orderId: exampleOrderId, lines: exampleLines },
});

export const ReleaseStock = command('inventory', 'ReleaseStock', 1, z.object({ orderId: Uuid }), {
  senders: ['orders', 'reconciliation'],
  description:
    'Give back what an order holds, committed or not. Answered by StockReleased, also when there was nothing; a later ReserveStock for the order is refused.',
  example: { orderId: exampleOrderId },
});

export const CommitStock = command('inventory', 'CommitStock', 1, z.object({ orderId: Uuid }), {
  senders: ['orders'],
  description:
    'Take the goods of an order out of the stock, for they have left. Answered by StockCommitted, also when their reservation had expired, or by StockCommitRefused.',
  example: { orderId: exampleOrderId },
});

export const ReturnStock = command('inventory', 'ReturnStock', 1, z.object({ orderId: Uuid, lines: OrderLines }), {
  senders: ['orders'],
  description:
    'Put goods of an order that had left the stock back into it. Answered by StockReturned; asked again, it is answered again and nothing moves. No more comes back than had left.',
  example: { orderId: exampleOrderId, lines: exampleLines },
});
