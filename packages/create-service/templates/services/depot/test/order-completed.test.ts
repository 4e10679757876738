import { randomUUID } from 'node:crypto';
import { OrderCompleted } from '@dure/contracts/orders';
import { busRecord, call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { api, deliver, published, store } from './service.ts';

const total = { amount: 2580, currency: 'EUR' };
const recorded = { label: 'Order of c-1001', amount: total };
const completed = (orderId: string, more = {}) =>
  busRecord({
    contract: OrderCompleted,
    subject: orderId,
    sequence: 3,
    data: { orderId, customerId: 'c-1001', total },
    ...more,
  });

it('records a completed order and publishes it', async () => {
  const orderId = randomUUID();
  expect(await deliver(completed(orderId))).toEqual({ batchItemFailures: [] });
  expect(await store.load(orderId)).toMatchObject({ orderId, ...recorded, version: 1 });
  const data = { sparePartId: orderId, orderId, ...recorded };
  expect(await published(orderId)).toMatchObject([{ type: 'dure.depot.SparePartRecorded.v1', sequence: 1, data }]);
});

it('has the effect of once, delivered twice and told again under another id', async () => {
  const orderId = randomUUID();
  const id = randomUUID();
  for (const record of [completed(orderId, { id }), completed(orderId, { id }), completed(orderId)]) {
    expect(await deliver(record)).toEqual({ batchItemFailures: [] });
  }
  expect(await published(orderId)).toHaveLength(1);
});

it('keeps what is an order’s', async () => {
  const orderId = randomUUID();
  await deliver(completed(orderId));
  const request = {
    method: 'PUT',
    resource: '/v1/spare-parts/{sparePartId}',
    params: { sparePartId: orderId },
    body: { ...recorded, amount: { ...total, amount: 1 } },
  };
  const problem = { type: 'urn:dure:problem:spare-part-of-order' };
  expect(await call(api, request)).toMatchObject({ status: 409, body: problem });
  expect(await store.load(orderId)).toMatchObject({ ...recorded, version: 1 });
});
