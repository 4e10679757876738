import { createHash, randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { afterAll } from '@jest/globals';
import type { KinesisStreamRecord } from 'aws-lambda';
import { inTransaction } from '@dure/local-cloud/shared/sqlite';
import { createKinesis, type Kinesis } from '@dure/kinesis';
import type { InvokeResult } from '@dure/lambda-runtime';
import { createFunction, ok } from './harness.ts';

/** Kinesis for one test file, in memory. */
export function useKinesis(): Kinesis {
  const database = new DatabaseSync(':memory:');
  afterAll(() => database.close());
  const atomically = <T>(work: () => T): T => inTransaction(database, work);
  return createKinesis({ database, atomically, accountId: '000000000000', region: 'us-east-1' });
}

export const HALF = 1n << 127n;

/** A stream with what tests do to it. */
export async function createKinesisStream(kinesis: Kinesis, ShardCount = 1) {
  const StreamName = `stream-${randomUUID()}`;
  await kinesis.request('CreateStream', { StreamName, ShardCount });
  return {
    name: StreamName,
    arn: `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`,
    put: (data: string, PartitionKey = 'key', ExplicitHashKey?: string) =>
      kinesis.request('PutRecord', {
        StreamName,
        PartitionKey,
        Data: Buffer.from(data),
        ...(ExplicitHashKey !== undefined && { ExplicitHashKey }),
      }),
    split: (ShardToSplit: string) =>
      kinesis.request('SplitShard', { StreamName, ShardToSplit, NewStartingHashKey: String(HALF) }),
  };
}

export const dataOf = (records: readonly KinesisStreamRecord[]): string[] =>
  records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString('utf8'));

type Answer = (records: KinesisStreamRecord[], call: number) => InvokeResult | Promise<InvokeResult>;

export const kinesisFunction = (answer: Answer = () => ok()) => createFunction<KinesisStreamRecord>(answer);

/** A text of each lane, by the hash that decides it. */
export const keyOfLane = (lane: number, lanes: number): string => {
  for (let number = 0; ; number += 1) {
    const key = `key-${number}`;
    if (createHash('md5').update(key).digest().readUInt32BE() % lanes === lane) return key;
  }
};
