import { allowOnly, invalid, optionalInteger, optionalObject, optionalText } from '@dure/aws-protocols/aws-input';
import { describeShard, describeStream, openShards, shardsWithRecords } from './describe.ts';
import { optionalEnum, requiredInteger, requiredName, streamOf, tagsOf } from './input.ts';
import { inUse, invalidArgument, overLimit } from './kinesis-error.ts';
import type { Actions, Input, Parts } from './parts.ts';
import { firstShards, shardId } from './shards.ts';
import type { Stream, StreamMode } from './stream-store.ts';

/** What AWS gives a new account in its large regions. */
export const SHARD_LIMIT = 20_000;
const ON_DEMAND_LIMIT = 50;
export const ON_DEMAND_SHARDS = 4;
const RETENTION_HOURS = { least: 24, most: 8_760 };
const MAX_RECORD_KIB = { least: 1_024, most: 10_240 };
const MODES: readonly StreamMode[] = ['PROVISIONED', 'ON_DEMAND'];

/** Makes, changes, shows and deletes streams. Each change is done when it is answered. */
export function streamActions(parts: Parts): Actions {
  const { streams, records, accountId, region, now, atomically, changed } = parts;

  function create(input: Input): Stream {
    allowOnly('CreateStream', input, ['StreamName', 'ShardCount', 'StreamModeDetails', 'Tags', 'MaxRecordSizeInKiB']);
    const name = requiredName(input, 'StreamName');
    const count = optionalInteger(input, 'ShardCount', 1, 1_000_000);
    const mode = modeOf(input) ?? (count === undefined ? 'ON_DEMAND' : 'PROVISIONED');
    if (mode === 'ON_DEMAND' && count !== undefined) {
      throw invalid('ShardCount must not be specified for a stream in ON_DEMAND mode.');
    }
    if (mode === 'PROVISIONED' && count === undefined) {
      throw invalid('ShardCount must be specified for a stream in PROVISIONED mode.');
    }
    const tags = tagsOf(input);
    const maxRecordKiB = recordSizeOf(input) ?? MAX_RECORD_KIB.least;
    if (streams.find(name) !== undefined) throw inUse(`Stream ${name} under account ${accountId} already exists.`);
    requireRoom(parts, count ?? ON_DEMAND_SHARDS);
    return atomically(() => {
      const createdAt = now();
      return streams.add({
        name,
        arn: `arn:aws:kinesis:${region}:${accountId}:stream/${name}`,
        ...{ createdAt, mode, maxRecordKiB, tags },
        retentionHours: RETENTION_HOURS.least,
        shards: firstShards(count ?? ON_DEMAND_SHARDS, { id: records.nextId(), at: createdAt }),
        scaledAt: [],
        consumers: [],
      });
    });
  }

  function changeRetention(input: Input, direction: 'longer' | 'shorter'): void {
    const stream = streamOf(parts, input);
    const hours = requiredInteger(input, 'RetentionPeriodHours', -1_000_000, 1_000_000);
    const { least, most } = RETENTION_HOURS;
    const asked = `Requested retention period (${hours} hours)`;
    if (hours < least)
      throw invalidArgument(`Minimum allowed retention period is ${least} hours. ${asked} is too short.`);
    if (hours > most) throw invalidArgument(`Maximum allowed retention period is ${most} hours. ${asked} is too long.`);
    const existing = `existing retention period (${stream.retentionHours} hours)`;
    if (direction === 'longer' && hours < stream.retentionHours) {
      const other = 'Use DecreaseRetentionPeriod API.';
      throw invalidArgument(`${asked} for stream ${stream.name} can not be shorter than ${existing}. ${other}`);
    }
    if (direction === 'shorter' && hours > stream.retentionHours) {
      const other = 'Use IncreaseRetentionPeriod API.';
      throw invalidArgument(`${asked} for stream ${stream.name} can not be longer than ${existing}. ${other}`);
    }
    streams.save({ ...stream, retentionHours: hours });
  }

  return {
    CreateStream: (input) => void create(input),
    DeleteStream(input) {
      const stream = streamOf(parts, input);
      if (stream.consumers.length > 0 && input['EnforceConsumerDeletion'] !== true) {
        throw inUse(
          `Stream ${stream.name} under account ${accountId} has consumers. Set EnforceConsumerDeletion, or deregister them.`,
        );
      }
      atomically(() => streams.remove(stream));
      changed(stream.name);
      return undefined;
    },
    DescribeStream(input) {
      const stream = streamOf(parts, input);
      const limit = optionalInteger(input, 'Limit', 1, 10_000) ?? 100;
      const after = optionalText(input, 'ExclusiveStartShardId', 128) ?? '';
      const left = shardsWithRecords(stream, now()).filter(({ index }) => shardId(index) > after);
      const Shards = left.slice(0, limit).map(describeShard);
      return { StreamDescription: { ...describeStream(stream), Shards, HasMoreShards: left.length > limit } };
    },
    DescribeStreamSummary(input) {
      const stream = streamOf(parts, input);
      const counts = { OpenShardCount: openShards(stream).length, ConsumerCount: stream.consumers.length };
      const summary = { ...describeStream(stream), ...counts, MaxRecordSizeInKiB: stream.maxRecordKiB };
      return { StreamDescriptionSummary: summary };
    },
    DescribeLimits() {
      const all = streams.all();
      return {
        ShardLimit: SHARD_LIMIT,
        OpenShardCount: openShardCount(parts),
        OnDemandStreamCount: all.filter(({ mode }) => mode === 'ON_DEMAND').length,
        OnDemandStreamCountLimit: ON_DEMAND_LIMIT,
      };
    },
    ListStreams(input) {
      const limit = optionalInteger(input, 'Limit', 1, 10_000) ?? 100;
      const token = optionalText(input, 'NextToken', 1_048_576);
      const start = token === undefined ? optionalText(input, 'ExclusiveStartStreamName', 128) : nameIn(token);
      const left = streams.all().filter(({ name }) => start === undefined || name > start);
      const page = left.slice(0, limit);
      const more = left.length > limit;
      return {
        StreamNames: page.map(({ name }) => name),
        HasMoreStreams: more,
        ...(more && { NextToken: Buffer.from(page.at(-1)!.name).toString('base64') }),
        StreamSummaries: page.map(({ name, arn, mode, createdAt }) => ({
          StreamName: name,
          StreamARN: arn,
          StreamStatus: 'ACTIVE',
          StreamModeDetails: { StreamMode: mode },
          StreamCreationTimestamp: new Date(createdAt),
        })),
      };
    },
    IncreaseStreamRetentionPeriod: (input) => changeRetention(input, 'longer') as undefined,
    DecreaseStreamRetentionPeriod: (input) => changeRetention(input, 'shorter') as undefined,
    UpdateMaxRecordSize(input) {
      const stream = streamOf(parts, input);
      const { least, most } = MAX_RECORD_KIB;
      streams.save({ ...stream, maxRecordKiB: requiredInteger(input, 'MaxRecordSizeInKiB', least, most) });
      return undefined;
    },
    UpdateStreamMode(input) {
      const stream = streamOf(parts, input);
      const mode = modeOf(input);
      if (mode === undefined) throw invalid('StreamModeDetails has to say the StreamMode.');
      streams.save({ ...stream, mode });
      return undefined;
    },
  };
}

/** @throws AwsError `LimitExceededException` where so many more open shards are more than an account may have */
export function requireRoom(parts: Parts, more: number): void {
  const current = openShardCount(parts);
  if (current + more <= SHARD_LIMIT) return;
  throw overLimit(
    `This request would exceed the shard limit for the account ${parts.accountId} in ${parts.region}. ` +
      `Current shard count for the account: ${current}. Limit: ${SHARD_LIMIT}. ` +
      `Number of additional shards that would have resulted from this request: ${more}.`,
  );
}

const openShardCount = ({ streams }: Parts): number =>
  streams.all().reduce((sum, stream) => sum + openShards(stream).length, 0);

function modeOf(input: Input): StreamMode | undefined {
  return optionalEnum(optionalObject(input, 'StreamModeDetails') ?? {}, 'StreamMode', MODES);
}

const recordSizeOf = (input: Input): number | undefined =>
  optionalInteger(input, 'MaxRecordSizeInKiB', MAX_RECORD_KIB.least, MAX_RECORD_KIB.most);

const nameIn = (token: string): string => Buffer.from(token, 'base64').toString('utf8');
