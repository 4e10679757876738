import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { lambdaContext } from '@dure/testing/lambda-events';
import { createTestTable } from '@dure/testing/dynamodb';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DynamoDBRecord, SQSEvent } from 'aws-lambda';
import { beginCall } from '../src/binding/call.ts';
import { commit } from '../src/binding/commit.ts';
import { consumes } from '../src/contracts/contract.ts';
import { on } from '../src/binding/message.ts';
import { outboxItem, publish, toEnvelope } from '../src/binding/outbox.ts';
import { outboxReader } from '../src/binding/outbox-reader.ts';
import { relay } from '../src/binding/relay.ts';
import { openTable } from '../src/binding/table.ts';
import { startAwsServer } from './aws-server.ts';
import { captureLogs } from './logs.ts';
import { ThingChanged } from './things.ts';

const { tableName } = await createTestTable();
const table = openTable(tableName);
captureLogs();
process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
process.env['AWS_REGION'] ??= 'us-east-1';

/** The bus, by what it was sent. */
let published: { subject: string; sequence: number }[] = [];
let refuse = false;
const endpoint = await startAwsServer(async (_action, input) => {
  const entries = input['Entries'] as { Detail: string }[];
  if (refuse) return { status: 503, body: { __type: 'ServiceUnavailable', message: 'Later.' } };
  published.push(...entries.map(({ Detail }) => JSON.parse(Detail) as (typeof published)[number]));
  return { status: 200, body: { Entries: entries.map(() => ({ EventId: randomUUID() })), FailedEntryCount: 0 } };
});
const client = new EventBridgeClient({ endpoint, maxAttempts: 1 });
afterAll(() => client.destroy());

/** S3: the objects by their path. */
const objects = new Map<string, string>();
const s3 = createServer(({ url = '' }, response) => {
  const body = objects.get(decodeURIComponent(url.split('?')[0]!));
  const missing = '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>';
  response.writeHead(body === undefined ? 404 : 200).end(body ?? missing);
});
await new Promise<void>((resolve) => s3.listen(0, '127.0.0.1', resolve));
process.env['AWS_ENDPOINT_URL_S3'] = `http://127.0.0.1:${(s3.address() as AddressInfo).port}`;
afterAll(async () => {
  s3.closeAllConnections();
  await new Promise((resolve) => s3.close(resolve));
});

beforeEach(() => {
  published = [];
  refuse = false;
});

const event = (subject: string, sequence: number, text = '') =>
  publish(ThingChanged, subject, sequence, { id: subject + text, size: sequence });

/** The record of the stream for each of these events. */
function recordsOf(events: readonly ReturnType<typeof event>[]): DynamoDBRecord[] {
  return events.map((outgoing, index) => {
    const item = Object.entries(outboxItem(toEnvelope(outgoing, beginCall()), beginCall()));
    const NewImage = Object.fromEntries(
      item.map(([name, value]) => [name, typeof value === 'number' ? { N: String(value) } : { S: String(value) }]),
    );
    return { eventName: 'INSERT', dynamodb: { NewImage, SequenceNumber: String(index + 1) } } as DynamoDBRecord;
  });
}

/** Lambda's object of a batch that was given up. Returns the notification of its bucket. */
function givenUp(records: readonly DynamoDBRecord[], key = `aws/lambda/mapping/shard/${randomUUID()}`): object {
  const payload = JSON.stringify({ Records: records });
  const requestContext = { condition: 'RetryAttemptsExhausted' };
  objects.set(`/kept/${key}`, JSON.stringify({ requestContext, DDBStreamBatchInfo: { batchSize: 1 }, payload }));
  return told(key);
}

const told = (key: string) => ({
  eventSource: 'aws:s3',
  s3: { bucket: { name: 'kept' }, object: { key: encodeURIComponent(key).replaceAll('%20', '+') } },
});
const message = (body: unknown) =>
  ({ Records: [{ messageId: 'm', eventSource: 'aws:sqs', body: JSON.stringify(body) }] }) as unknown as SQSEvent;
const redrive = (body: unknown) => relay({ name: 'dure-test', client })(message(body), lambdaContext);

const sequencesOf = (subject: string) => published.filter((it) => it.subject === subject).map((it) => it.sequence);

describe('a given-up stream batch of which its bucket tells', () => {
  it('has its events published, in the order of their subject', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const records = recordsOf([event(a, 1), event(b, 1), event(a, 2), event(b, 2), event(a, 3)]);
    expect(await redrive({ Records: [givenUp(records)] })).toEqual({ batchItemFailures: [] });
    expect([a, b].map(sequencesOf)).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
  });

  it('may be one of several, under a key with other characters', async () => {
    const id = randomUUID();
    const first = givenUp(recordsOf([event(id, 1)]), 'aws/lambda/a b+c/ü%/1');
    await redrive({ Records: [first, givenUp(recordsOf([event(id, 2)]))] });
    expect(sequencesOf(id)).toEqual([1, 2]);
  });

  it('may be as large as an event of Lambda', async () => {
    const id = randomUUID();
    const text = 'x'.repeat(55_000);
    const events = Array.from({ length: 100 }, (_, index) => event(id, index + 1, text));
    await redrive({ Records: [givenUp(recordsOf(events))] });
    expect(sequencesOf(id)).toEqual(events.map(({ sequence }) => sequence));
  });

  it('fails when the bus refuses, so that the queue brings it again', async () => {
    refuse = true;
    await expect(redrive({ Records: [givenUp(recordsOf([event(randomUUID(), 1)]))] })).rejects.toThrow('failed again');
  });

  it('fails when its object is gone, or is another', async () => {
    await expect(redrive({ Records: [told('gone')] })).rejects.toThrow('does not exist');
    objects.set('/kept/other', JSON.stringify({ some: 'thing' }));
    await expect(redrive({ Records: [told('other')] })).rejects.toThrow('other is not what a stream gave up');
  });

  it('is refused for a message that is not a notification, but not for the one with which S3 tries a queue', async () => {
    await expect(redrive({ some: 'thing' })).rejects.toThrow('not an S3 notification');
    await expect(redrive({ DDBStreamBatchInfo: { batchSize: 1 } })).rejects.toThrow('not an S3 notification');
    const test = { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'kept' };
    expect(await redrive(test)).toEqual({ batchItemFailures: [] });
    expect(published).toEqual([]);
  });

  it('comes to a reader of the outbox as well, with its effect once', async () => {
    const seen: string[] = [];
    const subscription = on(consumes(ThingChanged, ['size']), async ({ subject, data: { size } }, call) => {
      await commit(table, call, { writes: [] });
      seen.push(`${subject} ${size}`);
    });
    const reader = outboxReader('redriven', [subscription]);
    const id = randomUUID();
    const again = message({ Records: [givenUp(recordsOf([event(id, 1), event(id, 2)]))] });
    expect(await reader(again, lambdaContext)).toEqual({ batchItemFailures: [] });
    expect(await reader(again, lambdaContext)).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([`${id} 1`, `${id} 2`]);
  });
});
