import { AwsError } from '@dure/aws-protocols/aws-error';
import { optionalInteger, optionalObject, optionalText, requiredTime, violates } from '@dure/aws-protocols/aws-input';
import { isObject, parseJson } from '@dure/local-http/json';
import { describeShard, horizonOf, shardsWithRecords } from './describe.ts';
import { optionalEnum, requiredName, streamOf } from './input.ts';
import { invalidArgument, notFound } from './kinesis-error.ts';
import type { Input, Parts } from './parts.ts';
import { isOpen, type Shard, shardId } from './shards.ts';
import type { Stream } from './stream-store.ts';

const LIFETIME_MS = 300_000;
const BESIDES = ['StreamName', 'StreamARN', 'StreamCreationTimestamp', 'ExclusiveStartShardId', 'ShardFilter'];
const FILTERS = [
  ...(['AFTER_SHARD_ID', 'AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON'] as const),
  ...(['AT_LATEST', 'AT_TIMESTAMP', 'FROM_TIMESTAMP'] as const),
] as const;

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */
export function listShards(parts: Parts, input: Input): object {
  const { now } = parts;
  const limit = optionalInteger(input, 'MaxResults', 1, 10_000) ?? 1_000;
  const token = optionalText(input, 'NextToken', 1_048_576);
  const asked = token === undefined ? input : { ...readToken(token, now(), input), MaxResults: limit };
  const stream = streamCreatedAt(parts, asked);
  const after = optionalText(asked, 'ExclusiveStartShardId', 128) ?? '';
  const left = filtered(stream, asked, now()).filter(({ index }) => shardId(index) > after);
  const page = left.slice(0, limit);
  const next = { ...asked, StreamName: stream.name, ExclusiveStartShardId: shardId(page.at(-1)?.index ?? 0) };
  return {
    Shards: page.map(describeShard),
    ...(left.length > limit && { NextToken: writeToken(next, now()) }),
  };
}

function streamCreatedAt(parts: Parts, input: Input): Stream {
  const stream = streamOf(parts, input);
  if ((input['StreamCreationTimestamp'] ?? undefined) === undefined) return stream;
  const asked = requiredTime(input, 'StreamCreationTimestamp');
  // Clients send whole seconds.
  if (Math.abs(asked - stream.createdAt) < 1_000) return stream;
  throw notFound(`Stream ${stream.name} under account ${parts.accountId} was not created at that time.`);
}

function filtered(stream: Stream, input: Input, now: number): Shard[] {
  const shards = shardsWithRecords(stream, now);
  const filter = optionalObject(input, 'ShardFilter');
  if (filter === undefined) return shards;
  const type = optionalEnum(filter, 'Type', FILTERS);
  if (type === undefined) throw violates('shardFilter.type', undefined, 'must not be null');
  const openAt = (time: number) => (shard: Shard) => shard.openedAt <= time && (shard.closed?.at ?? Infinity) >= time;
  switch (type) {
    case 'FROM_TRIM_HORIZON':
      return shards;
    case 'AT_LATEST':
      return shards.filter(isOpen);
    case 'AT_TRIM_HORIZON':
      return shards.filter(openAt(Math.max(stream.createdAt, horizonOf(stream, now))));
    case 'AFTER_SHARD_ID': {
      const after = requiredName(filter, 'ShardId');
      return shards.filter(({ index }) => shardId(index) > after);
    }
    case 'AT_TIMESTAMP':
      return shards.filter(openAt(requiredTime(filter, 'Timestamp')));
    case 'FROM_TIMESTAMP': {
      const time = requiredTime(filter, 'Timestamp');
      return shards.filter(({ closed }) => (closed?.at ?? Infinity) >= time);
    }
  }
}

const writeToken = (input: Input, now: number): string =>
  Buffer.from(JSON.stringify({ input, now })).toString('base64');

/** @throws AwsError `InvalidArgumentException`, `ExpiredNextTokenException` */
function readToken(token: string, now: number, { NextToken: _, ...beside }: Input): Input {
  const other = BESIDES.find((name) => (beside[name] ?? undefined) !== undefined);
  if (other !== undefined) throw invalidArgument(`NextToken and ${other} cannot be provided together.`);
  const read = parseJson(Buffer.from(token, 'base64').toString('utf8'));
  if (!isObject(read) || !isObject(read['input']) || typeof read['now'] !== 'number') {
    throw invalidArgument('Invalid NextToken.');
  }
  if (now - read['now'] <= LIFETIME_MS) return read['input'];
  throw new AwsError('ExpiredNextTokenException', 'The NextToken is older than 300 seconds.');
}
