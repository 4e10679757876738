import { randomUUID } from 'node:crypto';
import { beginCall, type Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { openTable } from '@dure/contracts/binding/table';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import { outboxOf } from '@dure/testing/outbox';
import { expect, it } from '@jest/globals';
import type { PaymentEvent } from '../src/domain/events.ts';
import { createStore } from '../src/store.ts';
import { amount } from './support/service.ts';

const { tableName } = await createTestTable({
  indexes: [
    { name: 'due', pk: 'duePk', sk: 'dueSk' },
    { name: 'check', pk: 'checkPk', sk: 'checkSk', projection: 'keys' },
    { name: 'owed', pk: 'owedPk', sk: 'owedSk' },
  ],
});
const table = openTable(tableName);
const store = createStore(table, 60);

const at = (minute: number): Call => ({
  ...beginCall(),
  time: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
});
const charge = { paymentId: randomUUID(), amount, paymentMethod: 'pm_card_visa' };
const started: PaymentEvent = { type: 'AuthorisationStarted', charge };
const authorised: PaymentEvent = {
  type: 'PaymentAuthorised',
  data: { paymentId: charge.paymentId, amount },
  reference: 'pi',
};
const repeated: PaymentEvent = { type: 'PaymentAuthorised', data: authorised.data };

it('stores a payment as it is, and publishes events with consecutive sequences', async () => {
  const orderId = randomUUID();
  const call = at(0);
  const first = await store.save(call, await store.load(orderId), [started]);
  const second = await store.save(at(1), first, [authorised, repeated]);
  expect(await store.load(orderId)).toEqual(second);
  expect(second).toMatchObject({
    payment: { status: 'authorised', charge, reference: 'pi', since: at(1).time },
    version: 2,
    sequence: 2,
    correlationId: call.correlationId,
  });
  const published = await outboxOf(table.client, tableName, orderId);
  expect(published.map(({ sequence, data }) => [sequence, data])).toEqual([
    [1, { orderId, paymentId: charge.paymentId, amount }],
    [2, { orderId, paymentId: charge.paymentId, amount }],
  ]);
});

it('saves on the newest version only', async () => {
  const orderId = randomUUID();
  const none = await store.load(orderId);
  const first = await store.save(at(0), none, [started]);
  await expect(store.save(at(0), none, [started])).rejects.toBeInstanceOf(Conflict);
  await store.save(at(1), first, [authorised]);
  await expect(store.save(at(1), first, [authorised])).rejects.toBeInstanceOf(Conflict);
});

it('marks a message that changed nothing as a change: nobody who loaded before overwrites the mark', async () => {
  const orderId = randomUUID();
  const call = { ...at(1), marker: { pk: `INBOX#commands#${randomUUID()}` } };
  const loaded = await store.save(at(0), await store.load(orderId), [started]);
  await store.save(call, loaded, []);
  expect(await store.wasHandled(call, await store.load(orderId))).toBe(true);
  await expect(store.save(at(2), loaded, [authorised])).rejects.toBeInstanceOf(Conflict);
  const { payment, sequence, updatedAt } = await store.load(orderId);
  expect({ payment, sequence, updatedAt }).toEqual({
    ...{ payment: loaded.payment, sequence: loaded.sequence, updatedAt: loaded.updatedAt },
  });
});

it('keeps a payment of an earlier version among those to look at, when a message changes nothing', async () => {
  const orderId = randomUUID();
  const { payment } = await store.save(at(0), await store.load(orderId), [started]);
  const due = { duePk: 'DUE#3', dueSk: `${at(1).time}#${orderId}` };
  const state = { orderId, payment, version: 1, sequence: 0, updatedAt: at(0).time, correlationId: randomUUID() };
  const Item = { pk: `PAYMENT#${orderId}`, sk: 'PAYMENT', ...state, ...due };
  await table.client.send(new PutCommand({ TableName: tableName, Item }));
  await store.save({ ...at(2), marker: { pk: `INBOX#commands#${randomUUID()}` } }, await store.load(orderId), []);
  expect(await store.listDue(at(60).time, 50)).toContain(orderId);
});

it('lists due payments, the longest waiting first, until they are postponed or settled', async () => {
  const early: string = randomUUID();
  const late: string = randomUUID();
  const held: string = randomUUID();
  await store.save(at(5), await store.load(late), [started]);
  const first = await store.save(at(0), await store.load(early), [started]);
  await store.save(at(1), await store.save(at(0), await store.load(held), [started]), [authorised]);
  const mine = async (minute: number) =>
    (await store.listDue(at(minute).time, 50)).filter((orderId) => [early, late, held].includes(orderId));
  expect(await mine(0)).toEqual([]);
  // What is not due yet keeps its place, until it is looked at.
  expect((await mine(2)).toSorted()).toEqual([early, held].toSorted());
  const holding = await store.load(held);
  await store.postpone(holding, store.dueAt(holding)!);
  expect(await mine(2)).toEqual([early]);
  expect(await mine(10)).toEqual([early, late]);
  expect(await mine(62)).toEqual([early, late, held]);

  await store.postpone(first, at(20).time);
  expect(await mine(10)).toEqual([late]);
  const declined = { ...authorised.data, cause: 'declined', reason: 'card_declined' } as const;
  await store.save(at(11), await store.load(late), [{ type: 'PaymentDeclined', data: declined }]);
  expect(await mine(10)).toEqual([]);

  await store.postpone({ ...first, version: 7 }, at(40).time);
  expect(await mine(21)).toEqual([early]);
});

it('finds payments where earlier versions listed them, and lists them anew', async () => {
  const orderId = randomUUID();
  const first = await store.save(at(0), await store.load(orderId), [started]);
  const Key = { pk: `PAYMENT#${orderId}`, sk: 'PAYMENT' };
  const UpdateExpression = 'SET duePk = :due, dueSk = :sk REMOVE checkPk, checkSk';
  const ExpressionAttributeValues = { ':due': 'DUE#3', ':sk': `${at(1).time}#${orderId}` };
  await table.client.send(
    new UpdateCommand({ TableName: tableName, Key, UpdateExpression, ExpressionAttributeValues }),
  );
  const listed = async (minute: number) => (await store.listDue(at(minute).time, 100)).includes(orderId);
  expect([await listed(0), await listed(2)]).toEqual([false, true]);
  await store.postpone(first, at(5).time);
  expect([await listed(2), await listed(6)]).toEqual([false, true]);
});
