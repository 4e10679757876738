import { describe, expect, it } from '@jest/globals';
import { validate, type EventSourceMappingConfig } from '../src/config.ts';
import { createFilter } from '../src/filter.ts';

const queue = {
  UUID: 'u',
  FunctionName: 'f',
  EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:q',
  QueueUrl: 'http://localhost/000000000000/q',
};
const fifo = { ...queue, EventSourceArn: `${queue.EventSourceArn}.fifo` };
const stream = {
  UUID: 'u',
  FunctionName: 'f',
  EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000',
  StartingPosition: 'TRIM_HORIZON',
};
const kinesis = {
  ...stream,
  EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks',
};
const filters = (...patterns: string[]) => ({ Filters: patterns.map((Pattern) => ({ Pattern })) });
const onFailure = (Destination: string) => ({ OnFailure: { Destination } });

describe('the ranges of Lambda API Reference, CreateEventSourceMapping', () => {
  it.each([
    ['a queue', queue, {}],
    ['a queue: batches of 10', queue, { BatchSize: 10 }],
    ['a queue: large batches with a window', queue, { BatchSize: 10_000, MaximumBatchingWindowInSeconds: 1 }],
    ['a queue: the longest window', queue, { MaximumBatchingWindowInSeconds: 300 }],
    ['a queue: concurrency', queue, { ScalingConfig: { MaximumConcurrency: 2 } }],
    ['a queue: partial responses', queue, { FunctionResponseTypes: ['ReportBatchItemFailures'] }],
    ['a FIFO queue', fifo, { BatchSize: 10 }],
    ['a stream', stream, {}],
    ['a stream: large batches without a window', stream, { BatchSize: 10_000 }],
    ['a stream: the age that never ends', stream, { MaximumRecordAgeInSeconds: -1, MaximumRetryAttempts: -1 }],
    ['a stream: the youngest age', stream, { MaximumRecordAgeInSeconds: 60, MaximumRetryAttempts: 0 }],
    ['a stream: one batch at a time', stream, { ParallelizationFactor: 1, BisectBatchOnFunctionError: true }],
    ['a stream: a destination', stream, { DestinationConfig: onFailure('arn:aws:sqs:us-east-1:000000000000:dlq') }],
    ['a stream: a topic', stream, { DestinationConfig: onFailure('arn:aws:sns:us-east-1:000000000000:topic') }],
    ['a stream: a bucket', stream, { DestinationConfig: onFailure('arn:aws:s3:::given-up.1') }],
    ['Kinesis', kinesis, { ParallelizationFactor: 10 }],
    ['Kinesis: a bucket', kinesis, { DestinationConfig: onFailure('arn:aws:s3:::given-up') }],
    [
      'Kinesis: from a time on',
      kinesis,
      { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 1_700_000_000 },
    ],
    ['Kinesis: a consumer', kinesis, { EventSourceArn: `${kinesis.EventSourceArn}/consumer/fan:1700000000` }],
    ['five filters', stream, { FilterCriteria: filters('{}', '{}', '{}', '{}', '{}') }],
  ])('accept %s', (_name, base, more) => {
    expect(() => validate({ ...base, ...more } as EventSourceMappingConfig)).not.toThrow();
  });

  it.each([
    ['EventSourceArn', queue, { EventSourceArn: 'arn:aws:kafka:us-east-1:000000000000:cluster/s' }],
    ['QueueUrl', queue, { QueueUrl: undefined }],
    ['BatchSize', queue, { BatchSize: 0 }],
    ['BatchSize', queue, { BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }],
    ['BatchSize', queue, { BatchSize: 1.5 }],
    ['MaximumBatchingWindowInSeconds', queue, { BatchSize: 11 }],
    ['MaximumBatchingWindowInSeconds', queue, { MaximumBatchingWindowInSeconds: 301 }],
    ['BatchSize', fifo, { BatchSize: 11, MaximumBatchingWindowInSeconds: 1 }],
    ['MaximumBatchingWindowInSeconds', fifo, { MaximumBatchingWindowInSeconds: 1 }],
    ['MaximumConcurrency', queue, { ScalingConfig: { MaximumConcurrency: 1 } }],
    ['MaximumConcurrency', queue, { ScalingConfig: { MaximumConcurrency: 1001 } }],
    ['FunctionResponseTypes', queue, { FunctionResponseTypes: ['Other'] }],
    ['StartingPosition', queue, { StartingPosition: 'LATEST' }],
    ['MaximumRetryAttempts', queue, { MaximumRetryAttempts: 2 }],
    ['DestinationConfig', queue, { DestinationConfig: onFailure('arn:aws:sqs:us-east-1:000000000000:dlq') }],
    ['KMSKeyArn', queue, { KMSKeyArn: 'k' }],
    ['StartingPosition', stream, { StartingPosition: undefined }],
    ['StartingPosition', stream, { StartingPosition: 'AT_TIMESTAMP' }],
    ['BatchSize', stream, { BatchSize: 10_001 }],
    ['MaximumRetryAttempts', stream, { MaximumRetryAttempts: -2 }],
    ['MaximumRetryAttempts', stream, { MaximumRetryAttempts: 10_001 }],
    ['MaximumRecordAgeInSeconds', stream, { MaximumRecordAgeInSeconds: 59 }],
    ['MaximumRecordAgeInSeconds', stream, { MaximumRecordAgeInSeconds: 604_801 }],
    ['ParallelizationFactor', stream, { ParallelizationFactor: 2 }],
    ['ParallelizationFactor', stream, { ParallelizationFactor: 11 }],
    ['TumblingWindowInSeconds', stream, { TumblingWindowInSeconds: 30 }],
    ['ScalingConfig', stream, { ScalingConfig: { MaximumConcurrency: 2 } }],
    ['DestinationConfig', queue, { DestinationConfig: onFailure('arn:aws:s3:::bucket') }],
    ['DestinationConfig', stream, { DestinationConfig: onFailure('arn:aws:s3:::bucket/key') }],
    ['DestinationConfig', stream, { DestinationConfig: onFailure('arn:aws:s3:::Bucket') }],
    ['DestinationConfig', stream, { DestinationConfig: onFailure('arn:aws:s3:us-east-1:000000000000:bucket') }],
    ['DestinationConfig', stream, { DestinationConfig: onFailure('arn:aws:lambda:us-east-1:000000000000:function:f') }],
    ['DestinationConfig', stream, { DestinationConfig: onFailure('arn:aws:sns:us-east-1:000000000000:topic.fifo') }],
    ['StartingPosition', kinesis, { StartingPosition: undefined }],
    ['StartingPositionTimestamp', kinesis, { StartingPosition: 'AT_TIMESTAMP' }],
    ['StartingPositionTimestamp', kinesis, { StartingPositionTimestamp: 1 }],
    ['StartingPositionTimestamp', kinesis, { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 4e9 }],
    ['ParallelizationFactor', kinesis, { ParallelizationFactor: 11 }],
    ['TumblingWindowInSeconds', kinesis, { TumblingWindowInSeconds: 30 }],
    ['TableName', kinesis, { TableName: 't' }],
    ['OnSuccess', stream, { DestinationConfig: { OnSuccess: {} } }],
    ['FilterCriteria', stream, { FilterCriteria: filters('{}', '{}', '{}', '{}', '{}', '{}') }],
    ['FilterCriteria', stream, { FilterCriteria: filters(`{"a":["${'x'.repeat(4096)}"]}`) }],
  ])('refuse %s by name: %#', (name, base, more) => {
    expect(() => validate({ ...base, ...more } as EventSourceMappingConfig)).toThrow(new RegExp(`^${name}: `));
  });

  it('refuse a filter pattern that is not valid', () => {
    expect(() => createFilter(filters('{"body": "text"}'))).toThrow(/FilterCriteria: .*"body"/);
    expect(() => createFilter(filters('{'))).toThrow(/FilterCriteria/);
  });
});
