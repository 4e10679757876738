import { createHash, randomUUID } from 'node:crypto';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import { lambdaContext } from '@dure/testing/lambda-events';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { beginCall } from '../src/binding/call.ts';
import { commit } from '../src/binding/commit.ts';
import { consumes } from '../src/contracts/contract.ts';
import { on } from '../src/binding/message.ts';
import { publish } from '../src/binding/outbox.ts';
import { outboxReader } from '../src/binding/outbox-reader.ts';
import { relay } from '../src/binding/relay.ts';
import { openTable } from '../src/binding/table.ts';
import { startAwsServer } from './aws-server.ts';
import { captureLogs } from './logs.ts';
import { ThingChanged } from './things.ts';

const { tableName } = await createTestTable();
const table = openTable(tableName);
captureLogs();

/** The bus and the redrive queue, by what they were sent. */
let published: { subject: string; sequence: number }[] = [];
let passedOn: { QueueUrl: string; MessageBody: string }[] = [];
let refuse = false;
const endpoint = await startAwsServer(async (target, input) => {
  if (target.includes('SendMessage')) {
    passedOn.push(input as never);
    const MD5OfMessageBody = createHash('md5').update(String(input['MessageBody'])).digest('hex');
    return { status: 200, body: { MessageId: randomUUID(), MD5OfMessageBody } };
  }
  const entries = input['Entries'] as { Detail: string }[];
  if (refuse) return { status: 503, body: { __type: 'ServiceUnavailable', message: 'Later.' } };
  published.push(...entries.map(({ Detail }) => JSON.parse(Detail) as (typeof published)[number]));
  return { status: 200, body: { Entries: entries.map(() => ({ EventId: randomUUID() })), FailedEntryCount: 0 } };
});
const client = new EventBridgeClient({ endpoint, maxAttempts: 1 });
afterAll(() => client.destroy());

beforeEach(() => {
  process.env['TABLE_NAME'] = tableName;
  process.env['REDRIVE_QUEUE_URL'] = `${endpoint}/000000000000/redrive`;
  process.env['AWS_ENDPOINT_URL_SQS'] = endpoint;
  published = [];
  passedOn = [];
  refuse = false;
});

const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString();
const range = (first: string, last: string) => ({
  DDBStreamBatchInfo: { approximateArrivalOfFirstRecord: first, approximateArrivalOfLastRecord: last, batchSize: 2 },
});
const message = (body: unknown) =>
  ({ Records: [{ messageId: 'm', eventSource: 'aws:sqs', body: JSON.stringify(body) }] }) as unknown as SQSEvent;
const context = (remaining: number) => ({ ...lambdaContext, getRemainingTimeInMillis: () => remaining });
const redrive = (body: unknown, remaining = 10_000) =>
  relay({ name: 'dure-test', client })(message(body), context(remaining));

async function committed(count: number): Promise<string> {
  const id = randomUUID();
  for (let sequence = 1; sequence <= count; sequence += 1) {
    await commit(table, beginCall(), {
      writes: [{ Put: { Item: { pk: id, sk: String(sequence) } } }],
      events: [publish(ThingChanged, id, sequence, { id, size: sequence })],
    });
  }
  return id;
}
const sequencesOf = (id: string) => published.filter(({ subject }) => subject === id).map((it) => it.sequence);

describe('a given-up stream batch that is sent back', () => {
  it('has its events published from the table, in the order of their subject', async () => {
    const ids = [await committed(3), await committed(2)];
    expect(await redrive(range(minutes(-1), minutes(0)))).toEqual({ batchItemFailures: [] });
    expect(ids.map(sequencesOf)).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
  });

  it('leaves out what was committed at another time', async () => {
    const id = await committed(1);
    await redrive(range(minutes(-60), minutes(-30)));
    await redrive(range(minutes(30), minutes(60)));
    expect(sequencesOf(id)).toEqual([]);
  });

  it('fails when the bus refuses, so that the queue brings it again', async () => {
    await committed(1);
    refuse = true;
    await expect(redrive(range(minutes(-1), minutes(0)))).rejects.toThrow('failed again');
  });

  it('goes on in another invocation when the time is short', async () => {
    const wide = { id: randomUUID(), text: 'x'.repeat(150_000) };
    for (let count = 0; count < 9; count += 1) {
      await table.client.send(
        new PutCommand({
          TableName: tableName,
          Item: { pk: `${wide.id}#${count}`, sk: 'WIDE', text: wide.text },
        }),
      );
    }
    const id = await committed(2);
    let body: unknown = range(minutes(-1), minutes(0));
    for (let runs = 0; runs < 20; runs += 1) {
      passedOn = [];
      await redrive(body, 0);
      if (passedOn.length === 0) break;
      body = JSON.parse(passedOn[0]?.MessageBody ?? '');
    }
    expect(passedOn).toEqual([]);
    expect(body).toMatchObject({ after: expect.anything() });
    expect(sequencesOf(id)).toEqual([1, 2]);
  });

  it('is refused when it is no such record', async () => {
    await expect(redrive({ some: 'thing' })).rejects.toThrow('DDBStreamBatchInfo is missing');
    expect(published).toEqual([]);
  });

  it('comes to a reader of the outbox as well, with its effect once', async () => {
    const seen: string[] = [];
    const subscription = on(consumes(ThingChanged, ['size']), async ({ subject, data: { size } }, call) => {
      await commit(table, call, { writes: [] });
      seen.push(`${subject} ${size}`);
    });
    const reader = outboxReader('redriven', [subscription]);
    const id = await committed(2);
    const again = message(range(minutes(-1), minutes(0)));
    expect(await reader(again, context(10_000))).toEqual({ batchItemFailures: [] });
    expect(await reader(again, context(10_000))).toEqual({ batchItemFailures: [] });
    expect(seen.filter((it) => it.startsWith(id))).toEqual([`${id} 1`, `${id} 2`]);
  });
});
