import { randomUUID } from 'node:crypto';
import type { TestMessage } from '@dure/testing/lambda-events';
import * as orders from '@dure/contracts/orders';
import { PaymentRefunded, PaymentRefundedV2 } from '@dure/contracts/payments';
import { v7 as uuidv7 } from 'uuid';

const parcel = { shipmentId: randomUUID(), carrier: 'sandbox', trackingNumber: 'SBX0000000017' };

/** The events of an order of a unique customer, with `changes` to the examples of the contracts. */
export function anOrder(changes: Record<string, unknown> = {}) {
  const orderId = randomUUID();
  const customer = { id: `c-${orderId.slice(0, 8)}`, email: `mina-${orderId.slice(0, 8)}@example.com` };
  const ids = { orderId, customerId: customer.id };
  const make =
    (contract: TestMessage['contract'] & { readonly example: unknown }, sequence: number, data: object) =>
    (said: Partial<TestMessage> = {}): TestMessage => ({
      ...{ contract, subject: orderId, id: uuidv7(), sequence },
      ...said,
      data: { ...(contract.example as object), ...data, ...(said.data as object) },
    });
  return {
    ...ids,
    email: customer.email,
    placed: make(orders.OrderPlaced, 1, { orderId, customer, ...changes }),
    confirmed: make(orders.OrderConfirmed, 2, ids),
    shipped: make(orders.OrderShipped, 3, { ...ids, parcels: [parcel] }),
    completed: make(orders.OrderCompleted, 4, ids),
    rejected: make(orders.OrderRejected, 2, { orderId, customer }),
    cancelled: make(orders.OrderCancelled, 4, ids),
    refunded: make(PaymentRefunded, 3, { orderId }),
    refundedV2: make(PaymentRefundedV2, 3, { orderId }),
  };
}
