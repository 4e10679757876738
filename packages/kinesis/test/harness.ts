import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateStreamCommand,
  type CreateStreamCommandInput,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  KinesisClient,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { afterAll } from '@jest/globals';
import { signed } from '@dure/local-http/access-rules';
import { openServer } from '@dure/local-http/server';
import { inTransaction } from '@dure/local-cloud/shared/sqlite';
import { createKinesis } from '../src/index.ts';

export const HOUR_MS = 3_600_000;

/** The time that it is for Kinesis: the real one, and what a test adds to it, in ms. */
export const clock = { ahead: 0 };

export const database = new DatabaseSync(':memory:');
export const account = {
  database,
  atomically: <T>(work: () => T): T => inTransaction(database, work),
  accountId: '000000000000',
  region: 'us-east-1',
};
/** Kinesis as a client of the SDK meets it: over HTTP/2, as the client chooses by itself. */
export const kinesis = createKinesis({ ...account, now: () => Date.now() + clock.ahead });
const server = await openServer({
  http2: true,
  rule: signed,
  answer: (request, response) => void kinesis.handle(request, response),
});
export const { endpoint } = server;
export const client = new KinesisClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'tester', secretAccessKey: 'secret' },
  maxAttempts: 1,
});
afterAll(async () => {
  client.destroy();
  await server.close();
  database.close();
});

export async function createStream(more: Partial<CreateStreamCommandInput> = { ShardCount: 1 }): Promise<string> {
  const StreamName = `stream-${randomUUID()}`;
  await client.send(new CreateStreamCommand({ StreamName, ...more }));
  return StreamName;
}

export async function put(StreamName: string, data: string, PartitionKey = 'key', ExplicitHashKey?: string) {
  return client.send(new PutRecordCommand({ StreamName, Data: Buffer.from(data), PartitionKey, ExplicitHashKey }));
}

export async function iteratorOf(
  StreamName: string,
  more: Partial<GetShardIteratorCommandInput> = {},
): Promise<string> {
  const input = { StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' as const, ...more };
  return (await client.send(new GetShardIteratorCommand(input))).ShardIterator ?? '';
}

/** The texts that a shard has, read by one iterator. */
export async function textsIn(
  stream: string,
  shard = 0,
  more: Partial<GetShardIteratorCommandInput> = {},
): Promise<string[]> {
  const ShardId = `shardId-${String(shard).padStart(12, '0')}`;
  const ShardIterator = await iteratorOf(stream, { ShardId, ...more });
  const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map(({ Data }) => Buffer.from(Data ?? []).toString('utf8'));
}

/** What a refused request says. */
export async function refusalOf(request: Promise<unknown>): Promise<string> {
  return request.then(
    () => 'not refused',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}
