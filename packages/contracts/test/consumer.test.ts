import { randomUUID } from 'node:crypto';
import { type Message as SqsMessage, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createTestTable } from '@dure/testing/dynamodb';
import { busRecord, lambdaContext, sqsEvent, sqsRecord } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { startTestQueues } from '@dure/testing/queues';
import * as z from 'zod/mini';
import { backOffSeconds, Later } from '../src/binding/queue.ts';
import type { Call } from '../src/binding/call.ts';
import { commit, Conflict } from '../src/binding/commit.ts';
import { consumer } from '../src/binding/consumer.ts';
import { consumes, event, messageNames } from '../src/contracts/contract.ts';
import { type Message, on, onAny, Poison } from '../src/binding/message.ts';
import { publish } from '../src/binding/outbox.ts';
import { openTable } from '../src/binding/table.ts';
import { captureLogs } from './logs.ts';
import { ThingChanged } from './things.ts';

const { tableName } = await createTestTable();
const table = openTable(tableName);
const sqs = await startTestQueues();
process.env['AWS_ENDPOINT_URL_SQS'] = sqs.endpoint;
const client = new SQSClient({});
afterAll(() => client.destroy());
const logs = captureLogs();

const ThingCounted = event('things', 'ThingCounted', 1, z.object({ id: z.string(), total: z.int() }), {
  description: 'For tests.',
  example: { id: 'a', total: 1 },
});

const other = { ...ThingChanged, ...messageNames('things', 'Unheard', 1) };
const newer = { ...ThingChanged, ...messageNames('things', 'ThingChanged', 2) };

type Handle = (message: Message<{ size: number }>, call: Call) => Promise<unknown>;

/** Writes an item and an event for each message. */
const count: Handle = ({ id, subject, data }, call) =>
  commit(table, call, {
    writes: [{ Put: { Item: { pk: `SEEN#${id}`, sk: 'A' } } }],
    events: [publish(ThingCounted, subject, Number(data.size), { id: subject, total: data.size })],
  });

const createQueue = (): string => sqs.createQueue(randomUUID(), { VisibilityTimeout: '600' }).url;

/** A consumer with its own queues. */
async function start(handle: Handle = count, maxReceives = 3) {
  const [url, deadLetterUrl] = [createQueue(), createQueue()];
  const queue = { url, deadLetterUrl, maxReceives };
  const handler = consumer('tests', [on(consumes(ThingChanged, ['size']), handle)], queue);
  return {
    url,
    run: async (...records: SQSRecord[]) => {
      const { batchItemFailures } = await handler(sqsEvent(...records), lambdaContext);
      return batchItemFailures.map(({ itemIdentifier }) => records.findIndex((it) => it.messageId === itemIdentifier));
    },
    dead: async () => {
      const WaitTimeSeconds = 0;
      const all = { MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], WaitTimeSeconds };
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: deadLetterUrl, ...all }),
      );
      return messages;
    },
  };
}

const thing = (subject: string, size: unknown, more: object = {}) =>
  busRecord({ contract: ThingChanged, subject, sequence: 1, data: { id: subject, size }, ...more });
const attributesOf = ({ MessageAttributes: attributes = {} }: SqsMessage) =>
  Object.fromEntries(Object.entries(attributes).map(([name, { StringValue: value }]) => [name, value]));
const outcomes = () => logs.filter(({ outcome }) => outcome !== undefined).map(({ outcome }) => outcome);
const newSubject = () => `t-${randomUUID()}`;

describe('a consumer', () => {
  it('has the effect of a message once, however often it comes', async () => {
    const { run, dead } = await start();
    const [subject, id] = [newSubject(), randomUUID()];
    const record = thing(subject, 1, { id });
    expect(await run(record, thing(subject, 1, { id }))).toEqual([]);
    expect(await run(record)).toEqual([]);
    expect(await outboxOf(table.client, tableName, subject)).toHaveLength(1);
    expect(outcomes()).toEqual(['handled', 'duplicate', 'duplicate']);
    expect(await dead()).toEqual([]);
  });

  it('carries on correlation, trace and return address, and takes the message for the cause', async () => {
    const { run } = await start();
    const subject = newSubject();
    const record = thing(subject, 1, { replyto: 'address' });
    await run(record);
    const { detail } = JSON.parse(record.body) as { detail: Record<string, string> };
    const [caused] = await outboxOf(table.client, tableName, subject);
    expect(caused).toMatchObject({
      correlationid: detail['correlationid'],
      causationid: detail['id'],
      replyto: 'address',
    });
    const trace = (traceparent: unknown) => String(traceparent).split('-')[1];
    expect(trace((caused as unknown as Record<string, string>)['traceparent'])).toBe(trace(detail['traceparent']));
  });

  it('sees the fields it uses and no others, and does without the rest', async () => {
    const seen: unknown[] = [];
    const { run } = await start(({ data }) => Promise.resolve(seen.push(data)));
    const data = { size: 4, added: 'later' };
    expect(await run(busRecord({ contract: ThingChanged, subject: 'a', data }))).toEqual([]);
    expect(seen).toEqual([{ size: 4 }]);
  });

  it('passes on the facts of the envelope', async () => {
    const seen: unknown[] = [];
    const { run } = await start(({ data: _, ...facts }) => Promise.resolve(seen.push(facts)));
    const time = '2026-01-05T09:30:00.000Z';
    const id = randomUUID();
    await run(thing('a', 4, { id, time, sequence: 7 }));
    expect(seen).toEqual([{ id, subject: 'a', sequence: 7, time, type: 'dure.things.ThingChanged.v1' }]);
  });

  it('of every message takes the unknown ones too, after those it knows', async () => {
    const seen: string[] = [];
    const known = on(consumes(ThingChanged, ['size']), ({ type }) => Promise.resolve(seen.push(`known ${type}`)));
    const any = onAny(({ type, data }) => Promise.resolve(seen.push(`any ${type} ${JSON.stringify(data)}`)));
    const handler = consumer('tests', [any, known], { url: '', deadLetterUrl: '', maxReceives: 3 });
    const unknown = busRecord({ contract: other, subject: 'b', data: { any: 1 } });
    expect(await handler(sqsEvent(thing('a', 1), unknown), lambdaContext)).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual(['known dure.things.ThingChanged.v1', 'any dure.things.Unheard.v1 {"any":1}']);
  });

  it('takes its queues from the environment, and says what is missing there', () => {
    expect(() => consumer('tests', [])).toThrow('The environment variable QUEUE_URL is not set.');
  });

  it('answers a warm-up without a word', async () => {
    const handler = consumer('tests', [], { url: '', deadLetterUrl: '', maxReceives: 1 });
    expect(await handler({ source: 'serverless-plugin-warmup' } as never, lambdaContext)).toBe('warm');
  });
});

/** As its rule would never let it through; whoever may send to the queue can. */
const foreign = sqsRecord(thing('a', 4).body.replaceAll('"source":"dure.things"', '"source":"dure.evil"'));
const withoutEnvelope = sqsRecord(JSON.stringify({ 'detail-type': 'x', source: 'y', detail: { subject: 'a' } }));

describe('a message that can never succeed', () => {
  it.each([
    ['not JSON', sqsRecord('{"detail":'), 'The message is not JSON.'],
    ['JSON, but no event', sqsRecord('[]'), 'The event breaks its contract: (whole): invalid_type'],
    ['an event, but no envelope', withoutEnvelope, 'The envelope breaks its contract: specversion: invalid_value; '],
    [
      'of an unknown type',
      busRecord({ contract: other, subject: 'a', data: {} }),
      'No handler here for dure.things.Unheard.v1',
    ],
    [
      'of another version',
      busRecord({ contract: newer, subject: 'a', data: { size: 1 } }),
      'No handler here for dure.things.ThingChanged.v2',
    ],
    [
      'missing a field',
      busRecord({ contract: ThingChanged, subject: 'a', data: {} }),
      'The data breaks its contract: size: invalid_type',
    ],
    ['of a wrong type', thing('a', 'four'), 'The data breaks its contract: size: invalid_type'],
    ['from who may not send it', foreign, 'dure.evil may not send dure.things.ThingChanged.v1: dure.things may.'],
  ])('goes to the dead-letter queue at once with the reason: %s', async (_, record, reason) => {
    const handled: number[] = [];
    const { run, dead } = await start(({ data: { size } }) => Promise.resolve(handled.push(size)));
    expect(await run(thing('a', 1), record, thing('a', 2))).toEqual([]);
    expect(handled).toEqual([1, 2]);
    const [letter, ...others] = await dead();
    expect([letter?.Body, others]).toEqual([record.body, []]);
    expect(attributesOf(letter!)).toEqual({
      consumer: 'tests',
      errorName: 'Poison',
      reason: expect.stringContaining(reason),
      receiveCount: '1',
      firstFailedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      sourceMessageId: record.messageId,
    });
    expect(outcomes().filter((outcome) => outcome === 'dead-lettered')).toHaveLength(1);
  });

  it('because its handler says so goes there as well', async () => {
    const { run, dead } = await start(() => Promise.reject(new Poison('It is of the wrong kind.')));
    expect(await run(thing('a', 1))).toEqual([]);
    expect((await dead()).map(attributesOf)).toMatchObject([{ reason: 'It is of the wrong kind.' }]);
  });

  it('has a reason that SQS accepts, for any error text', async () => {
    const strange = `a\u0000b\ud800${'x'.repeat(5000)}`;
    const { run, dead } = await start(() => Promise.reject(new Poison(strange)));
    expect(await run(thing('a', 1))).toEqual([]);
    const { reason } = attributesOf((await dead())[0]!);
    expect([reason?.slice(0, 5), reason?.length]).toEqual(['a\ufffdb\ufffdx', 1000]);
  });
});

describe('a message that fails', () => {
  const fails = () => Promise.reject(new Conflict('Lost against others.'));

  it('is tried again until its last receipt, which goes to the dead-letter queue with the reason', async () => {
    const { run, dead } = await start(fails, 3);
    expect(await run(thing('a', 1, { receiveCount: 1 }))).toEqual([0]);
    expect(await run(thing('a', 1, { receiveCount: 2 }))).toEqual([0]);
    expect(await dead()).toEqual([]);
    expect(await run(thing('a', 1, { receiveCount: 3 }))).toEqual([]);
    expect((await dead()).map(attributesOf)).toMatchObject([
      { errorName: 'Conflict', reason: 'Lost against others.', receiveCount: '3' },
    ]);
    expect(outcomes()).toEqual(['retry', 'retry', 'dead-lettered']);
  });

  it('is shown again after a back-off, not after the queue’s visibility time-out', async () => {
    const { run, url } = await start(fails);
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: thing('a', 1).body }));
    const receive = async (WaitTimeSeconds: number) =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds }))).Messages ?? [];
    const [first] = await receive(0);
    expect(await run({ ...thing('a', 1), receiptHandle: first?.ReceiptHandle ?? '' })).toEqual([0]);
    expect(await receive(0)).toEqual([]);
    expect(await receive(20)).toMatchObject([{ MessageId: first?.MessageId }]);
    expect(logs.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('is received again when it says, not after the back-off', async () => {
    const { run, url } = await start(() => Promise.reject(new Later('It is in other hands.', 0.2)), 9);
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: thing('a', 1).body }));
    const receive = async (WaitTimeSeconds: number) =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds }))).Messages ?? [];
    const [first] = await receive(0);
    // By its count of receipts it would wait for four minutes.
    const record = { ...thing('a', 1, { receiveCount: 4 }), receiptHandle: first?.ReceiptHandle ?? '' };
    expect(await run(record)).toEqual([0]);
    expect(await receive(0)).toEqual([]);
    expect(await receive(10)).toMatchObject([{ MessageId: first?.MessageId }]);
    expect([new Later('', -1).seconds, new Later('', 5_000).seconds]).toEqual([0, 900]);
  });

  it('waits longer each time, a quarter of an hour at most', () => {
    const seconds = [1, 2, 3, 4, 5, 50].map((receives) => backOffSeconds(receives, 0.5));
    expect(seconds).toEqual([2, 10, 50, 250, 900, 900]);
    expect([backOffSeconds(2, 0), backOffSeconds(2, 1)]).toEqual([8, 12]);
  });

  it('stays in its queue when the dead-letter queue cannot be reached, which is logged', async () => {
    const nowhere = `${sqs.endpoint}/000000000000/${randomUUID()}`;
    const handler = consumer('tests', [on(consumes(ThingChanged, ['size']), fails)], {
      url: nowhere,
      deadLetterUrl: nowhere,
      maxReceives: 1,
    });
    const record = thing('a', 1);
    const { batchItemFailures } = await handler(sqsEvent(record), lambdaContext);
    expect(batchItemFailures).toEqual([{ itemIdentifier: record.messageId }]);
    expect(logs.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'message failed',
      'dead letter failed',
    ]);
    expect(outcomes()).toEqual(['retry']);
  });

  it('holds up what comes after it of its subject, and nothing else', async () => {
    const handled: string[] = [];
    const { run } = await start(({ subject, data: { size } }) => {
      if (size === 13) throw new Error('No.');
      handled.push(`${subject}${size}`);
      return Promise.resolve();
    });
    const batch = [thing('a', 1), thing('b', 1), thing('a', 13), thing('b', 2), thing('a', 2), sqsRecord('no event')];
    expect((await run(...batch)).sort()).toEqual([2, 4]);
    expect(handled.sort()).toEqual(['a1', 'b1', 'b2']);
  });
});

describe('messages of a batch', () => {
  it('of one subject are handled one after the other, of different subjects at once', async () => {
    const story: string[] = [];
    let release: () => void = () => undefined;
    const second = new Promise<void>((resolve) => (release = resolve));
    const { run } = await start(async ({ subject, data: { size } }) => {
      story.push(`${subject}${size} begins`);
      if (subject === 'a' && size === 1) await second;
      if (subject === 'b') release();
      story.push(`${subject}${size} ends`);
    });
    expect(await run(thing('a', 1), thing('a', 2), thing('b', 1))).toEqual([]);
    expect(story).toEqual(['a1 begins', 'b1 begins', 'b1 ends', 'a1 ends', 'a2 begins', 'a2 ends']);
  });
});
