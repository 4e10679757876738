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
import { PaymentRefunded, PaymentRefundedV2 } from '@dure/contracts/payments';
import type { Money } from '@dure/contracts/values';
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

interface Refund {
  readonly refundId: string;
  readonly amount: Money;
  readonly totalRefunded: Money;
}

/** Payments repeats a refund to a repeated command, and answers with zero when nothing was left to refund. */
const recordsRefund = async (message: Message<Refund>) =>
  message.data.amount.amount > 0 ? recordRefund(message) : undefined;

const recordRefund = records<Refund>('payments', ({ refundId, amount, totalRefunded }) => ({
  key: refundId,
  milestone: 'refunded',
  details: { refundId, amount, totalRefunded },
}));

/**
 * Both versions until payments sends version 1 no more: whichever comes first is recorded, by the refund's id. So neither
 * service has to be deployed before the other, and what waits in a queue during the change is still read.
 */
const refunds = [
  on(consumes(PaymentRefunded, ['refundId', 'amount', 'totalRefunded']), recordsRefund),
  on(consumes(PaymentRefundedV2, ['refund', 'refunded']), ({ data: { refund, refunded }, ...message }) =>
    recordsRefund({ ...message, data: { refundId: refund.id, amount: refund.amount, totalRefunded: refunded } }),
  ),
];

export const handler = batchConsumer(
  'facts',
  [placed, confirmed, shipped, completed, rejected, cancelled, ...refunds],
  perSubject<Fact | undefined>(async (orderId, asked) => {
    const facts = asked.flatMap(({ item, ...one }) => (item === undefined ? [] : [{ ...one, item }]));
    if (facts.length > 0) await recordFacts(at, orderId, facts);
  }),
);
