import { randomUUID } from 'node:crypto';
import { CommitStock, ReleaseStock, ReserveStock, ReturnStock } from '@dure/contracts/inventory';
import { OrderConfirmed } from '@dure/contracts/orders';
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
});
const { handler } = await import('../src/events/index.ts');
const { handler: api } = await import('../src/http/index.ts');
const { expireReservations } = await import('../src/application/expire-reservations.ts');
const { scheduledCall } = await import('@dure/contracts/binding/call');
const { table, store } = await import('../src/composition.ts');

const newSku = () => `SKU-${randomUUID()}`;
const send = (...records: ReturnType<typeof busRecord>[]) => handler(sqsEvent(...records), lambdaContext);

async function stocked(onHand: number): Promise<string> {
  const sku = newSku();
  await call(api, { method: 'PUT', resource: '/v1/stock/{sku}', params: { sku }, body: { onHand } });
  return sku;
}

async function stockOf(sku: string) {
  const { onHand, reserved, available } = (await call(api, { resource: '/v1/stock/{sku}', params: { sku } })).body;
  return { onHand, reserved, available };
}

const reserve = (orderId: string, lines: { sku: string; quantity: number }[], more = {}) =>
  busRecord({ contract: ReserveStock, subject: orderId, data: { orderId, lines }, ...more });
const release = (orderId: string) => busRecord({ contract: ReleaseStock, subject: orderId, data: { orderId } });
const commit = (orderId: string) => busRecord({ contract: CommitStock, subject: orderId, data: { orderId } });

const answers = async (orderId: string) =>
  (await outboxOf(table.client, tableName, orderId)).map(({ type }) => type.split('.')[2]);

it('reserves, commits and returns, and answers each command to its return address', async () => {
  const sku = await stocked(10);
  const orderId = randomUUID();
  await send(reserve(orderId, [{ sku, quantity: 3 }], { replyto: 'token-1' }));
  expect(await stockOf(sku)).toEqual({ onHand: 10, reserved: 3, available: 7 });
  await send(commit(orderId));
  expect(await stockOf(sku)).toEqual({ onHand: 7, reserved: 0, available: 7 });
  await send(release(orderId));
  expect(await stockOf(sku)).toEqual({ onHand: 10, reserved: 0, available: 10 });

  const published = await outboxOf(table.client, tableName, orderId);
  expect(published.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(published[0]).toMatchObject({ replyto: 'token-1', data: { orderId, lines: [{ sku, quantity: 3 }] } });
  expect(await answers(orderId)).toEqual(['StockReserved', 'StockCommitted', 'StockReleased']);
});

it('holds nothing when one of three lines is short', async () => {
  const [first, second, short] = [await stocked(5), await stocked(5), await stocked(1)];
  const orderId = randomUUID();
  const lines = [first, second, short].map((sku) => ({ sku, quantity: 2 }));
  await send(reserve(orderId, lines));
  expect(await answers(orderId)).toEqual(['ReservationRefused']);
  for (const sku of [first, second]) expect(await stockOf(sku)).toMatchObject({ reserved: 0 });
});

it('takes effect once when a message arrives twice, and answers a new message again', async () => {
  const sku = await stocked(5);
  const orderId = randomUUID();
  const id = randomUUID();
  await send(reserve(orderId, [{ sku, quantity: 2 }], { id }));
  const twice = await send(reserve(orderId, [{ sku, quantity: 2 }], { id }));
  expect(twice).toEqual({ batchItemFailures: [] });
  expect(await answers(orderId)).toEqual(['StockReserved']);

  await send(reserve(orderId, [{ sku, quantity: 2 }]));
  expect(await answers(orderId)).toEqual(['StockReserved', 'StockReserved']);
  expect(await stockOf(sku)).toMatchObject({ reserved: 2 });
});

it('never oversells, however many commands race', async () => {
  const sku = await stocked(20);
  const orders = Array.from({ length: 60 }, () => randomUUID());
  const batches = Array.from({ length: 6 }, (_, batch) => orders.slice(batch * 10, batch * 10 + 10));
  const results = await Promise.all(
    batches.map((batch) => send(...batch.map((orderId) => reserve(orderId, [{ sku, quantity: 1 }])))),
  );
  // A command that loses too often fails, and is redelivered by the queue.
  const left = results.flatMap((result, batch) =>
    (result as { batchItemFailures: unknown[] }).batchItemFailures.length > 0 ? (batches[batch] ?? []) : [],
  );
  for (const orderId of left) await send(reserve(orderId, [{ sku, quantity: 1 }]));
  const outcomes = await Promise.all(orders.map(async (orderId) => (await answers(orderId))[0]));
  expect(outcomes.filter((outcome) => outcome === 'StockReserved')).toHaveLength(20);
  expect(outcomes.filter((outcome) => outcome === 'ReservationRefused')).toHaveLength(40);
  expect(await stockOf(sku)).toEqual({ onHand: 20, reserved: 20, available: 0 });
});

/** A sweep whose clock is two days ahead. */
const expire = () =>
  expireReservations(store, {
    ...scheduledCall('sweep'),
    time: new Date(Date.now() + 48 * 3_600_000).toISOString(),
  });
const confirm = (orderId: string) =>
  busRecord({
    contract: OrderConfirmed,
    subject: orderId,
    sequence: 2,
    data: { orderId, customerId: 'c-1', total: { amount: 100, currency: 'EUR' } },
  });

it('releases what was not settled in time', async () => {
  const sku = await stocked(5);
  const orderId = randomUUID();
  await send(reserve(orderId, [{ sku, quantity: 2 }]));
  await expire();
  expect(await stockOf(sku)).toMatchObject({ reserved: 0, available: 5 });
  const shown = await call(api, { resource: '/v1/reservations/{orderId}', params: { orderId } });
  expect(shown).toMatchObject({ status: 200, body: { status: 'expired' } });
  await send(commit(orderId));
  expect(await answers(orderId)).toEqual(['StockReserved', 'StockReleased', 'StockCommitted']);
  expect(await stockOf(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 });
});

it('renews an expired reservation when its order is confirmed, and holds it', async () => {
  const sku = await stocked(5);
  const orderId = randomUUID();
  await send(reserve(orderId, [{ sku, quantity: 2 }]));
  await expire();
  await send(confirm(orderId));
  await expire();
  expect(await stockOf(sku)).toEqual({ onHand: 5, reserved: 2, available: 3 });
  await send(commit(orderId));
  expect(await answers(orderId)).toEqual(['StockReserved', 'StockReleased', 'StockReserved', 'StockCommitted']);
});

/** Reserved, expired, reserved by another order, and gone all the same: two of three are short. */
async function shortOfTwo() {
  const sku = await stocked(3);
  const [gone, other] = [randomUUID(), randomUUID()];
  await send(reserve(gone, [{ sku, quantity: 3 }]));
  await expire();
  await send(reserve(other, [{ sku, quantity: 2 }]));
  await send(commit(gone));
  await send(commit(gone));
  return { sku, gone, other };
}
const shown = async (sku: string) => (await call(api, { resource: '/v1/stock/{sku}', params: { sku } })).body;

it('withdraws the goods of an expired reservation once, and records missing ones as a shortage', async () => {
  const { sku, gone } = await shortOfTwo();
  expect(await shown(sku)).toMatchObject({ onHand: 2, reserved: 2, available: 0, shortage: 2 });
  const resource = '/v1/reservations/{orderId}';
  const missing = [{ sku, quantity: 2 }];
  const reservation = await call(api, { resource, params: { orderId: gone } });
  expect(reservation.body).toMatchObject({ status: 'committed', missing });
  const published = await outboxOf(table.client, tableName, gone);
  expect(published.at(-1)).toMatchObject({ data: { orderId: gone, lines: [{ sku, quantity: 3 }], missing } });
  expect(await store.listShort(1000)).toContain(sku);
});

it('reduces a shortage by receipts before anything is for sale', async () => {
  const { sku, gone, other } = await shortOfTwo();
  const receive = { method: 'POST', resource: '/v1/stock/{sku}/receipts', params: { sku } };
  expect((await call(api, { ...receive, body: { quantity: 1 } })).body).toMatchObject({ onHand: 2, shortage: 1 });
  await send(release(other));
  expect(await shown(sku)).toMatchObject({ onHand: 1, reserved: 0, available: 1 });
  expect(await shown(sku)).not.toHaveProperty('shortage');
  expect(await store.listShort(1000)).not.toContain(sku);
  await send(release(gone));
  expect(await shown(sku)).toMatchObject({ onHand: 4, available: 4 });
});

it('ends a shortage by a count', async () => {
  const { sku } = await shortOfTwo();
  const counted = await call(api, { method: 'PUT', resource: '/v1/stock/{sku}', params: { sku }, body: { onHand: 2 } });
  expect(counted.body).toMatchObject({ onHand: 2, reserved: 2, available: 0 });
  expect(counted.body).not.toHaveProperty('shortage');
  const [adjusted] = await outboxOf(table.client, tableName, sku).then((all) => all.slice(-1));
  expect(adjusted).toMatchObject({ data: { cause: 'count', onHand: 2, previousOnHand: 2, shortage: 0 } });
  expect(await store.listShort(1000)).not.toContain(sku);
});

it('includes the location of the goods, once it is known', async () => {
  const sku = newSku();
  const resource = '/v1/stock/{sku}';
  const said = await call(api, { method: 'PUT', resource, params: { sku }, body: { onHand: 5, location: 'north' } });
  expect(said.body).toMatchObject({ location: 'north' });
  const counted = await call(api, { method: 'PUT', resource, params: { sku }, body: { onHand: 6 } });
  expect(counted.body).toMatchObject({ location: 'north', onHand: 6 });
  const orderId = randomUUID();
  await send(reserve(orderId, [{ sku, quantity: 1 }]));
  const [reserved] = await outboxOf(table.client, tableName, orderId);
  expect(reserved).toMatchObject({ data: { lines: [{ sku, quantity: 1, location: 'north' }] } });
});

it('holds the goods of a confirmed order, and takes back a part of them after they had left', async () => {
  const sku = await stocked(10);
  const orderId = randomUUID();
  await send(reserve(orderId, [{ sku, quantity: 4 }]));
  await send(confirm(orderId));
  expect(await store.listExpired('9999-01-01T00:00:00.000Z', 1000)).not.toContain(orderId);
  const resource = '/v1/reservations/{orderId}';
  expect((await call(api, { resource, params: { orderId } })).body).not.toHaveProperty('expiresAt');

  await send(commit(orderId));
  const back = { orderId, lines: [{ sku, quantity: 3 }] };
  const record = () => busRecord({ contract: ReturnStock, subject: orderId, data: back, replyto: 'token' });
  await send(record());
  await send(record());
  expect(await stockOf(sku)).toEqual({ onHand: 9, reserved: 0, available: 9 });
  expect(await answers(orderId)).toEqual(['StockReserved', 'StockCommitted', 'StockReturned', 'StockReturned']);
  const shown = await call(api, { resource, params: { orderId } });
  expect(shown.body).toMatchObject({ status: 'committed', returned: [{ sku, quantity: 3 }] });
});
