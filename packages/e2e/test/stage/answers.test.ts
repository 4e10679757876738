import { randomUUID } from 'node:crypto';
import { GetOrder, PlaceOrder } from '@dure/contracts/orders';
import { expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';
import { orderFor } from '@dure/testing/shop/shop';

const cloud = cloudUnderTest();

it('an invalid request is answered with a problem', async () => {
  const missing = await cloud.call(GetOrder, { params: { orderId: randomUUID() } });
  expect(missing).toMatchObject({ status: 404, problem: { type: 'urn:dure:problem:order-not-found', status: 404 } });
  const body = { ...orderFor([{ sku: 'A', quantity: 1 }]), currency: 'EURO' };
  const wrong = await cloud.call(PlaceOrder, { body, idempotencyKey: randomUUID() });
  expect(wrong).toMatchObject({ status: 400, problem: { type: 'urn:dure:problem:invalid-request', status: 400 } });
});
