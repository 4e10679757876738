import { createHash } from 'node:crypto';
import type { KinesisStreamRecord } from 'aws-lambda';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { Position } from './checkpoint-store.ts';
import type { EventSourceMappingConfig } from './config.ts';
import type { ShardReader } from './shard-reader.ts';
import type { StreamRecord } from './stream-record.ts';

/** Kinesis, as its mappings need it. */
export interface KinesisSource {
  readonly request: AwsJsonRequest;
  /** Reports writes, by the stream's name. Returns how to end it. */
  onWrite(listener: (streamName: string) => void): () => void;
  /** The sequence number of the last record of each shard that has any, by the shard's id. */
  lastRecords(streamName: string): ReadonlyMap<string, string>;
}

/** A record on the wire: data as base64, times in seconds. */
export interface KinesisRecord {
  readonly SequenceNumber: string;
  readonly ApproximateArrivalTimestamp: number;
  readonly Data: string;
  readonly PartitionKey: string;
}

export interface KinesisShard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string };
}

interface RecordsPage {
  readonly Records: readonly KinesisRecord[];
  readonly NextShardIterator?: string;
}

const STREAM = /^(arn:[^:]+:kinesis:[^:]*:[^:]*:stream\/([^/]+))/;
const MAX_PER_READ = 10_000;

/** The stream that a mapping reads, also where its source is a consumer. */
export function streamOf({ EventSourceArn }: EventSourceMappingConfig): {
  readonly arn: string;
  readonly name: string;
} {
  const [, arn = '', name = ''] = STREAM.exec(EventSourceArn) ?? [];
  return { arn, name };
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export function toKinesisRecord(
  record: KinesisRecord,
  shardId: string,
  about: { readonly eventSourceARN: string; readonly region: string; readonly roleArn: string },
): StreamRecord {
  const { SequenceNumber: sequence, ApproximateArrivalTimestamp: arrived } = record;
  const event: KinesisStreamRecord = {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: record.PartitionKey,
      sequenceNumber: sequence,
      data: record.Data,
      approximateArrivalTimestamp: arrived,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequence}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: about.roleArn,
    awsRegion: about.region,
    eventSourceARN: about.eventSourceARN,
  };
  return { sequence, arrived, event };
}

/**
 * A record as filters see it: `data` is the JSON of its data, or its text if that is not JSON. A pattern for fields
 * then matches nothing, and the record is dropped.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
 */
export function withParsedData({ event }: StreamRecord): object {
  const { kinesis } = event as KinesisStreamRecord;
  const text = Buffer.from(kinesis.data, 'base64').toString('utf8');
  try {
    return { ...event, ...kinesis, data: JSON.parse(text) as unknown };
  } catch {
    return { ...event, ...kinesis, data: text };
  }
}

/** Which of so many batches at a time a record belongs to: records of a partition key all to the same. */
export function laneOf({ PartitionKey }: KinesisRecord, lanes: number): number {
  return lanes === 1 ? 0 : createHash('md5').update(PartitionKey).digest().readUInt32BE() % lanes;
}

/**
 * Reads one shard, after a position or from where the mapping starts.
 * @param startingAt seconds since 1970, where the mapping starts at a time
 * @param onForeign called when the position is not of this stream: reading goes on with its oldest record
 */
export function openShard(
  { request }: KinesisSource,
  StreamARN: string,
  from: Position,
  startingAt: number | undefined,
  onForeign: (position: Position) => void,
): ShardReader<KinesisRecord> {
  let position = from;
  let iterator: string | undefined;
  let ended = false;

  async function openIterator(): Promise<string> {
    const iteratorOf = async (type: object): Promise<string> => {
      const input = { StreamARN, ShardId: position.shardId, ...type };
      return ((await request('GetShardIterator', input)) as { ShardIterator: string }).ShardIterator;
    };
    const oldest =
      startingAt === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: startingAt };
    if (position.sequence === undefined) return iteratorOf(oldest);
    try {
      const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: position.sequence };
      return await iteratorOf(after);
    } catch (error) {
      if ((error as Error).name !== 'InvalidArgumentException') throw error;
      onForeign(position);
      return iteratorOf(oldest);
    }
  }

  return {
    async read(most) {
      if (ended) return [];
      iterator ??= await openIterator();
      try {
        const input = { ShardIterator: iterator, Limit: Math.min(most, MAX_PER_READ) };
        const { Records, NextShardIterator } = (await request('GetRecords', input)) as RecordsPage;
        const sequence = Records.at(-1)?.SequenceNumber;
        if (sequence !== undefined) position = { ...position, sequence };
        iterator = NextShardIterator;
        ended = iterator === undefined;
        return Records;
      } catch (error) {
        // An iterator lives five minutes; the position makes a new one.
        iterator = undefined;
        throw error;
      }
    },
    seek(to) {
      position = to;
      iterator = undefined;
      ended = false;
    },
    position: () => position,
    ended: () => ended,
  };
}

/** All shards of a stream that may have records, and when the stream was made. */
export async function describeShards({ request }: KinesisSource, StreamARN: string) {
  const summary = (await request('DescribeStreamSummary', { StreamARN })) as {
    StreamDescriptionSummary: { StreamCreationTimestamp: number; RetentionPeriodHours: number };
  };
  const { StreamCreationTimestamp: createdAt, RetentionPeriodHours: hours } = summary.StreamDescriptionSummary;
  const { Shards } = (await request('ListShards', { StreamARN, MaxResults: 10_000 })) as { Shards: KinesisShard[] };
  return { createdAt, retentionSeconds: hours * 3600, shards: Shards };
}
