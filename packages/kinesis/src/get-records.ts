import { optionalInteger, requiredText } from '@dure/aws-protocols/aws-input';
import { describeRange, horizonOf } from './describe.ts';
import { notFound } from './kinesis-error.ts';
import type { Input, Parts } from './parts.ts';
import type { StoredRecord } from './record-store.ts';
import { sequenceNumber } from './sequence-number.ts';
import { readIterator, writeIterator } from './shard-iterator.ts';
import { type Shard, shardId } from './shards.ts';
import type { Stream } from './stream-store.ts';

const MAX_RECORDS = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;
/** How many rows are read at a time, so that large records do not all lie in memory. */
const PAGE = 1_000;

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */
export function getRecords(parts: Parts, input: Input): object {
  const { streams, accountId, now } = parts;
  const limit = optionalInteger(input, 'Limit', 1, MAX_RECORDS) ?? MAX_RECORDS;
  const position = readIterator(requiredText(input, 'ShardIterator', 2_048), now());
  const stream = streams.find(position.name);
  const shard = stream?.shards.find(({ index }) => index === position.shard);
  if (stream === undefined || stream.id !== position.stream || shard === undefined) {
    throw notFound(`Stream ${position.name} under account ${accountId} not found.`);
  }
  const { records, more } = read(parts, stream, shard, position.after, limit);
  const after = records.at(-1)?.id ?? position.after;
  const ended = !more && shard.closed !== undefined;
  return {
    Records: records.map(({ id, partitionKey, data, arrived }) => ({
      SequenceNumber: sequenceNumber({ id, shard: shard.index }),
      ApproximateArrivalTimestamp: new Date(arrived),
      Data: data,
      PartitionKey: partitionKey,
      EncryptionType: 'NONE',
    })),
    ...(!ended && { NextShardIterator: writeIterator({ ...position, after }, now()) }),
    MillisBehindLatest: more ? Math.max(0, now() - (records.at(-1)?.arrived ?? now())) : 0,
    ...(ended && { ChildShards: childrenOf(stream, shard) }),
  };
}

/** Up to so many records, and no more bytes than an answer may have. */
function read(
  { records, now }: Parts,
  stream: Stream,
  shard: Shard,
  after: number,
  limit: number,
): { records: StoredRecord[]; more: boolean } {
  const key = { stream: stream.id, shard: shard.index };
  const horizon = horizonOf(stream, now());
  const found: StoredRecord[] = [];
  let bytes = 0;
  for (;;) {
    const page = records.after(key, found.at(-1)?.id ?? after, horizon, Math.min(PAGE, limit - found.length + 1));
    for (const record of page) {
      bytes += record.data.length + Buffer.byteLength(record.partitionKey);
      if (found.length === limit || (found.length > 0 && bytes > MAX_BYTES)) return { records: found, more: true };
      found.push(record);
    }
    if (page.length === 0) return { records: found, more: false };
  }
}

function childrenOf({ shards }: Stream, parent: Shard): object[] {
  const children = shards.filter(({ parents }) => parents.includes(parent.index));
  return children.map(({ index, parents, range }) => ({
    ShardId: shardId(index),
    ParentShards: parents.map(shardId),
    HashKeyRange: describeRange(range),
  }));
}
