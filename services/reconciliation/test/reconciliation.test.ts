import { randomUUID } from 'node:crypto';
import { StockReserved } from '@dure/contracts/inventory';
import { OrderCancellationRequested, OrderRejected } from '@dure/contracts/orders';
import { PaymentAuthorised, PaymentRefunded, PaymentRefundedV2, PaymentVoided } from '@dure/contracts/payments';
import { createTestTable } from '@dure/testing/dynamodb';
import { busRecord, call, lambdaContext, sqsEvent, type TestMessage } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { expect, it, jest } from '@jest/globals';

const QUIET_SECONDS = 600;
const { tableName } = await createTestTable({
  indexes: [
    { name: 'due', pk: 'duePk', sk: 'dueSk' },
    { name: 'byStatus', pk: 'statusPk', sk: 'statusSk' },
    { name: 'byKind', pk: 'kindPk', sk: 'statusSk' },
  ],
});
Object.assign(process.env, {
  TABLE_NAME: tableName,
  SERVICE_NAME: 'reconciliation',
  LOG_LEVEL: 'error',
  QUEUE_URL: 'http://127.0.0.1:9/none',
  QUEUE_DLQ_URL: 'http://127.0.0.1:9/none',
  MAX_RECEIVES: '5',
  QUIET_SECONDS: String(QUIET_SECONDS),
  STUCK_SECONDS: '3600',
});
const { handler } = await import('../src/events/index.ts');
const { handler: api } = await import('../src/http/index.ts');
const { reconcile } = await import('../src/application/reconcile.ts');
const { scheduledCall } = await import('@dure/contracts/binding/call');
const { store, table, times } = await import('../src/composition.ts');

type Said = Pick<TestMessage, 'contract' | 'sequence' | 'id' | 'time'> & { readonly data?: object };

const send = (orderId: string, ...said: Said[]) =>
  handler(
    sqsEvent(...said.map((it) => busRecord({ ...it, subject: orderId, data: { ...it.data, orderId } }))),
    lambdaContext,
  );

/** A run some minutes from now. All tests share the table, so counts are read of the test's own orders. */
const run = (minutes: number, saved = store) =>
  reconcile(
    { store: saved, times: times(), newId: randomUUID },
    { ...scheduledCall('sweep'), time: new Date(Date.now() + minutes * 60_000).toISOString() },
  );

const rejected: Said = { contract: OrderRejected, sequence: 1 };
const authorised: Said = {
  contract: PaymentAuthorised,
  sequence: 1,
  data: { paymentId: randomUUID(), amount: { amount: 2580, currency: 'EUR' } },
};
const voided: Said = { contract: PaymentVoided, sequence: 2 };
const types = async (orderId: string) =>
  (await outboxOf(table.client, tableName, orderId)).map(({ type }) => type.split('.')[2]);

const driftsOf = async (orderId: string, status: string, query = {}) => {
  const { body } = await call(api, { resource: '/v1/drifts', query: { status, limit: '100', ...query } });
  return (body['items'] as { orderId: string; driftId: string; kind: string }[]).filter((it) => it.orderId === orderId);
};

it('finds money held for a rejected order, has it released, and publishes when it is', async () => {
  const orderId = randomUUID();
  expect(await send(orderId, rejected, authorised)).toEqual({ batchItemFailures: [] });
  await run(5);
  expect(await types(orderId)).toEqual([]); // It has not been quiet for long enough.

  await run(11);
  const [found, command] = await outboxOf(table.client, tableName, orderId);
  expect(found).toMatchObject({
    type: 'dure.reconciliation.DriftFound.v1',
    sequence: 1,
    data: { orderId, kind: 'money-held', found: '2580 held for a rejected order', repair: 'cancel-payment' },
  });
  expect(command).toMatchObject({
    type: 'dure.payments.CancelPayment.v1',
    source: 'dure.reconciliation',
    correlationid: found?.correlationid,
    data: { orderId },
  });
  const [drift] = await driftsOf(orderId, 'open', { kind: 'money-held' });
  expect(drift).toMatchObject({ status: 'open', needsPerson: false, tries: 1 });
  expect(await driftsOf(orderId, 'open', { kind: 'money-kept' })).toEqual([]);

  await send(orderId, voided);
  await run(22);
  expect(await types(orderId)).toEqual(['DriftFound', 'CancelPayment', 'DriftResolved']);
  expect(await driftsOf(orderId, 'open')).toEqual([]);
  const params = { driftId: drift?.driftId ?? '' };
  const shown = await call(api, { resource: '/v1/drifts/{driftId}', params });
  expect(shown).toMatchObject({ status: 200, body: { orderId, status: 'resolved', needsPerson: false } });
});

it('requests a repair twice, and then a person', async () => {
  const orderId = randomUUID();
  await send(orderId, rejected, { contract: StockReserved, sequence: 1 });
  for (const minutes of [11, 22, 33, 60, 600]) await run(minutes);
  expect((await types(orderId)).sort()).toEqual(['DriftFound', 'DriftNeedsPerson', 'ReleaseStock', 'ReleaseStock']);
  expect(await driftsOf(orderId, 'open')).toMatchObject([{ kind: 'reservation-left', tries: 2, needsPerson: true }]);
  expect((await run(601))['needsPerson']).toBeGreaterThan(0);
});

it('takes effect once when two runs overlap, and when events arrive twice, late and in any order', async () => {
  const orderId = randomUUID();
  const id = randomUUID();
  await send(orderId, { ...voided, sequence: 3 }, { ...authorised, id }, { ...authorised, id });
  await send(orderId, { ...authorised, id: randomUUID() });
  await send(orderId, { ...authorised, sequence: 2 }, rejected);
  await Promise.all([run(11), run(11), run(11)]);
  expect(await types(orderId)).toEqual([]);
  const { copy } = (await store.load(orderId)) ?? {};
  expect(copy?.sources.payments).toMatchObject({ applied: 3, early: [] });

  await send(orderId, { ...authorised, sequence: 4 });
  await Promise.all([run(11), run(11), run(11)]);
  expect(await types(orderId)).toEqual(['DriftFound', 'CancelPayment']);
});

it('reads the orders of a batch at once, and saves each once', async () => {
  const [one, other] = [randomUUID(), randomUUID()];
  const events = (orderId: string, ...said: Said[]) =>
    said.map((it) => busRecord({ ...it, subject: orderId, data: { ...it.data, orderId } }));
  const batch = [...events(one, rejected, authorised, voided), ...events(other, { ...voided, sequence: 1 }, rejected)];
  const asked = jest.spyOn(table.client, 'send');
  expect(await handler(sqsEvent(...batch), lambdaContext)).toEqual({ batchItemFailures: [] });
  expect(asked.mock.calls.map(([command]) => command.constructor.name)).toEqual([
    'BatchGetCommand',
    'PutCommand',
    'PutCommand',
  ]);
  asked.mockRestore();
  expect((await store.load(one))?.copy.sources).toMatchObject({ orders: { applied: 1 }, payments: { applied: 2 } });
  expect((await store.load(other))?.copy.sources.payments).toMatchObject({ applied: 1 });
  expect(await handler(sqsEvent(...batch), lambdaContext)).toEqual({ batchItemFailures: [] });
  expect((await store.load(one))?.version).toBe(1);
});

it('saves all orders of a batch that has more than one read takes', async () => {
  const orderIds = Array.from({ length: 120 }, () => randomUUID());
  const batch = orderIds.map((subject) => busRecord({ ...rejected, subject, data: { orderId: subject } }));
  const again = orderIds.map((subject) => busRecord({ ...voided, sequence: 1, subject, data: { orderId: subject } }));
  for (const records of [batch, again]) {
    expect(await handler(sqsEvent(...records), lambdaContext)).toEqual({ batchItemFailures: [] });
  }
  const versions = await Promise.all(orderIds.map(async (orderId) => (await store.load(orderId))?.version));
  expect(new Set(versions)).toEqual(new Set([2]));
});

it('loses no event when batches of one order overlap', async () => {
  const orderId = randomUUID();
  const numbered = Array.from({ length: 12 }, (_, index) => ({ ...voided, sequence: index + 1 }));
  await Promise.all([0, 1, 2, 3].map((part) => send(orderId, ...numbered.filter((_, index) => index % 4 === part))));
  expect((await store.load(orderId))?.copy.sources.payments).toMatchObject({ applied: 12, early: [] });
});

it('leaves an order due when it was, and judges it later if it is not quiet by then', async () => {
  const orderId = randomUUID();
  await send(orderId, rejected);
  const { due: first, ...order } = (await store.load(orderId))!;
  await store.saveCopy({ ...order, due: new Date(Date.now() + 1000).toISOString() });
  await send(orderId, authorised);
  const { due = '', heardAt } = (await store.load(orderId))!;
  expect(due < String(first)).toBe(true);
  await run(1);
  expect((await store.load(orderId))?.due).toBe(new Date(Date.parse(heardAt) + QUIET_SECONDS * 1000).toISOString());
  expect(await types(orderId)).toEqual([]);
  await run(11);
  expect(await types(orderId)).toEqual(['DriftFound', 'CancelPayment']);
});

it('judges nothing while an event is missing, publishes that, and continues once it arrived', async () => {
  const orderId = randomUUID();
  await send(orderId, { ...rejected, sequence: 2 }, authorised);
  await run(11);
  expect(await driftsOf(orderId, 'open')).toMatchObject([{ kind: 'missing-events', needsPerson: true }]);
  expect(await types(orderId)).toEqual(['DriftFound']);
  await send(orderId, { contract: OrderCancellationRequested, sequence: 1 });
  await run(22);
  expect(await types(orderId)).toEqual(['DriftFound', 'DriftFound', 'DriftResolved', 'CancelPayment']);
});

it('continues with the others when one order cannot be judged', async () => {
  const [broken, fine] = [randomUUID(), randomUUID()];
  for (const orderId of [broken, fine]) await send(orderId, rejected, authorised);
  const failing: typeof store = {
    ...store,
    load: (orderId) => (orderId === broken ? Promise.reject(new Error('planted')) : store.load(orderId)),
  };
  expect(await run(11, failing)).toMatchObject({ failed: 1 });
  expect([await types(broken), await types(fine)]).toEqual([[], ['DriftFound', 'CancelPayment']]);
  await run(11);
  expect(await types(broken)).toEqual(['DriftFound', 'CancelPayment']);
});

it('counts the judged orders by state, and their events', async () => {
  const counts = async () => {
    const { body } = await call(api, { resource: '/v1/reconciliations', query: { limit: '1' } });
    const [last] = body['items'] as {
      orders: Record<string, number>;
      events: Record<string, { seen: number; expected: number }>;
    }[];
    return { rejected: last?.orders['rejected'] ?? 0, ...last?.events['payments'] };
  };
  await run(0.5);
  const before = await counts();
  const orderId = randomUUID();
  await send(orderId, rejected, authorised, { ...voided, sequence: 5 });
  // Each run is the latest of the list.
  await run(700);
  await run(701);
  const { expected = 0, seen = 0, ...after } = await counts();
  expect(after.rejected).toBeGreaterThan(before.rejected);
  expect(expected - seen).toBe(3);
  const day = new Date().toISOString().slice(0, 10);
  const ofDay = await call(api, { resource: '/v1/days/{day}', params: { day } });
  expect(ofDay).toMatchObject({ status: 200, body: { day, events: { payments: { seen, expected } } } });
});

it('pages through drifts, and rejects a cursor of another list', async () => {
  const orders = Array.from({ length: 3 }, () => randomUUID());
  for (const orderId of orders) await send(orderId, rejected, authorised);
  await run(11);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const query: Record<string, string> = { kind: 'money-held', limit: '1', ...(cursor && { cursor }) };
    const { body } = await call(api, { resource: '/v1/drifts', query });
    found.push(...(body['items'] as { orderId: string }[]).map((it) => it.orderId));
    const { next } = body['_links'] as { next?: { href: string } };
    cursor = next && (new URL(next.href, 'http://x').searchParams.get('cursor') ?? undefined);
    if (cursor) {
      const other = await call(api, { resource: '/v1/drifts', query: { kind: 'money-kept', cursor } });
      expect(other).toMatchObject({ status: 400, body: { type: 'urn:dure:problem:invalid-cursor' } });
    }
  } while (cursor !== undefined);
  expect(new Set(found).size).toBe(found.length);
  expect(found).toEqual(expect.arrayContaining(orders));
  const nobody = await call(api, { resource: '/v1/drifts/{driftId}', params: { driftId: randomUUID() } });
  expect(nobody.status).toBe(404);
});

it.each([
  ['first', [2, 1]],
  ['last', [1, 2]],
])('reads a refund from its version 1 when the other comes %s, under the same number', async (_, versions) => {
  const orderId = randomUUID();
  await send(orderId, authorised);
  for (const version of versions) {
    const contract = version === 1 ? PaymentRefunded : PaymentRefundedV2;
    await send(orderId, { contract, sequence: 2, data: contract.example });
  }
  const stored = await store.load(orderId);
  expect(stored?.copy.sources.payments).toMatchObject({ applied: 2, early: [] });
  expect(stored?.copy.payment).toMatchObject({ refunded: PaymentRefunded.example.amount.amount });
});
