import { randomUUID } from 'node:crypto';
import type { InvokeResult } from '@dure/lambda-runtime';
import type { StreamRecord } from './stream-record.ts';

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** A batch that is given up. */
export interface DiscardedBatch {
  readonly condition: DiscardCondition;
  readonly functionName: string;
  readonly region: string;
  readonly invokeCount: number;
  /** The last answer; missing when the function was never called. */
  readonly result?: InvokeResult;
  readonly shardId: string;
  readonly streamArn: string;
  readonly records: readonly StreamRecord[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * What a destination on failure gets for a batch of a stream: where it stands, not the records themselves.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failureDocument(batch: DiscardedBatch): object {
  const { functionName, records, result } = batch;
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: functionName.startsWith('arn:')
        ? functionName
        : `arn:aws:lambda:${batch.region}:000000000000:function:${functionName}`,
      condition: batch.condition,
      approximateInvokeCount: batch.invokeCount,
    },
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(!result.ok && { functionError: 'Unhandled' }),
      },
    }),
    version: '1.0',
    timestamp: new Date(batch.at).toISOString(),
    DDBStreamBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn: batch.streamArn,
    },
  };
}

function arrival(record: StreamRecord | undefined): string {
  const seconds = record?.dynamodb.ApproximateCreationDateTime ?? 0;
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
