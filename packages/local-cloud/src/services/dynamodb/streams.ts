import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { KeyTypes } from './key-operands.ts';
import { arnOnAws, namesOnAws, shardIdOnAws } from './names-on-aws.ts';
import { type Item, sizeOfRecord } from './record-size.ts';

interface Description {
  readonly StreamDescription?: {
    readonly StreamArn?: string;
    readonly StreamLabel?: string;
    readonly TableName?: string;
    readonly Shards?: readonly {
      readonly ShardId?: string;
      readonly SequenceNumberRange?: { readonly StartingSequenceNumber?: string };
    }[];
  };
}

interface WireRecord {
  readonly userIdentity?: { readonly type?: string; readonly principalId?: string };
  readonly dynamodb?: { readonly Keys?: Item; readonly NewImage?: Item; readonly OldImage?: Item };
}

interface Records {
  readonly Records?: readonly WireRecord[];
  readonly NextShardIterator?: string | null;
}

interface Iterator {
  readonly ShardIterator?: string;
}

/** Between a stream's ARN and the rest of an iterator. */
const ITERATOR = '|1|';

/**
 * DynamoDB Streams as on AWS, where the emulator differs: its ARNs, labels and region; the id of its shard, which can be
 * too short; iterators, which do not begin with their stream; a shard that is written to but has an end; and a stream's
 * ARN that belongs to a table of an earlier time.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
 * @param emulator its own answers
 * @param keyTypes of a table, its partition key first
 */
export function createStreams(
  emulator: AwsJsonRequest,
  region: string,
  keyTypes: (table: string) => KeyTypes | undefined,
): AwsJsonRequest {
  const actions: Record<string, (input: Record<string, unknown>, signal?: AbortSignal) => Promise<unknown>> = {
    async DescribeStream(input, signal) {
      const { described, shards } = await describe(input, signal);
      const last = shards.at(-1)?.ShardId;
      const after = input['ExclusiveStartShardId'] !== undefined && input['ExclusiveStartShardId'] === last;
      const keys = Object.keys(keyTypes(described?.TableName ?? '') ?? {});
      const KeySchema = keys.map((AttributeName, index) => ({
        AttributeName,
        KeyType: index === 0 ? 'HASH' : 'RANGE',
      }));
      return { StreamDescription: { ...described, KeySchema, Shards: after ? [] : shards } };
    },
    async GetShardIterator(input, signal) {
      const { shards, ownShardId } = await describe(input, signal);
      if (shards.some(({ ShardId }) => ShardId === input['ShardId'])) {
        const answer = await emulator('GetShardIterator', { ...input, ShardId: ownShardId }, signal);
        const stream = arnOnAws(String(input['StreamArn']), region);
        return { ShardIterator: `${stream}${ITERATOR}${String((answer as Iterator).ShardIterator)}` };
      }
      const message = `Requested resource not found: Shard does not exist: ${String(input['ShardId'])}`;
      throw new AwsError('ResourceNotFoundException', message);
    },
    async GetRecords(input, signal) {
      const [stream = '', iterator] = String(input['ShardIterator']).split(ITERATOR);
      const own = iterator === undefined ? input : { ...input, ShardIterator: iterator };
      const { Records = [], NextShardIterator: next } = (await emulator('GetRecords', own, signal)) as Records;
      return {
        ...(typeof next === 'string' && { NextShardIterator: `${stream}${ITERATOR}${next}` }),
        Records: Records.map((record) => recordOnAws(record, region)),
      };
    },
  };

  /** @throws AwsError `ResourceNotFoundException` for the stream of a table that was deleted since */
  async function describe(input: Record<string, unknown>, signal?: AbortSignal) {
    const StreamArn = arnOnAws(String(input['StreamArn']), region);
    const missing = new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Stream: ${StreamArn} not found`,
    );
    const answer = (await emulator('DescribeStream', { StreamArn }, signal).catch((error: Error) => {
      throw error.name === missing.code ? missing : error;
    })) as Description;
    const { StreamDescription: described } = namesOnAws(answer, region) as Description;
    if (described?.StreamLabel !== StreamArn.split('/').at(-1)) throw missing;
    const { ShardId: ownShardId, SequenceNumberRange = {} } = described?.Shards?.[0] ?? {};
    const { StartingSequenceNumber = '1' } = SequenceNumberRange;
    const shards = [{ ShardId: shardIdOnAws(StreamArn), SequenceNumberRange: { StartingSequenceNumber } }];
    return { described, shards, ownShardId };
  }

  return async (action, input, signal) => {
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (act !== undefined) return act(input as Record<string, unknown>, signal);
    return namesOnAws(await emulator(action, input, signal), region);
  };
}

/** The API's members of an identity begin with a capital letter, unlike those of a record that a function gets. */
function recordOnAws({ userIdentity: by, dynamodb: change, ...record }: WireRecord, awsRegion: string): object {
  const userIdentity = by && { Type: by.type, PrincipalId: by.principalId };
  const SizeBytes = sizeOfRecord(change?.Keys, change?.NewImage, change?.OldImage);
  return { ...record, awsRegion, dynamodb: { ...change, SizeBytes }, ...(userIdentity && { userIdentity }) };
}
