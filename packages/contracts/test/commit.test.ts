import { randomUUID } from 'node:crypto';
import { createTestTable } from '@dure/testing/dynamodb';
import { outboxOf } from '@dure/testing/outbox';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { beginCall, type Call } from '../src/binding/call.ts';
import { command } from '../src/contracts/contract.ts';
import { AlreadyHandled, commit, Conflict, readMarker, retryOnConflict, type Write } from '../src/binding/commit.ts';
import { Envelope } from '../src/contracts/envelope.ts';
import { answering, publish, send } from '../src/binding/outbox.ts';
import { openTable } from '../src/binding/table.ts';
import { openFlakyTable } from './flaky-table.ts';
import { scan, ThingChanged } from './things.ts';

const { tableName, endpoint } = await createTestTable();
const table = openTable(tableName);

/** Each write of these tests behind it is a transaction. */
const behind = await openFlakyTable({ name: tableName, endpoint });

const cancelled = (...codes: string[]) => ({
  status: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code) => ({ Code, ...(Code === 'None' ? {} : { Message: `It was ${Code}.` }) })),
  },
});

beforeEach(() => {
  behind.failures = [];
  behind.actions.length = 0;
});

const put = (pk: string, value = 1): Write => ({
  Put: { Item: { pk, sk: 'A', value }, ConditionExpression: 'attribute_not_exists(pk)' },
});
const newCall = (marker?: Call['marker']) => beginCall({ marker });
const newId = () => randomUUID();
const items = async (...ids: string[]) =>
  (await scan(table.client, tableName)).filter(({ pk }) => ids.some((id) => String(pk).includes(id)));

const PaintThing = command('painters', 'PaintThing', 1, z.object({ id: z.string(), colour: z.enum(['red']) }), {
  senders: ['things'],
  description: 'For tests.',
  example: { id: 'a', colour: 'red' },
});

describe('a command', () => {
  afterEach(() => {
    delete process.env['SERVICE_NAME'];
  });

  it('goes into the outbox with the change, named after its sender, without a return address', async () => {
    process.env['SERVICE_NAME'] = 'things';
    const id = newId();
    const call = beginCall({ replyTo: 'of the call' });
    const commands = [send(PaintThing, id, { id, colour: 'red' }), send(PaintThing, id, { id, colour: 'red' })];
    await commit(table, call, { writes: [put(id)], commands });
    const sent = await outboxOf(table.client, tableName, id);
    expect(new Set(sent.map((envelope) => envelope.id)).size).toBe(2);
    for (const envelope of sent) {
      expect(z.parse(Envelope, envelope)).toEqual(envelope);
      expect(envelope).toMatchObject({
        source: 'dure.things',
        type: 'dure.painters.PaintThing.v1',
        causationid: call.id,
        data: { id, colour: 'red' },
      });
      expect(Object.keys(envelope)).not.toEqual(expect.arrayContaining(['sequence']));
      expect(Object.keys(envelope)).not.toEqual(expect.arrayContaining(['replyto']));
    }
    expect(await items(id)).toHaveLength(1);
  });

  it('that breaks its contract, or comes from no service, changes nothing', async () => {
    const id = newId();
    const red = { contract: PaintThing, subject: id, data: { id, colour: 'red' } };
    await expect(commit(table, newCall(), { writes: [put(id)], commands: [red] })).rejects.toThrow('SERVICE_NAME');
    process.env['SERVICE_NAME'] = 'things';
    const blue = { ...red, data: { id, colour: 'blue' } };
    await expect(commit(table, newCall(), { writes: [put(id)], commands: [blue] })).rejects.toThrow('colour');
    expect(await items(id)).toEqual([]);
  });

  it('of a service that is none of its senders changes nothing', async () => {
    process.env['SERVICE_NAME'] = 'painters';
    const id = newId();
    const commands = [send(PaintThing, id, { id, colour: 'red' })];
    const refusal = 'dure.painters may not send dure.painters.PaintThing.v1: dure.things may.';
    await expect(commit(table, newCall(), { writes: [put(id)], commands })).rejects.toThrow(refusal);
    expect(await items(id)).toEqual([]);
  });
});

describe('commit', () => {
  it('writes state, events and marker in one transaction', async () => {
    const [id, key] = [newId(), newId()];
    const call = newCall({ pk: `INBOX#${key}`, hash: 'h' });
    await commit(behind, call, {
      writes: [put(id)],
      events: [publish(ThingChanged, id, 1, { id, size: 1 }), publish(ThingChanged, id, 2, { id, size: 2 })],
      result: { done: [1, 'two', null] },
    });
    expect([call.state.committed, behind.actions.length]).toEqual([true, 1]);
    const written = await items(id, key);
    expect(written.map(({ pk, sk }) => `${pk} ${sk}`)).toEqual([`${id} A`, `INBOX#${key} MARKER`].sort());
    expect((await outboxOf(table.client, tableName, id)).map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(await readMarker(table, { pk: `INBOX#${key}` })).toMatchObject({
      hash: 'h',
      result: { done: [1, 'two', null] },
    });
    const marker = written.find(({ sk }) => sk === 'MARKER')!;
    expect(Math.round((Number(marker['expiresAt']) - Date.parse(call.time) / 1000) / 86_400)).toBe(15);
  });

  it('fills the envelope from the call', async () => {
    const [id, replyTo] = [newId(), 'token'];
    const call = beginCall({ actor: 'customer:7', replyTo });
    await commit(table, call, { writes: [put(id)], events: [publish(ThingChanged, id, 1, { id, size: 1 })] });
    const [envelope] = await outboxOf(table.client, tableName, id);
    expect(z.parse(Envelope, envelope)).toMatchObject({
      source: 'dure.things',
      type: 'dure.things.ThingChanged.v1',
      dataschema: 'urn:dure:schema:things:ThingChanged:1',
      ...{ subject: id, sequence: 1, time: call.time, actor: 'customer:7', replyto: replyTo, data: { id, size: 1 } },
      ...{ correlationid: call.correlationId, causationid: call.id, traceparent: call.traceparent },
    });
  });

  it('answers only the earlier requester, for any caller', async () => {
    const id = newId();
    const changed = (sequence: number) => publish(ThingChanged, id, sequence, { id, size: sequence });
    await commit(table, beginCall({ replyTo: 'of the call' }), {
      writes: [],
      events: [answering(changed(1), 'kept'), answering(changed(2), undefined), changed(3)],
    });
    const published = await outboxOf(table.client, tableName, id);
    expect(published.map(({ replyto }) => replyto)).toEqual(['kept', undefined, 'of the call']);
  });

  it('writes nothing at all when a condition does not hold', async () => {
    const [id, other, key] = [newId(), newId(), newId()];
    await commit(table, newCall(), { writes: [put(id)] });
    const call = newCall({ pk: `INBOX#${key}` });
    const change = {
      writes: [put(other), put(id, 2)],
      events: [publish(ThingChanged, other, 1, { id: other, size: 1 })],
    };
    await expect(commit(table, call, change)).rejects.toThrow(Conflict);
    expect(call.state.committed).toBe(false);
    expect(await items(id, other, key)).toEqual([{ pk: id, sk: 'A', value: 1 }]);
  });

  it('without a write, keeps each message in an item of its own for a week, whose number is taken once', async () => {
    const id = newId();
    const event = publish(ThingChanged, id, 1, { id, size: 1 });
    const call = newCall();
    await commit(table, call, { writes: [], events: [event] });
    const [item] = await items(id);
    expect(item).toMatchObject({ pk: `OUTBOX#${id}`, sk: '000000000001' });
    expect(Math.round((Number(item?.['expiresAt']) - Date.parse(call.time) / 1000) / 86_400)).toBe(7);
    await expect(commit(table, newCall(), { writes: [], events: [event] })).rejects.toThrow(Conflict);
    expect(await outboxOf(table.client, tableName, id)).toHaveLength(1);
  });

  it('writes nothing if it was handled before, whatever else is wrong', async () => {
    const [id, other, key] = [newId(), newId(), newId()];
    const marker = { pk: `INBOX#${key}` };
    await commit(table, newCall(marker), { writes: [put(id)], result: 'first' });
    const again = newCall(marker);
    await expect(commit(table, again, { writes: [put(other), put(id)], result: 'second' })).rejects.toThrow(
      AlreadyHandled,
    );
    expect(again.state.committed).toBe(false);
    expect(await readMarker(table, marker)).toMatchObject({ result: 'first' });
    expect(await items(other)).toEqual([]);
  });

  it('refuses an event that breaks its contract, with the field, and writes nothing', async () => {
    const id = newId();
    const events = [publish(ThingChanged, id, 1, { id, size: 'big' as unknown as number })];
    await expect(commit(table, newCall(), { writes: [put(id)], events })).rejects.toThrow(
      'The data of dure.things.ThingChanged.v1 breaks its contract: size: invalid_type',
    );
    expect(await items(id)).toEqual([]);
  });

  it('leaves out of an event what its contract does not have', async () => {
    const id = newId();
    const data = { id, size: 1, secret: 'x' };
    await commit(table, newCall(), { writes: [put(id)], events: [publish(ThingChanged, id, 1, data)] });
    expect((await outboxOf(table.client, tableName, id))[0]?.data).toEqual({ id, size: 1 });
  });

  it('refuses an event that is too large for what keeps it', async () => {
    const id = 'x'.repeat(201 * 1024);
    const events = [publish(ThingChanged, 'large', 1, { id, size: 1 })];
    await expect(commit(table, newCall(), { writes: [], events })).rejects.toThrow('is larger than 204800 bytes');
  });

  it('takes 100 items and refuses 101, marker counted', async () => {
    const id = newId();
    const writes = (count: number) => Array.from({ length: count }, (_, index) => put(`${id}-${count}-${index}`));
    const events = [publish(ThingChanged, id, 1, { id, size: 1 })];
    await commit(table, newCall({ pk: `INBOX#${id}` }), { writes: writes(99), events });
    expect(await items(id)).toHaveLength(100);
    const over = commit(table, newCall({ pk: `INBOX#${newId()}` }), { writes: writes(100), events });
    await expect(over).rejects.toThrow('A transaction takes 100 items, this one has 101.');
    expect(await items(id)).toHaveLength(100);
  });

  it.each([
    ['TransactionConflict', cancelled('None', 'TransactionConflict')],
    ['ThrottlingError', cancelled('ThrottlingError')],
    ['a transaction under way', { status: 400, body: { __type: 'TransactionInProgressException', Message: 'Wait.' } }],
  ])('tries again after %s', async (_, failure) => {
    const id = newId();
    behind.failures = [failure, failure, failure];
    const call = newCall();
    await commit(behind, call, { writes: [put(id), put(`${id}-2`)] });
    expect([behind.actions.length, call.state.committed, (await items(id)).length]).toEqual([4, true, 2]);
  });

  it('gives up in the end when others keep the items busy', async () => {
    const id = newId();
    behind.failures = Array.from({ length: 20 }, () => cancelled('TransactionConflict'));
    await expect(commit(behind, newCall(), { writes: [put(id), put(`${id}-2`)] })).rejects.toThrow(Conflict);
    expect([behind.actions.length, (await items(id)).length]).toEqual([8, 0]);
  });

  it('does not try again what can never work, nor calls it a conflict', async () => {
    behind.failures = [cancelled('None', 'ItemCollectionSizeLimitExceeded')];
    const two = () => ({ writes: [put(newId()), put(newId())] });
    const refused = await commit(behind, newCall(), two()).catch((error: Error) => error);
    expect(refused).not.toBeInstanceOf(Conflict);
    expect((refused as Error).message).toContain('ItemCollectionSizeLimitExceeded: It was');
    behind.failures = [{ status: 400, body: { __type: 'ResourceNotFoundException', Message: 'No table.' } }];
    await expect(commit(behind, newCall(), two())).rejects.toThrow('No table.');
    expect(behind.actions.length).toBe(2);
  });

  it('has its effect once, and knows of it, when the answer is lost on the way', async () => {
    const [id, key] = [newId(), newId()];
    behind.failures = ['lose the answer'];
    const call = newCall({ pk: `INBOX#${key}` });
    await commit(behind, call, { writes: [put(id)] });
    expect([behind.actions.length, call.state.committed, (await items(id)).length]).toEqual([2, true, 1]);
  });
});

describe('retryOnConflict', () => {
  it('runs again while it loses, and answers what it won', async () => {
    let runs = 0;
    const result = await retryOnConflict(() => {
      runs += 1;
      return runs < 4 ? Promise.reject(new Conflict('Lost.')) : Promise.resolve('won');
    });
    expect([result, runs]).toEqual(['won', 4]);
  });

  it('stops after so many times', async () => {
    let runs = 0;
    const lose = () => {
      runs += 1;
      return Promise.reject(new Conflict('Lost.'));
    };
    await expect(retryOnConflict(lose, 3)).rejects.toThrow(Conflict);
    expect(runs).toBe(3);
  });

  it('lets every other error through at once', async () => {
    let runs = 0;
    const fail = () => {
      runs += 1;
      return Promise.reject(new AlreadyHandled('Before.'));
    };
    await expect(retryOnConflict(fail)).rejects.toThrow(AlreadyHandled);
    expect(runs).toBe(1);
  });
});
