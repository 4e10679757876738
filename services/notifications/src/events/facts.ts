import type { Call } from '@dure/contracts/binding/call';
import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { type Message, on } from '@dure/contracts/binding/message';
import {
  OrderCancelled,
  OrderCompleted,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  OrderShipped,
} from '@dure/contracts/orders';
import { PaymentRefunded } from '@dure/contracts/payments';
import { learn } from '../application/learn.ts';
import { learning } from '../composition.ts';
import type { Fact } from '../domain/order.ts';

const at = learning();

type Told = Omit<Fact, 'source' | 'eventId' | 'at'>;

/** Which fields of an event are learnt, and as what. */
const learns =
  <Data>(owner: string, toTold: (data: Data) => Told) =>
  ({ id, subject, sequence = 1, time, data }: Message<Data>, call: Call): Promise<void> =>
    learn(at, subject, { source: { owner, sequence }, eventId: id, at: time, ...toTold(data) }, call);

const placed = on(
  consumes(OrderPlaced, ['customer', 'shippingAddress', 'lines', 'total']),
  learns('orders', ({ customer, shippingAddress, lines, total }) => ({
    milestone: 'placed',
    customerId: customer.id,
    known: { email: customer.email, country: shippingAddress.country, lines, total },
    details: { lines, total },
  })),
);

const confirmed = on(
  consumes(OrderConfirmed, ['customerId', 'total']),
  learns('orders', ({ customerId, total }) => ({ milestone: 'confirmed', customerId, details: { total } })),
);

const shipped = on(
  consumes(OrderShipped, ['customerId', 'parcels']),
  learns('orders', ({ customerId, parcels }) => ({ milestone: 'shipped', customerId, details: { parcels } })),
);

const completed = on(
  consumes(OrderCompleted, ['customerId', 'total', 'refunded']),
  learns('orders', ({ customerId, total, refunded }) => ({
    milestone: 'completed',
    customerId,
    details: { total, ...(refunded && { refunded }) },
  })),
);

const rejected = on(
  consumes(OrderRejected, ['customer', 'shippingAddress', 'items', 'reason', 'skus']),
  learns('orders', ({ customer, shippingAddress, items, reason, skus }) => ({
    milestone: 'rejected',
    customerId: customer.id,
    known: { email: customer.email, country: shippingAddress.country, lines: items },
    details: { reason, skus },
  })),
);

const cancelled = on(
  consumes(OrderCancelled, ['customerId', 'reason']),
  learns('orders', ({ customerId, reason }) => ({ milestone: 'cancelled', customerId, details: { reason } })),
);

type Refund = Parameters<Parameters<typeof on<typeof PaymentRefunded, 'refundId' | 'amount' | 'totalRefunded'>>[1]>[0];

const learnsRefund = learns<Refund['data']>('payments', ({ refundId, amount, totalRefunded }) => ({
  key: refundId,
  milestone: 'refunded',
  details: { refundId, amount, totalRefunded },
}));

/** Payments tells a refund again to who asks again, and of nothing where nothing was left. */
const refunded = on(consumes(PaymentRefunded, ['refundId', 'amount', 'totalRefunded']), async (message, call) => {
  if (message.data.amount.amount > 0) await learnsRefund(message, call);
});

export const handler = consumer('facts', [placed, confirmed, shipped, completed, rejected, cancelled, refunded]);
