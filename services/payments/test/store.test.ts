import { randomUUID } from 'node:crypto';
import { beginCall, type Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { openTable } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { outboxOf } from '@dure/testing/outbox';
import { expect, it } from '@jest/globals';
import type { PaymentEvent } from '../src/domain/events.ts';
import { createStore } from '../src/store.ts';
import { amount } from './support/service.ts';

const { tableName } = await createTestTable({
  indexes: [
    { name: 'due', pk: 'duePk', sk: 'dueSk' },
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
