import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { ReleaseStock, ReserveStock } from '@dure/contracts/inventory';
import { MAX_ORDER_LINES } from '@dure/contracts/values';
import { createTestTable } from '@dure/testing/dynamodb';
import { busRecord, call, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { expect, it } from '@jest/globals';
import { INDEXES } from './setup.ts';

const { tableName } = await createTestTable({ indexes: INDEXES });
Object.assign(process.env, {
  TABLE_NAME: tableName,
  SERVICE_NAME: 'inventory',
  LOG_LEVEL: 'error',
  QUEUE_URL: 'http://127.0.0.1:9/none',
  QUEUE_DLQ_URL: 'http://127.0.0.1:9/none',
  MAX_RECEIVES: '5',
  // Reservations made here are overdue at once.
  RESERVATION_MINUTES: '-1',
});
const { handler } = await import('../src/events/index.ts');
const { handler: api } = await import('../src/http/index.ts');
const { handler: sweep } = await import('../src/sweep.ts');
const { store, table } = await import('../src/composition.ts');
const { countOverdue } = await import('../src/application/expire-reservations.ts');

const resource = '/v1/stock/{sku}';
const count = (sku: string, onHand: number) =>
  call(api, { method: 'PUT', resource, params: { sku }, body: { onHand } });
const receive = (sku: string, quantity: number) =>
  call(api, { method: 'POST', resource: `${resource}/receipts`, params: { sku }, body: { quantity } });
const stockOf = async (sku: string) => (await call(api, { resource, params: { sku } })).body;
const send = async (...records: ReturnType<typeof busRecord>[]) =>
  expect(await handler(sqsEvent(...records), lambdaContext)).toEqual({ batchItemFailures: [] });
const reserve = (orderId: string, lines: { sku: string; quantity: number }[]) =>
  busRecord({ contract: ReserveStock, subject: orderId, data: { orderId, lines } });
const release = (orderId: string) => busRecord({ contract: ReleaseStock, subject: orderId, data: { orderId } });
const lastAnswer = async (orderId: string) => (await outboxOf(table.client, tableName, orderId)).at(-1);

async function stocked(onHand: number): Promise<string> {
  const sku = `SKU-${randomUUID()}`;
  await count(sku, onHand);
  return sku;
}

it('reserves and releases an order with the maximum number of lines', async () => {
  const skus = await Promise.all(Array.from({ length: MAX_ORDER_LINES }, () => stocked(3)));
  const orderId = randomUUID();
  await send(
    reserve(
      orderId,
      skus.map((sku) => ({ sku, quantity: 2 })),
    ),
  );
  for (const sku of skus) expect(await stockOf(sku)).toMatchObject({ reserved: 2, available: 1 });
  await send(release(orderId));
  for (const sku of skus) expect(await stockOf(sku)).toMatchObject({ reserved: 0, available: 3 });
});

it('counts no less than what is reserved', async () => {
  const sku = await stocked(5);
  await send(reserve(randomUUID(), [{ sku, quantity: 3 }]));
  expect(await count(sku, 2)).toMatchObject({ status: 409, body: { type: 'urn:dure:problem:less-than-reserved' } });
  expect(await count(sku, 3)).toMatchObject({ status: 200, body: { onHand: 3, reserved: 3, available: 0 } });
});

it('receives no more than the maximum', async () => {
  const sku = await stocked(1_000_000_000);
  expect((await receive(sku, 1)).body).toMatchObject({ type: 'urn:dure:problem:too-much-stock' });
  expect(await stockOf(sku)).toMatchObject({ onHand: 1_000_000_000 });
});

it('sums concurrent receipts', async () => {
  const sku = await stocked(0);
  const answers = await Promise.all(Array.from({ length: 6 }, () => receive(sku, 2)));
  const received = answers.filter(({ status }) => status === 201).length;
  expect(answers.every(({ status }) => [201, 409].includes(status))).toBe(true);
  expect(await stockOf(sku)).toMatchObject({ onHand: 2 * received });
  const published = await outboxOf(table.client, tableName, sku);
  expect(published.map(({ sequence }) => sequence)).toEqual(published.map((_, index) => index + 1));
  expect(published).toHaveLength(1 + received);
});

it('reserves nothing for an order that was released before its reservation arrived', async () => {
  const sku = await stocked(5);
  const orderId = randomUUID();
  await send(release(orderId));
  await send(reserve(orderId, [{ sku, quantity: 2 }]));
  expect(await stockOf(sku)).toMatchObject({ reserved: 0 });
  expect(await lastAnswer(orderId)).toMatchObject({ sequence: 2, data: { reason: 'already-released' } });
});

it('shows a reservation as it is and as it ended', async () => {
  const sku = await stocked(5);
  const orderId = randomUUID();
  const shown = async () => (await call(api, { resource: '/v1/reservations/{orderId}', params: { orderId } })).body;
  await send(reserve(orderId, [{ sku, quantity: 2 }]));
  expect(await shown()).toMatchObject({ orderId, status: 'reserved', lines: [{ sku, quantity: 2 }] });
  expect(await shown()).toHaveProperty('expiresAt');
  await send(release(orderId));
  expect(await shown()).toMatchObject({ status: 'released' });
  expect(await shown()).not.toHaveProperty('expiresAt');
});

it('sweeps more overdue reservations than one read shows', async () => {
  const sku = await stocked(60);
  const orders = Array.from({ length: 60 }, () => randomUUID());
  for (const orderId of orders) await send(reserve(orderId, [{ sku, quantity: 1 }]));
  expect(await stockOf(sku)).toMatchObject({ available: 0 });
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  expect(await countOverdue(store, { ...beginCall(), time: inMinutes(3) })).toBe(0);
  expect(await countOverdue(store, { ...beginCall(), time: inMinutes(6) })).toBe(50);
  expect(await sweep({}, lambdaContext)).toMatchObject({ overdue: 0 });
  expect(await stockOf(sku)).toMatchObject({ onHand: 60, reserved: 0, available: 60 });
  expect(await lastAnswer(orders[0]!)).toMatchObject({
    type: 'dure.inventory.StockReleased.v1',
    data: { reason: 'expired' },
  });
});
