import { optionalText, requiredTime, violates } from '@dure/aws-protocols/aws-input';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { isObject, parseJson } from '@dure/local-http/json';
import { optionalEnum, requiredName, streamOf } from './input.ts';
import { invalidArgument } from './kinesis-error.ts';
import type { Input, Parts } from './parts.ts';
import { parseSequenceNumber } from './sequence-number.ts';
import { requireShard } from './require-shard.ts';
import { type Shard, shardId } from './shards.ts';
import type { Stream } from './stream-store.ts';

const LIFETIME_MS = 300_000;
const TYPES = ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'] as const;
const SEQUENCE_NUMBER = /^(0|[1-9]\d{0,128})$/;

/** What an iterator says: read on in this shard after this record. */
export interface Position {
  readonly stream: number;
  readonly name: string;
  readonly shard: number;
  readonly after: number;
}

/** @param now ms since 1970, from when on it lives five minutes */
export function writeIterator(position: Position, now: number): string {
  return Buffer.from(JSON.stringify({ ...position, now })).toString('base64');
}

/** @throws AwsError `InvalidArgumentException`, `ExpiredIteratorException` */
export function readIterator(text: string, now: number): Position {
  const read = parseJson(Buffer.from(text, 'base64').toString('utf8'));
  if (!isObject(read) || !['stream', 'shard', 'after', 'now'].every((name) => Number.isSafeInteger(read[name]))) {
    throw invalidArgument('Invalid ShardIterator.');
  }
  const { now: made, ...position } = read as unknown as Position & { readonly now: number };
  if (now - made <= LIFETIME_MS) return position;
  const [then, today] = [made, now].map((time) => new Date(time).toUTCString());
  throw new AwsError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${then} while right now it is ${today} ` +
      `which is further in the future than the tolerated delay of ${LIFETIME_MS} milliseconds.`,
  );
}

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
export function getShardIterator(parts: Parts, input: Input): object {
  const id = requiredName(input, 'ShardId');
  const type = optionalEnum(input, 'ShardIteratorType', TYPES);
  if (type === undefined) throw violates('shardIteratorType', undefined, 'must not be null');
  const number = optionalText(input, 'StartingSequenceNumber', Number.MAX_SAFE_INTEGER);
  if (number !== undefined && !SEQUENCE_NUMBER.test(number)) {
    throw violates('startingSequenceNumber', number, 'must satisfy regular expression pattern: 0|([1-9]\\d{0,128})');
  }
  const stream = streamOf(parts, input);
  const shard = requireShard(parts, stream, id);
  const bySequence = type.endsWith('_SEQUENCE_NUMBER');
  if (bySequence !== (number !== undefined)) {
    throw invalidArgument(
      'Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or ' +
        '(2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. ' +
        `Request specified ${type} and ${bySequence ? 'no' : 'also a'} StartingSequenceNumber.`,
    );
  }
  if ((type === 'AT_TIMESTAMP') !== ((input['Timestamp'] ?? undefined) !== undefined)) {
    throw invalidArgument(`Timestamp has to be specified for AT_TIMESTAMP, and only for it. The type is ${type}.`);
  }
  const after = positionOf(parts, { stream, shard, type, number, input });
  const position = { stream: stream.id, name: stream.name, shard: shard.index, after };
  return { ShardIterator: writeIterator(position, parts.now()) };
}

interface Wanted {
  readonly stream: Stream;
  readonly shard: Shard;
  readonly type: (typeof TYPES)[number];
  readonly number: string | undefined;
  readonly input: Input;
}

/** The id of the record after which is read. */
function positionOf({ records, now, accountId }: Parts, { stream, shard, type, number, input }: Wanted): number {
  const key = { stream: stream.id, shard: shard.index };
  if (type === 'TRIM_HORIZON') return 0;
  if (type === 'LATEST') return records.last(key) ?? 0;
  if (type === 'AT_TIMESTAMP') {
    const time = requiredTime(input, 'Timestamp');
    if (time > now()) throw invalidArgument('The timestamp cannot be in the future.');
    return (records.firstSince(key, time) ?? (records.last(key) ?? 0) + 1) - 1;
  }
  const place = parseSequenceNumber(number!);
  if (place === undefined || place.id < shard.first) {
    throw invalidArgument(
      `StartingSequenceNumber ${number} used in GetShardIterator on shard ${shardId(shard.index)} in stream ` +
        `${stream.name} under account ${accountId} is invalid because it did not come from this stream.`,
    );
  }
  if (place.shard !== shard.index) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardId(place.shard)}, ` +
        `while it was used in a call to a shard with ${shardId(shard.index)}`,
    );
  }
  return type === 'AT_SEQUENCE_NUMBER' ? place.id - 1 : place.id;
}
