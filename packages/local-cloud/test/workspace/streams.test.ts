import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeStreamSummaryCommand,
  KinesisClient,
  ListStreamConsumersCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { S3EventRecord } from 'aws-lambda';
import { copyWorkspace, eventually, getJson, type RunningCloud, startCloud } from './harness.ts';

/** `stream` events of the type kinesis with `npm start`. */
const workspace = copyWorkspace('streams');
const data = mkdtempSync(join(tmpdir(), 'dure-data-'));
const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks';
const config = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
let cloud: RunningCloud;
let kinesis: KinesisClient;

async function start(): Promise<void> {
  cloud = await startCloud(workspace.root, '--data', data);
  kinesis = new KinesisClient({ ...config, endpoint: cloud.endpoints['Kinesis']! });
}

beforeAll(start);
afterAll(async () => {
  kinesis?.destroy();
  await cloud?.end('SIGTERM');
  workspace.remove();
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
});

const put = (PartitionKey: string, text: string) =>
  kinesis.send(new PutRecordCommand({ StreamName: 'clicks', PartitionKey, Data: Buffer.from(text) }));

async function heard(functionKey: string, last: string): Promise<string[]> {
  const ask = async (): Promise<string[]> => {
    const { records } = await getJson<{ records: { message: string; function: string }[] }>(
      `${cloud.url}/_cloud/logs?service=clicks&limit=500`,
    );
    const own = records.filter(({ function: name }) => name.endsWith(functionKey));
    return own.map(({ message }) => message).filter((message) => message.startsWith('Record '));
  };
  return eventually(ask, (messages) => messages.includes(last));
}

it('makes the stream as its template says, and a consumer for the event that asks for one', async () => {
  expect(cloud.services).toMatchObject([{ name: 'clicks', state: 'running' }]);
  const { StreamDescriptionSummary: stream } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: 'clicks' }),
  );
  expect(stream).toMatchObject({ StreamARN: STREAM_ARN, OpenShardCount: 2, RetentionPeriodHours: 48 });
  const { Consumers } = await kinesis.send(new ListStreamConsumersCommand({ StreamARN: STREAM_ARN }));
  expect(Consumers).toHaveLength(1);
});

it('calls functions for records, filtered ones too, and gives up to a queue or a bucket', async () => {
  const invoked = await fetch(`${cloud.url}/_cloud/functions/clicks-local-sends/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      records: [
        ['a', '{"button":"buy"}'],
        ['b', '{"button":"back"}'],
      ],
    }),
  });
  expect(await invoked.json()).toMatchObject({ payload: 0 });
  await put('poison', 'x');
  await heard('counts', 'Record a {"button":"buy"}');
  await heard('counts', 'Record b {"button":"back"}');
  await heard('counts', 'Record poison x');
  expect(await heard('filtered', 'Record a {"button":"buy"}')).toEqual(['Record a {"button":"buy"}']);
  const sqs = new SQSClient({ ...config, endpoint: cloud.endpoints['SQS']! });
  const received = async (queue: string): Promise<object[]> => {
    const QueueUrl = `${cloud.endpoints['SQS']}/000000000000/${queue}`;
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
    return Messages.map(({ Body }) => JSON.parse(Body!) as object);
  };
  const batch = { KinesisBatchInfo: { batchSize: 1, streamArn: STREAM_ARN } };
  expect(await received('clicks-dead')).toMatchObject([batch]);
  const told = async (): Promise<object | undefined> =>
    (await received('clicks-told')).find((message) => 'Records' in message);
  const [record] = ((await eventually(told, (found) => found !== undefined)) as { Records: S3EventRecord[] }).Records;
  sqs.destroy();
  const { bucket, object } = record!.s3;
  const s3 = new S3Client({ ...config, endpoint: cloud.endpoints['S3']!, forcePathStyle: true });
  const input = { Bucket: bucket.name, Key: decodeURIComponent(object.key.replaceAll('+', ' ')) };
  const { Body, ContentType } = await s3.send(new GetObjectCommand(input));
  const { payload, ...about } = JSON.parse(await Body!.transformToString()) as { payload: string };
  s3.destroy();
  expect(ContentType).toBe('application/json');
  expect(about).toMatchObject(batch);
  expect(JSON.parse(payload)).toMatchObject({ Records: [{ kinesis: { partitionKey: 'poison' } }] });
});

it('is killed and goes on: nothing is lost, and nothing that is done comes again', async () => {
  await put('c', 'before');
  await heard('counts', 'Record c before');
  await eventually(
    () => getJson<{ idle: boolean }>(`${cloud.url}/_cloud/idle`),
    ({ idle }) => idle,
  );
  // A batch waits a second for more, so that this record is lost to the process that had it.
  await put('c', 'during');
  await cloud.end('SIGKILL');
  kinesis.destroy();
  await start();
  await put('c', 'after');
  const messages = await heard('counts', 'Record c after');
  expect(messages.filter((message) => message.startsWith('Record c ')).sort()).toEqual(
    ['Record c after', 'Record c before', 'Record c during'].sort(),
  );
});
