import { consumes } from '@dure/contracts/contract';
import {
  OrderCancelled,
  OrderCompleted,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  OrderShipped,
} from '@dure/contracts/orders';
import { onFact } from './on-fact.ts';

export const orders = [
  onFact('orders', consumes(OrderPlaced, ['lines', 'total']), ({ lines, total: { amount, currency } }) => ({
    type: 'OrderPlaced',
    total: amount,
    currency,
    lines: lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice: unitPrice.amount })),
  })),
  onFact('orders', consumes(OrderConfirmed, ['orderId']), () => ({ type: 'OrderConfirmed' })),
  onFact('orders', consumes(OrderShipped, ['orderId']), () => ({ type: 'OrderShipped' })),
  onFact('orders', consumes(OrderCompleted, ['orderId']), () => ({ type: 'OrderCompleted' })),
  onFact('orders', consumes(OrderRejected, ['orderId']), () => ({ type: 'OrderRejected' })),
  onFact('orders', consumes(OrderCancelled, ['orderId']), () => ({ type: 'OrderCancelled' })),
];
