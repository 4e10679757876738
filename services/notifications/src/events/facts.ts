import { batchConsumer, perSubject } from '@dure/contracts/binding/consumer';
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
import { recordFacts } from '../application/record-facts.ts';
import { factDependencies } from '../composition.ts';
import type { Fact } from '../domain/order.ts';

const at = factDependencies();

type FactContent = Omit<Fact, 'source' | 'eventId' | 'at'>;

/** Reads the fields of an event as a fact. */
const records =
  <Data>(owner: string, toContent: (data: Data) => FactContent) =>
  ({ id, sequence = 1, time, data }: Message<Data>): Promise<Fact> =>
    Promise.resolve({ source: { owner, sequence }, eventId: id, at: time, ...toContent(data) });

const placed = on(
  consumes(OrderPlaced, ['customer', 'shippingAddress', 'lines', 'total']),
  records('orders', ({ customer, shippingAddress, lines, total }) => ({
    milestone: 'placed',
    customerId: customer.id,
    known: { email: customer.email, country: shippingAddress.country, lines, total },
    details: { lines, total },
  })),
);

const confirmed = on(
  consumes(OrderConfirmed, ['customerId', 'total']),
  records('orders', ({ customerId, total }) => ({ milestone: 'confirmed', customerId, details: { total } })),
);

const shipped = on(
  consumes(OrderShipped, ['customerId', 'parcels']),
  records('orders', ({ customerId, parcels }) => ({ milestone: 'shipped', customerId, details: { parcels } })),
);

const completed = on(
  consumes(OrderCompleted, ['customerId', 'total', 'refunded']),
  records('orders', ({ customerId, total, refunded }) => ({
    milestone: 'completed',
    customerId,
    details: { total, ...(refunded && { refunded }) },
  })),
);

const rejected = on(
  consumes(OrderRejected, ['customer', 'shippingAddress', 'items', 'reason', 'skus']),
  records('orders', ({ customer, shippingAddress, items, reason, skus }) => ({
    milestone: 'rejected',
    customerId: customer.id,
    known: { email: customer.email, country: shippingAddress.country, lines: items },
    details: { reason, skus },
  })),
);

const cancelled = on(
  consumes(OrderCancelled, ['customerId', 'reason']),
  records('orders', ({ customerId, reason }) => ({ milestone: 'cancelled', customerId, details: { reason } })),
);

type Refund = Parameters<Parameters<typeof on<typeof PaymentRefunded, 'refundId' | 'amount' | 'totalRefunded'>>[1]>[0];

const recordsRefund = records<Refund['data']>('payments', ({ refundId, amount, totalRefunded }) => ({
  key: refundId,
  milestone: 'refunded',
  details: { refundId, amount, totalRefunded },
}));

/** Payments repeats a refund to a repeated command, and answers with zero when nothing was left to refund. */
const refunded = on(consumes(PaymentRefunded, ['refundId', 'amount', 'totalRefunded']), async (message) =>
  message.data.amount.amount > 0 ? recordsRefund(message) : undefined,
);

export const handler = batchConsumer(
  'facts',
  [placed, confirmed, shipped, completed, rejected, cancelled, refunded],
  perSubject<Fact | undefined>(async (orderId, asked) => {
    const facts = asked.flatMap(({ item, ...one }) => (item === undefined ? [] : [{ ...one, item }]));
    if (facts.length > 0) await recordFacts(at, orderId, facts);
  }),
);
