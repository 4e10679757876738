import { optionalText, requiredObjects, requiredText, violates } from '@dure/aws-protocols/aws-input';
import { horizonOf } from './describe.ts';
import { hashKeyOf, MAX_HASH_KEY } from './hash-key.ts';
import { requiredBytes, streamOf } from './input.ts';
import { invalidArgument } from './kinesis-error.ts';
import type { Actions, Input, Parts } from './parts.ts';
import { sequenceNumber } from './sequence-number.ts';
import { shardId, shardOf } from './shards.ts';
import type { Stream } from './stream-store.ts';

const MAX_RECORDS = 500;
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
const MAX_PARTITION_KEY = 256;
const HASH_KEY = /^(0|[1-9]\d{0,38})$/;
const SEQUENCE_NUMBER = /^(0|[1-9]\d{0,128})$/;
const TRIM_INTERVAL_MS = 60_000;

interface NewRecord {
  readonly partitionKey: string;
  readonly hashKey: bigint;
  readonly data: Uint8Array;
}

/**
 * PutRecord and PutRecords. Shards take as much as comes: nothing is throttled.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 */
export function putActions(parts: Parts): Actions {
  const { records, now, atomically, changed } = parts;
  const trimmedAt = new Map<number, number>();

  function trim(stream: Stream): void {
    if (now() - (trimmedAt.get(stream.id) ?? 0) < TRIM_INTERVAL_MS) return;
    trimmedAt.set(stream.id, now());
    records.trim(stream.id, horizonOf(stream, now()));
  }

  function put(stream: Stream, given: readonly NewRecord[]): { ShardId: string; SequenceNumber: string }[] {
    const put = atomically(() => {
      trim(stream);
      return given.map(({ partitionKey, hashKey, data }) => {
        const { index: shard } = shardOf(stream.shards, hashKey);
        const id = records.add({ stream: stream.id, shard }, { partitionKey, data, arrived: now() });
        return { ShardId: shardId(shard), SequenceNumber: sequenceNumber({ id, shard }) };
      });
    });
    changed(stream.name);
    return put;
  }

  return {
    PutRecord(input) {
      const record = recordOf(input, '');
      const after = optionalText(input, 'SequenceNumberForOrdering', Number.MAX_SAFE_INTEGER);
      if (after !== undefined && !SEQUENCE_NUMBER.test(after)) {
        const constraint = 'must satisfy regular expression pattern: 0|([1-9]\\d{0,128})';
        throw violates('sequenceNumberForOrdering', after, constraint);
      }
      const stream = streamOf(parts, input);
      requireSize(stream, record);
      const [answer] = put(stream, [record]);
      return { ...answer, EncryptionType: 'NONE' };
    },
    PutRecords(input) {
      const given = requiredObjects(input, 'Records', MAX_RECORDS).map((record, index) =>
        recordOf(record, `records.${index + 1}.member.`),
      );
      const stream = streamOf(parts, input);
      for (const record of given) requireSize(stream, record);
      if (given.reduce((sum, record) => sum + sizeOf(record), 0) > MAX_REQUEST_BYTES) {
        throw invalidArgument(`Records size exceeds ${MAX_REQUEST_BYTES / 1024 / 1024} MiB limit`);
      }
      return { FailedRecordCount: 0, Records: put(stream, given), EncryptionType: 'NONE' };
    },
  };
}

/** @param path where it stands in the request, for what is refused: `records.3.member.` */
function recordOf(input: Input, path: string): NewRecord {
  const data = requiredBytes(input['Data'], `${path}data`);
  const partitionKey = requiredText(input, 'PartitionKey', MAX_PARTITION_KEY);
  const explicit = optionalText(input, 'ExplicitHashKey', Number.MAX_SAFE_INTEGER);
  if (explicit === undefined) return { partitionKey, data, hashKey: hashKeyOf(partitionKey) };
  if (!HASH_KEY.test(explicit)) {
    throw violates(`${path}explicitHashKey`, explicit, 'must satisfy regular expression pattern: 0|([1-9]\\d{0,38})');
  }
  const hashKey = BigInt(explicit);
  if (hashKey <= MAX_HASH_KEY) return { partitionKey, data, hashKey };
  throw invalidArgument(
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicit}`,
  );
}

const sizeOf = ({ data, partitionKey }: NewRecord): number => data.length + Buffer.byteLength(partitionKey);

function requireSize({ name, maxRecordKiB }: Stream, { data }: NewRecord): void {
  if (data.length <= maxRecordKiB * 1024) return;
  throw invalidArgument(
    `A record of ${data.length} bytes is larger than the maximum record size of stream ${name}, ${maxRecordKiB} KiB.`,
  );
}
