import { randomUUID } from 'node:crypto';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { expect, it } from '@jest/globals';
import { INDEXES } from './setup.ts';

const { tableName } = await createTestTable({ indexes: INDEXES });
Object.assign(process.env, { TABLE_NAME: tableName, SERVICE_NAME: 'inventory', LOG_LEVEL: 'error' });
const { handler } = await import('../src/http/index.ts');
const { table } = await import('../src/composition.ts');

const newSku = () => `SKU-${randomUUID()}`;
const resource = '/v1/stock/{sku}';
const count = (sku: string, onHand: unknown, headers = {}) =>
  call(handler, { method: 'PUT', resource, params: { sku }, body: { onHand }, headers });

it('counts, receives and shows stock, and publishes each adjustment', async () => {
  const sku = newSku();
  expect(await count(sku, 20)).toMatchObject({ status: 200, body: { sku, onHand: 20, reserved: 0, available: 20 } });
  const receipt = { method: 'POST', resource: `${resource}/receipts`, params: { sku }, body: { quantity: 5 } };
  expect(await call(handler, receipt)).toMatchObject({ status: 201, body: { onHand: 25 } });

  const shown = await call(handler, { resource, params: { sku } });
  expect(shown).toMatchObject({ status: 200, body: { onHand: 25, available: 25 }, headers: { etag: '"2"' } });
  const again = await call(handler, { resource, params: { sku }, headers: { 'If-None-Match': '"2"' } });
  expect(again.status).toBe(304);

  const published = await outboxOf(table.client, tableName, sku);
  expect(published.map(({ type, sequence, data }) => [type, sequence, data['onHand']])).toEqual([
    ['dure.inventory.StockAdjusted.v1', 1, 20],
    ['dure.inventory.StockAdjusted.v1', 2, 25],
  ]);
});

it('lists the stock of some products, each once, without those that it does not know', async () => {
  const [one, other] = [newSku(), newSku()].sort() as [string, string];
  await count(one, 3);
  await count(other, 0);
  const listed = await call(handler, { resource: '/v1/stock', query: { skus: [other, newSku(), one, one].join(',') } });
  expect([listed.status, listed.body['items']]).toMatchObject([
    200,
    [
      { sku: one, available: 3 },
      { sku: other, available: 0 },
    ],
  ]);
  const refused = { resource: '/v1/stock', query: { skus: Array.from({ length: 101 }, newSku).join(',') } };
  expect((await call(handler, refused)).body).toMatchObject({ errors: [{ in: 'query', field: 'skus' }] });
});

it('counts only the version that the caller has seen, if given', async () => {
  const sku = newSku();
  await count(sku, 20);
  expect(await count(sku, 21, { 'If-Match': '"1"' })).toMatchObject({ status: 200, headers: { etag: '"2"' } });
  expect(await count(sku, 22, { 'If-Match': '"1"' })).toMatchObject({
    status: 412,
    body: { type: 'urn:dure:problem:precondition-failed' },
  });
  expect((await count(sku, 22, { 'If-Match': '1' })).status).toBe(400);
  expect(await call(handler, { resource, params: { sku } })).toMatchObject({ body: { onHand: 21 } });
});

it('receives once for one idempotency key', async () => {
  const sku = newSku();
  const receive = (quantity: number) =>
    call(handler, {
      method: 'POST',
      resource: `${resource}/receipts`,
      params: { sku },
      body: { quantity },
      headers: { 'Idempotency-Key': `receipt-${sku}` },
    });
  const first = await receive(5);
  const repeated = await receive(5);
  expect(repeated.body).toEqual(first.body);
  expect(repeated.headers['idempotency-replayed']).toBe('true');
  expect(await receive(6)).toMatchObject({ status: 422, body: { type: 'urn:dure:problem:idempotency-key-reused' } });
  expect(await call(handler, { resource, params: { sku } })).toMatchObject({ body: { onHand: 5 } });
});

it.each([[-1], [1.5], ['7'], [null], [2_000_000_000]])('refuses a count of %p and names the field', async (onHand) => {
  const sku = newSku();
  const refused = await count(sku, onHand);
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ in: 'body', field: 'onHand' }] } });
  expect((await call(handler, { resource, params: { sku } })).status).toBe(404);
});

it('answers 404 for unknown stock and reservations', async () => {
  expect((await call(handler, { resource, params: { sku: newSku() } })).status).toBe(404);
  const reservation = { resource: '/v1/reservations/{orderId}', params: { orderId: randomUUID() } };
  expect((await call(handler, reservation)).status).toBe(404);
});

it('is healthy while its table answers', async () => {
  expect(await call(handler, { resource: '/v1/health' })).toMatchObject({ status: 200, body: { status: 'ok' } });
});
