import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { GetOrder, PlaceOrder } from '@dure/contracts/orders';
import { readCompose } from '@dure/deploy/compose';
import { describe, expect, it } from '@jest/globals';
import { json } from '@dure/testing/cloud';
import { cloudUnderTest } from '@dure/testing/connection';
import { orderFor } from '@dure/testing/shop/shop';

const cloud = cloudUnderTest();
const services = readCompose(join(import.meta.dirname, '..', '..', '..', '..')).map(({ name }) => name);

describe.each(services)('%s', (service) => {
  it('is healthy, and reports its release', async () => {
    // Without an API key: whoever watches a stage needs none.
    expect(await json(cloud.urlOf(service, '/v1/health'))).toMatchObject({ status: 'ok' });
    expect(await json(cloud.urlOf(service, '/v1/version'))).toMatchObject({ service, commit: expect.any(String) });
  });
});

it('an invalid request is answered with a problem', async () => {
  const missing = await cloud.call(GetOrder, { params: { orderId: randomUUID() } });
  expect(missing).toMatchObject({ status: 404, problem: { type: 'urn:dure:problem:order-not-found', status: 404 } });
  const body = { ...orderFor([{ sku: 'A', quantity: 1 }]), currency: 'EURO' };
  const wrong = await cloud.call(PlaceOrder, { body, idempotencyKey: randomUUID() });
  expect(wrong).toMatchObject({ status: 400, problem: { type: 'urn:dure:problem:invalid-request', status: 400 } });
});
