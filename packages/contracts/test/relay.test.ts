import { randomUUID } from 'node:crypto';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createTestTable } from '@dure/testing/dynamodb';
import { lambdaContext } from '@dure/testing/lambda-events';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { beginCall } from '../src/binding/call.ts';
import { commit } from '../src/binding/commit.ts';
import { publish, toEnvelope } from '../src/binding/outbox.ts';
import { relay } from '../src/binding/relay.ts';
import { openTable } from '../src/binding/table.ts';
import { startAwsServer } from './aws-server.ts';
import { captureLogs } from './logs.ts';
import { readStream } from './stream.ts';
import { ThingChanged } from './things.ts';

const { tableName, streamArn } = await createTestTable();
const table = openTable(tableName);
const logs = captureLogs();

interface Entry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time: number;
  readonly TraceHeader: string;
}

/** What the bus was asked, request by request, and which entries it refuses. */
let requests: Entry[][] = [];
let refuse: (entry: Entry, request: number) => boolean = () => false;
let broken: (request: number) => boolean = () => false;
const endpoint = await startAwsServer(async (_, input) => {
  const entries = input['Entries'] as Entry[];
  requests.push(entries);
  const number = requests.length;
  if (broken(number)) return { status: 503, body: { __type: 'ServiceUnavailable', message: 'Later.' } };
  const results = entries.map((entry) =>
    refuse(entry, number) ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate.' } : { EventId: randomUUID() },
  );
  const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
  return { status: 200, body: { Entries: results, FailedEntryCount } };
});
const client = new EventBridgeClient({ endpoint, maxAttempts: 1 });
const run = (...records: DynamoDBRecord[]) =>
  relay({ name: 'dure-test', client })({ Records: records } as DynamoDBStreamEvent, lambdaContext);

beforeEach(() => {
  requests = [];
  refuse = () => false;
  broken = () => false;
});
afterAll(() => client.destroy());

let last = 0;
/** The stream's record of an item that carries these. */
function recordOf(
  envelopes: readonly object[],
  more: object = { pk: { S: 'THING' }, sk: { S: 'STATE' } },
): DynamoDBRecord {
  last += 1;
  const NewImage = { ...more, outbox: { S: JSON.stringify(envelopes) } };
  return {
    eventID: String(last),
    eventName: 'INSERT',
    dynamodb: { SequenceNumber: String(last).padStart(21, '0'), NewImage },
  };
}

const envelope = (subject: string, size: number, padding = '') =>
  toEnvelope(publish(ThingChanged, subject, size, { id: `${subject}${padding}`, size }), beginCall());

/** The stream's record of an item that carries an event. */
const record = (subject: string, size: number, padding = '') => recordOf([envelope(subject, size, padding)]);

const sizeOf = ({ Detail }: Entry) => (JSON.parse(Detail) as { data: { size: number } }).data.size;
const subjectOf = ({ Detail }: Entry) => (JSON.parse(Detail) as { subject: string }).subject;
const sent = () => requests.map((entries) => entries.map((entry) => `${subjectOf(entry)}${sizeOf(entry)}`));
const failures = (...records: DynamoDBRecord[]) =>
  records.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' }));

describe('a relay', () => {
  it('publishes what was committed, as the stream reports it', async () => {
    const id = randomUUID();
    const call = beginCall();
    await commit(table, call, {
      writes: [{ Put: { Item: { pk: id, sk: 'STATE' } } }],
      events: [publish(ThingChanged, id, 1, { id, size: 5 })],
    });
    const records = await readStream(streamArn);
    expect(records).toHaveLength(1);
    expect(await run(...records)).toEqual({ batchItemFailures: [] });
    expect(requests).toHaveLength(1);
    const [entry] = requests[0] ?? [];
    expect(entry).toMatchObject({ EventBusName: 'dure-test', Source: 'dure.things', DetailType: 'ThingChanged.v1' });
    expect(entry?.Time).toBeCloseTo(Date.parse(call.time) / 1000, 0);
    const detail = JSON.parse(entry?.Detail ?? '') as { traceparent: string };
    expect(detail).toMatchObject({ specversion: '1.0', subject: id, data: { id, size: 5 } });
    const [, trace = '', span] = detail.traceparent.split('-');
    expect(entry?.TraceHeader).toBe(`Root=1-${trace.slice(0, 8)}-${trace.slice(8)};Parent=${span};Sampled=1`);
  });

  it('passes over what carries nothing, and over expiry', async () => {
    const expired = { ...record('a', 1), eventName: 'REMOVE' as const };
    const state = { eventName: 'INSERT' as const, dynamodb: { NewImage: { pk: { S: 'THING#a' } } } };
    const empty = { eventName: 'INSERT' as const, dynamodb: { SequenceNumber: '1' } };
    expect(await run(expired, state, empty)).toEqual({ batchItemFailures: [] });
    expect(requests).toEqual([]);
  });

  it('publishes what an item carries that was changed', async () => {
    await run({ ...record('a', 1), eventName: 'MODIFY' as const });
    expect(sent()).toEqual([['a1']]);
  });

  it('publishes several messages of a change in their order', async () => {
    await run(recordOf([envelope('a', 1), envelope('b', 1), envelope('a', 2)]), record('a', 3));
    expect(sent()).toEqual([['a1', 'b1'], ['a2'], ['a3']]);
  });

  it('sends a whole change again when one of its messages was refused', async () => {
    refuse = (entry) => subjectOf(entry) === 'b';
    const change = recordOf([envelope('a', 1), envelope('b', 1)]);
    expect(await run(record('c', 1), change)).toEqual({ batchItemFailures: failures(change) });
  });

  it('publishes the outbox items of earlier versions, which a stream may still have', async () => {
    const detail = envelope('a', 1);
    const texts = { pk: 'OUTBOX#a', sk: '000000000001', subject: 'a', source: detail.source, time: detail.time };
    const NewImage = Object.fromEntries(
      Object.entries({ ...texts, detailType: 'ThingChanged.v1', envelope: JSON.stringify(detail) }).map(([name, S]) => [
        name,
        { S },
      ]),
    );
    const earlier = { eventName: 'INSERT' as const, dynamodb: { SequenceNumber: '1', NewImage } };
    await run(earlier, { ...earlier, eventName: 'MODIFY' as const });
    expect(sent()).toEqual([['a1']]);
    expect(requests[0]?.[0]).toMatchObject({ Source: 'dure.things', DetailType: 'ThingChanged.v1' });
  });

  it('sends the events of a subject one after the other, those of others with them', async () => {
    await run(record('a', 1), record('a', 2), record('b', 1), record('a', 3), record('b', 2));
    expect(sent()).toEqual([['a1', 'b1'], ['a2', 'b2'], ['a3']]);
  });

  it('sends ten entries at most in a request', async () => {
    await run(...Array.from({ length: 25 }, (_, index) => record(`s${index}-`, 1)));
    expect(requests.map(({ length }) => length)).toEqual([10, 10, 5]);
  });

  it('sends 1 MB at most in a request', async () => {
    const large = Array.from({ length: 9 }, (_, index) => record(`s${index}-`, 1, 'x'.repeat(190_000)));
    const wide = Array.from({ length: 5 }, (_, index) => record(`w${index}-`, 1, '가'.repeat(60_000)));
    expect(await run(...large, ...wide)).toEqual({ batchItemFailures: [] });
    const bytes = requests.map((entries) =>
      entries.reduce((sum, it) => sum + 14 + Buffer.byteLength(it.Source + it.DetailType + it.Detail), 0),
    );
    expect(Math.max(...bytes)).toBeLessThanOrEqual(1024 * 1024);
    expect(requests.flat()).toHaveLength(14);
    expect(requests).toHaveLength(3);
  });

  it('sends again the entries that were refused, and only those', async () => {
    refuse = (entry, request) => request === 1 && ['b', 'd'].includes(subjectOf(entry));
    expect(await run(...['a', 'b', 'c', 'd'].map((it) => record(it, 1)))).toEqual({ batchItemFailures: [] });
    expect(sent()).toEqual([
      ['a1', 'b1', 'c1', 'd1'],
      ['b1', 'd1'],
    ]);
    expect(logs.find(({ level }) => level === 'warn')).toMatchObject({
      message: 'PutEvents refused entries',
      refused: [{ ErrorCode: 'ThrottlingException' }, { ErrorCode: 'ThrottlingException' }],
    });
  });

  it('never lets an event overtake a refused one of its subject', async () => {
    refuse = (entry, request) => subjectOf(entry) === 'a' && request < 3;
    await run(record('a', 1), record('a', 2), record('b', 1), record('b', 2), record('b', 3));
    const published = requests.flatMap((entries, index) => entries.filter((entry) => !refuse(entry, index + 1)));
    expect(published.filter((entry) => subjectOf(entry) === 'a').map(sizeOf)).toEqual([1, 2]);
    expect(published.filter((entry) => subjectOf(entry) === 'b').map(sizeOf)).toEqual([1, 2, 3]);
  });

  it('reports the first that is refused in the end, after a limit, and publishes the others', async () => {
    refuse = (entry) => subjectOf(entry) === 'b';
    const [a, b1, c, b2] = [record('a', 1), record('b', 1), record('c', 1), record('b', 2)];
    expect(await run(a, b1, c, b2)).toEqual({ batchItemFailures: failures(b1) });
    expect(sent()[0]).toEqual(['a1', 'b1', 'c1']);
    expect(
      sent()
        .flat()
        .filter((it) => it === 'b1'),
    ).toHaveLength(5);
    expect(sent().flat()).not.toContain('b2');
    expect(logs.at(-1)).toMatchObject({ outcome: 'refused' });
  });

  it('sends again after the bus failed as a whole', async () => {
    broken = (request) => request <= 2;
    expect(await run(record('a', 1), record('b', 1))).toEqual({ batchItemFailures: [] });
    expect(sent()).toEqual([
      ['a1', 'b1'],
      ['a1', 'b1'],
      ['a1', 'b1'],
    ]);
  });

  it('reports the first of all when the bus is not there', async () => {
    broken = () => true;
    const [first, second] = [record('a', 1), record('b', 1)];
    expect(await run(first, second)).toEqual({ batchItemFailures: failures(first) });
    expect(requests).toHaveLength(5);
  });

  it('sends the return address on and logs neither it nor the data', async () => {
    const event = publish(ThingChanged, 'a', 1, { id: 'private', size: 1 });
    await run(recordOf([toEnvelope(event, beginCall({ replyTo: 'secret' }))]));
    expect(JSON.parse(requests[0]?.[0]?.Detail ?? '')).toMatchObject({ replyto: 'secret' });
    expect(JSON.stringify(logs)).not.toMatch(/secret|private/);
  });
});
