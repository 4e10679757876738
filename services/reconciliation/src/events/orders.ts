import { consumes } from '@dure/contracts/contract';
import {
  OrderCancelled,
  OrderCompleted,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  OrderShipped,
} from '@dure/contracts/orders';
import { fact } from './seen.ts';

export const orders = [
  fact('orders', consumes(OrderPlaced, ['lines', 'total']), ({ lines, total: { amount, currency } }) => ({
    type: 'OrderPlaced',
    total: amount,
    currency,
    lines: lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice: unitPrice.amount })),
  })),
  fact('orders', consumes(OrderConfirmed, ['orderId']), () => ({ type: 'OrderConfirmed' })),
  fact('orders', consumes(OrderShipped, ['orderId']), () => ({ type: 'OrderShipped' })),
  fact('orders', consumes(OrderCompleted, ['orderId']), () => ({ type: 'OrderCompleted' })),
  fact('orders', consumes(OrderRejected, ['orderId']), () => ({ type: 'OrderRejected' })),
  fact('orders', consumes(OrderCancelled, ['orderId']), () => ({ type: 'OrderCancelled' })),
];
