import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import { arnOnAws, namesOnAws, shardIdOnAws } from './names-on-aws.ts';

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
}

interface Records {
  readonly Records?: readonly WireRecord[];
}

/**
 * DynamoDB Streams as on AWS, where the emulator differs: its ARNs, labels and region; the id of its shard, which can be
 * too short; a shard that is written to but has an end; and a stream's ARN that belongs to a table of an earlier time.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
 * @param emulator its own answers
 */
export function createStreams(emulator: AwsJsonRequest, region: string): AwsJsonRequest {
  const actions: Record<string, (input: Record<string, unknown>, signal?: AbortSignal) => Promise<unknown>> = {
    async DescribeStream(input, signal) {
      const { described, shards } = await describe(input, signal);
      const last = shards.at(-1)?.ShardId;
      const after = input['ExclusiveStartShardId'] !== undefined && input['ExclusiveStartShardId'] === last;
      return { StreamDescription: { ...described, Shards: after ? [] : shards } };
    },
    async GetShardIterator(input, signal) {
      const { shards, ownShardId } = await describe(input, signal);
      if (shards.some(({ ShardId }) => ShardId === input['ShardId'])) {
        return emulator('GetShardIterator', { ...input, ShardId: ownShardId }, signal);
      }
      const message = `Requested resource not found: Shard does not exist: ${String(input['ShardId'])}`;
      throw new AwsError('ResourceNotFoundException', message);
    },
    async GetRecords(input, signal) {
      const { Records = [], ...rest } = (await emulator('GetRecords', input, signal)) as Records;
      return { ...rest, Records: Records.map((record) => recordOnAws(record, region)) };
    },
  };

  /** @throws AwsError `ResourceNotFoundException` for the stream of a table that was deleted since */
  async function describe(input: Record<string, unknown>, signal?: AbortSignal) {
    const StreamArn = arnOnAws(String(input['StreamArn']), region);
    const answer = (await emulator('DescribeStream', { StreamArn }, signal)) as Description;
    const { StreamDescription: described } = namesOnAws(answer, region) as Description;
    if (described?.StreamLabel !== StreamArn.split('/').at(-1)) {
      throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${StreamArn} not found`);
    }
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
function recordOnAws({ userIdentity: by, ...record }: WireRecord, awsRegion: string): object {
  const userIdentity = by && { Type: by.type, PrincipalId: by.principalId };
  return { ...record, awsRegion, ...(userIdentity && { userIdentity }) };
}
