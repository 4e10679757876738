import { randomUUID } from 'node:crypto';
import { createTestTable } from '@dure/testing/dynamodb';
import { lambdaContext } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { beginCall, type Call } from '../src/binding/call.ts';
import { commit } from '../src/binding/commit.ts';
import { consumes } from '../src/contracts/contract.ts';
import { decodeCursor, encodeCursor } from '../src/binding/cursor.ts';
import { on, onAny } from '../src/binding/message.ts';
import { publish, toEnvelope } from '../src/binding/outbox.ts';
import { outboxReader } from '../src/binding/outbox-reader.ts';
import { scheduled } from '../src/binding/scheduled.ts';
import { step } from '../src/binding/step.ts';
import { openTable } from '../src/binding/table.ts';
import { captureLogs } from './logs.ts';
import { ThingChanged } from './things.ts';

const { tableName } = await createTestTable();
const table = openTable(tableName);
const logs = captureLogs();
const outcomes = () => logs.filter(({ outcome }) => outcome !== undefined).map(({ outcome }) => outcome);

let last = 0;
function record(subject: string, size: unknown, eventName: DynamoDBRecord['eventName'] = 'INSERT'): DynamoDBRecord {
  last += 1;
  const made = toEnvelope(
    publish(ThingChanged, subject, 1, { id: subject, size: 1 }),
    beginCall({ replyTo: 'address' }),
  );
  const outbox = JSON.stringify([{ ...made, data: { id: subject, size } }]);
  return { eventName, dynamodb: { SequenceNumber: String(last), NewImage: { outbox: { S: outbox } } } };
}
const failure = ({ dynamodb }: DynamoDBRecord) => ({
  batchItemFailures: [{ itemIdentifier: dynamodb?.SequenceNumber }],
});

describe('a reader of the own outbox', () => {
  const seen: string[] = [];
  const subscription = on(consumes(ThingChanged, ['size']), async ({ subject, data: { size } }, call) => {
    if (size === 13) throw new Error('No.');
    seen.push(`${subject} ${size}`);
    const events = [publish(ThingChanged, subject, size, { id: subject, size })];
    await commit(table, call, { writes: [], events });
  });
  const reader = outboxReader('tests', [subscription]);
  const run = (...Records: DynamoDBRecord[]) => reader({ Records } as DynamoDBStreamEvent, lambdaContext);
  const none = { batchItemFailures: [] };

  it('handles what was inserted, once, and carries the call on', async () => {
    const inserted = record(randomUUID(), 5);
    expect(await run(inserted)).toEqual(none);
    expect(await run(inserted)).toEqual(none);
    expect(outcomes()).toEqual(['handled', 'duplicate']);
    const outbox = inserted.dynamodb?.NewImage?.['outbox']?.S ?? '';
    const [envelope] = JSON.parse(outbox) as [{ id: string; subject: string }];
    const caused = await outboxOf(table.client, tableName, envelope.subject);
    expect(caused).toMatchObject([{ causationid: envelope.id, replyto: 'address', data: { size: 5 } }]);
  });

  it('passes over what expired, other items, and messages it does not read', async () => {
    const state = { eventName: 'INSERT' as const, dynamodb: { NewImage: { pk: { S: 'THING' } } } };
    const others = outboxReader('tests', []);
    const read = record('a', 6);
    expect(await run(record('a', 6, 'REMOVE'), state)).toEqual(none);
    expect(await others({ Records: [read] } as DynamoDBStreamEvent, lambdaContext)).toEqual(none);
    expect(outcomes()).toEqual([]);
  });

  it('stops at the first that fails, so that the stream comes again from there', async () => {
    const [first, fails, after] = [record(randomUUID(), 2), record('a', 13), record(randomUUID(), 3)];
    seen.length = 0;
    expect(await run(first, fails, after)).toEqual(failure(fails));
    expect(seen).toHaveLength(1);
    expect(outcomes()).toEqual(['handled', 'retry']);
  });

  it('fails at data that breaks its contract', async () => {
    const broken = record('a', 'large');
    expect(await run(broken)).toEqual(failure(broken));
  });

  it('reads every message when it is bound to any', async () => {
    const types: string[] = [];
    const any = outboxReader('tests', [onAny(({ type }) => Promise.resolve(types.push(type)))]);
    await any({ Records: [record('a', 1)] } as DynamoDBStreamEvent, lambdaContext);
    expect(types).toEqual(['dure.things.ThingChanged.v1']);
  });
});

describe('a step of a state machine', () => {
  const context = { correlationId: randomUUID(), causationId: randomUUID(), actor: 'customer:7' };
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const event = { ...context, traceparent, orderId: 'o-1', more: 'passed over' };
  const run = step('Confirm', z.object({ orderId: z.string() }), ({ orderId }, call: Call) => {
    if (orderId === 'bad') throw new RangeError('No.');
    return Promise.resolve({ orderId, actor: call.actor, cause: call.id, correlation: call.correlationId });
  });

  it('gets its input checked, and a call that goes on', async () => {
    const { causationId: cause, correlationId: correlation, actor } = context;
    expect(await run(event, lambdaContext)).toEqual({ orderId: 'o-1', actor, cause, correlation });
    expect(logs).toMatchObject([
      { message: 'step done', operation: 'Confirm', outcome: 'ok', correlationId: correlation },
    ]);
  });

  it('fails with the error that it threw, which the state machine catches by name', async () => {
    await expect(run({ ...event, orderId: 'bad' }, lambdaContext)).rejects.toThrow(RangeError);
    expect(logs).toMatchObject([{ level: 'error', outcome: 'error', error: { errorName: 'RangeError' } }]);
  });

  it.each([
    ['input that is not as it should be', { ...event, orderId: 7 }],
    ['no call to belong to', { orderId: 'o-1' }],
  ])('fails at %s', async (_, broken) => {
    await expect(run(broken, lambdaContext)).rejects.toThrow();
  });
});

describe('a scheduled job', () => {
  it('logs what it did', async () => {
    process.env['SERVICE_NAME'] = 'things';
    const job = scheduled('sweep', ({ actor }) => Promise.resolve({ swept: 3, actor }));
    await job({}, lambdaContext);
    const told = { operation: 'sweep', outcome: 'ok', swept: 3, actor: 'service:things/sweep' };
    expect(logs).toMatchObject([{ message: 'job done', ...told }]);
    const { CloudWatchMetrics } = logs[0]?.['_aws'] as { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
    expect(CloudWatchMetrics[0]?.Metrics.map(({ Name }) => Name)).toEqual(['swept']);
  });

  it('fails the invocation when it fails', async () => {
    const job = scheduled('sweep', () => Promise.reject(new Error('No.')));
    await expect(job({}, lambdaContext)).rejects.toThrow('No.');
    expect(outcomes()).toEqual(['error']);
  });
});

describe('a cursor', () => {
  const Key = z.strictObject({ pk: z.string(), sk: z.string() });

  it('comes back as it was, in characters that a URL takes', () => {
    fc.assert(
      fc.property(fc.record({ pk: fc.string(), sk: fc.string() }, { noNullPrototype: true }), (key) => {
        const cursor = encodeCursor(key) ?? '';
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(Key, cursor)).toEqual(key);
      }),
    );
    expect(encodeCursor(undefined)).toBeUndefined();
  });

  it('that a client invented is rejected, whatever it is', () => {
    expect(decodeCursor(Key, encodeCursor({ pk: 'a', sk: 1 }) ?? '')).toBeUndefined();
    expect(decodeCursor(Key, encodeCursor({ pk: 'a', sk: 'b', more: 'c' }) ?? '')).toBeUndefined();
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => decodeCursor(Key, text) === undefined));
  });
});
