import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import { outboxOf } from '@dure/testing/outbox';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { beginCall, type Call } from '../src/binding/call.ts';
import { AlreadyHandled, commit, Conflict, type Write } from '../src/binding/commit.ts';
import { isMarked, MARKER_DAYS, type Marks, marksAfter } from '../src/binding/marks.ts';
import { publish } from '../src/binding/outbox.ts';
import { openTable } from '../src/binding/table.ts';
import { openFlakyTable } from './flaky-table.ts';
import { ThingChanged } from './things.ts';

const { tableName, endpoint } = await createTestTable();
const table = openTable(tableName);

const behind = await openFlakyTable({ name: tableName, endpoint });
const { actions } = behind;

beforeEach(() => {
  actions.length = 0;
  behind.failures = [];
});

const key = (pk: string) => ({ pk, sk: 'THING' });
const itemOf = async (pk: string) =>
  (await table.client.send(new GetCommand({ TableName: tableName, Key: key(pk), ConsistentRead: true }))).Item;
const changed = (id: string, sequence: number) => publish(ThingChanged, id, sequence, { id, size: sequence });
const sequencesOf = async (id: string) => (await outboxOf(table.client, tableName, id)).map(({ sequence }) => sequence);
const inbox = (id = uuidv7()) => beginCall({ id, marker: { pk: `INBOX#tests#${id}` } });

/** A thing under its next version. */
const put = (id: string, version: number): Write => ({
  Put: {
    Item: { ...key(id), version },
    ...(version === 1
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'version = :before', ExpressionAttributeValues: { ':before': version - 1 } }),
  },
});
const update = (id: string, UpdateExpression: string): Write => ({
  Update: { Key: key(id), UpdateExpression, ExpressionAttributeValues: { ':width': 2 } },
});

describe('a change of one item', () => {
  it('is one conditional write, which carries its messages', async () => {
    const id = randomUUID();
    await commit(behind, beginCall(), { writes: [put(id, 1)], events: [changed(id, 1), changed(id, 2)] });
    expect(actions).toEqual(['PutItem']);
    expect(await sequencesOf(id)).toEqual([1, 2]);
  });

  it('is an update that carries them just as well', async () => {
    const id = randomUUID();
    for (const [index, expression] of [
      'SET width = :width',
      'ADD width :width',
      'REMOVE note SET width = :width',
    ].entries()) {
      await commit(behind, beginCall(), { writes: [update(id, expression)], events: [changed(id, index + 1)] });
    }
    expect(actions).toEqual(['UpdateItem', 'UpdateItem', 'UpdateItem']);
    expect(await sequencesOf(id)).toEqual([1, 2, 3]);
    expect(await itemOf(id)).toMatchObject({ width: 2 });
  });

  it.each([
    ['put', (id: string) => [put(id, 2)]],
    ['updated', (id: string) => [update(id, 'SET width = :width')]],
    ['updated after another', (id: string) => [put(`${id}-2`, 1), update(id, 'REMOVE note ADD width :width')]],
  ])('publishes nothing again when its item is %s without messages', async (_, writes) => {
    const id = randomUUID();
    await commit(table, beginCall(), { writes: [put(id, 1)], events: [changed(id, 1)] });
    await commit(table, beginCall(), { writes: writes(id) });
    expect(await sequencesOf(id)).toEqual([1]);
    expect(await itemOf(id)).not.toHaveProperty('outbox');
  });

  it('is refused as a conflict when its condition does not hold', async () => {
    const id = randomUUID();
    await commit(table, beginCall(), { writes: [put(id, 1)] });
    const call = beginCall();
    await expect(commit(behind, call, { writes: [put(id, 1)], events: [changed(id, 1)] })).rejects.toThrow(Conflict);
    expect([actions, call.state.committed, await sequencesOf(id)]).toEqual([['PutItem'], false, []]);
    const gone: Write = { Delete: { Key: key(randomUUID()), ConditionExpression: 'attribute_exists(pk)' } };
    await expect(commit(behind, beginCall(), { writes: [gone] })).rejects.toThrow(Conflict);
    expect(actions.at(-1)).toBe('TransactWriteItems');
  });

  it('is its marker alone, which says that it was handled', async () => {
    const call = inbox();
    await commit(behind, call, { writes: [] });
    await expect(commit(behind, { ...call, state: { committed: false } }, { writes: [] })).rejects.toThrow(
      AlreadyHandled,
    );
    expect(actions).toEqual(['PutItem', 'PutItem']);
  });

  it.each(['TransactionConflictException', 'ProvisionedThroughputExceededException', 'ThrottlingException'])(
    'is tried again after %s',
    async (__type) => {
      const id = randomUUID();
      behind.failures = Array.from({ length: 4 }, () => ({ status: 400, body: { __type, Message: 'Wait.' } }));
      const call = beginCall();
      await commit(behind, call, { writes: [put(id, 1)], events: [changed(id, 1)] });
      expect([call.state.committed, await sequencesOf(id)]).toEqual([true, [1]]);
    },
  );

  it('has its effect once, and knows of it, when the answer is lost on the way', async () => {
    const id = randomUUID();
    behind.failures = ['lose the answer'];
    const call = beginCall();
    await commit(behind, call, { writes: [put(id, 1)], events: [changed(id, 1)] });
    behind.failures = ['lose the answer'];
    const Update = { Key: key(id), UpdateExpression: 'SET version = :two', ConditionExpression: 'version = :one' };
    const ExpressionAttributeValues = { ':two': 2, ':one': 1 };
    const writes = [{ Update: { ...Update, ExpressionAttributeValues } }];
    await commit(behind, beginCall(), { writes, events: [changed(id, 2)] });
    expect(actions).toEqual(['PutItem', 'PutItem', 'UpdateItem', 'UpdateItem']);
    expect([call.state.committed, await sequencesOf(id)]).toEqual([true, [1, 2]]);
  });

  it('keeps messages that are too large for it in items of their own', async () => {
    const id = randomUUID();
    const events = [1, 2].map((sequence) =>
      publish(ThingChanged, id, sequence, { id: 'x'.repeat(150 * 1024), size: sequence }),
    );
    await commit(behind, beginCall(), { writes: [put(id, 1)], events });
    expect(actions).toEqual(['TransactWriteItems']);
    expect((await sequencesOf(id)).toSorted()).toEqual([1, 2]);
  });
});

describe('the mark of a message', () => {
  const marksOf = async (id: string) => ((await itemOf(id))?.['marks'] ?? {}) as Marks;

  it('is kept in the item that it changed, which refuses the message from then on', async () => {
    const id = randomUUID();
    const [one, two] = [inbox(), inbox()];
    await commit(behind, one, { writes: [put(id, 1)], events: [changed(id, 1)], marks: {} });
    await commit(behind, two, { writes: [put(id, 2)], events: [changed(id, 2)], marks: await marksOf(id) });
    expect(actions).toEqual(['PutItem', 'PutItem']);
    expect(Object.keys(await marksOf(id)).toSorted()).toEqual([one, two].map((it) => `tests#${it.id}`).toSorted());
    const again = { ...one, state: { committed: false } };
    const change = { writes: [put(id, 3)], events: [changed(id, 3)], marks: await marksOf(id) };
    await expect(commit(behind, again, change)).rejects.toThrow(AlreadyHandled);
    expect([again.state.committed, await sequencesOf(id)]).toEqual([false, [1, 2]]);
  });

  it('is safe against a copy that is handled at the same time', async () => {
    const id = randomUUID();
    const call = inbox();
    const copies = [0, 1].map(() => ({ ...call, state: { committed: false } }));
    const change = { writes: [put(id, 1)], events: [changed(id, 1)], marks: {} };
    const ends = await Promise.allSettled(copies.map((copy) => commit(table, copy, change)));
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { name: 'Conflict' } });
    expect(await sequencesOf(id)).toEqual([1]);
  });

  it('is kept by an update as well, and by a request whose marker is an item of its own', async () => {
    const id = randomUUID();
    const [message, request] = [inbox(), beginCall({ marker: { pk: `IDEMPOTENCY#${randomUUID()}`, hash: 'h' } })];
    await commit(behind, message, { writes: [update(id, 'SET width = :width')], marks: {} });
    await commit(behind, request, { writes: [update(id, 'SET width = :width')], marks: await marksOf(id), result: 1 });
    expect(actions).toEqual(['UpdateItem', 'TransactWriteItems']);
    expect(Object.keys(await marksOf(id))).toEqual([`tests#${message.id}`]);
  });

  it('outlives every duplicate that comes within its days, whatever else is handled meanwhile', () => {
    const DAY = 86_400_000;
    const ids = fc.integer({ min: 0, max: 5 }).map((id) => `INBOX#tests#${id}`);
    const deliveries = fc.array(fc.tuple(ids, fc.integer({ min: 0, max: 4 * DAY })), { maxLength: 60 });
    const property = fc.property(deliveries, (list) => {
      let now = Date.parse('2026-11-29T00:00:00.000Z');
      let marks: Marks = {};
      const effects = new Map<string, number>();
      for (const [pk, later] of list) {
        now += later;
        const call: Pick<Call, 'marker' | 'time'> = { marker: { pk }, time: new Date(now).toISOString() };
        const before = effects.get(pk) ?? -Infinity;
        const repeated = now - before <= MARKER_DAYS * DAY;
        if (isMarked(marks, call)) continue;
        expect(repeated).toBe(false);
        marks = marksAfter(marks, call);
        effects.set(pk, now);
        const young = [...effects.values()].filter((at) => now - at < (MARKER_DAYS + 1) * DAY).length;
        expect(Object.keys(marks).length).toBeLessThanOrEqual(young);
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});
