import { randomUUID } from 'node:crypto';
import type { InvokeResult } from '@dure/lambda-runtime';
import type { StreamRecord } from './stream-record.ts';

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** A batch that is given up. */
export interface DiscardedBatch {
  readonly condition: DiscardCondition;
  readonly functionName: string;
  readonly region: string;
  /** What the document calls the batch. */
  readonly info: 'DDBStreamBatchInfo' | 'KinesisBatchInfo';
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
 * What a queue or topic gets for a batch of a stream that was given up: where it stands, not the records themselves.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
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
    [batch.info]: {
      shardId: batch.shardId,
      startSequenceNumber: first?.sequence,
      endSequenceNumber: last?.sequence,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn: batch.streamArn,
    },
  };
}

/**
 * What a bucket gets: the same, and the invocation's whole event as JSON text.
 * @returns the object's key and body
 */
export function failureObject(
  batch: DiscardedBatch,
  mappingId: string,
): { readonly key: string; readonly body: string } {
  const [day = '', time = ''] = new Date(batch.at).toISOString().split(/[T.]/);
  const name = `${day}T${time.replaceAll(':', '.')}-${randomUUID()}`;
  const payload = JSON.stringify({ Records: batch.records.map(({ event }) => event) });
  return {
    key: `aws/lambda/${mappingId}/${batch.shardId}/${day.replaceAll('-', '/')}/${name}`,
    body: JSON.stringify({ ...failureDocument(batch), payload }),
  };
}

function arrival(record: StreamRecord | undefined): string {
  const seconds = record?.arrived ?? 0;
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
