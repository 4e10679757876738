import { invalid, requiredText, violates } from '@dure/aws-protocols/aws-input';
import { openShards } from './describe.ts';
import { optionalEnum, requiredInteger, requiredName, streamOf } from './input.ts';
import { invalidArgument, overLimit } from './kinesis-error.ts';
import type { Actions, Input, Parts } from './parts.ts';
import { requireShard } from './require-shard.ts';
import { areAdjacent, merge, type Moment, scale, type Shard, shardId, split } from './shards.ts';
import { requireRoom } from './stream-actions.ts';
import type { Stream } from './stream-store.ts';

const HASH_KEY = /^(0|[1-9]\d{0,38})$/;
const DAY_MS = 86_400_000;
const UPDATES_A_DAY = 10;
const MAX_SHARDS = 10_000;

/** SplitShard, MergeShards and UpdateShardCount. */
export function reshardingActions(parts: Parts): Actions {
  const { streams, records, accountId, now, atomically, changed } = parts;

  function reshard(stream: Stream, change: (shards: readonly Shard[], moment: Moment) => Shard[]): Stream {
    const resharded = atomically(() => {
      const shards = change(stream.shards, { id: records.nextId(), at: now() });
      const after = { ...stream, shards };
      streams.save(after);
      return after;
    });
    changed(stream.name);
    return resharded;
  }

  function openShard(stream: Stream, id: string): Shard {
    const shard = requireShard(parts, stream, id);
    if (shard.closed === undefined) return shard;
    throw invalidArgument(
      `Shard ${shardId(shard.index)} in stream ${stream.name} under account ${accountId} has already been merged or ` +
        'split, and thus is not eligible for merging or splitting.',
    );
  }

  function provisioned(input: Input): Stream {
    const stream = streamOf(parts, input);
    if (stream.mode === 'PROVISIONED') return stream;
    throw invalid(
      `Stream ${stream.name} under account ${accountId} is in ON_DEMAND mode, which has no shards of yours.`,
    );
  }

  return {
    SplitShard(input) {
      const id = requiredName(input, 'ShardToSplit');
      const start = requiredText(input, 'NewStartingHashKey', Number.MAX_SAFE_INTEGER);
      if (!HASH_KEY.test(start)) {
        throw violates('newStartingHashKey', start, 'must satisfy regular expression pattern: 0|([1-9]\\d{0,38})');
      }
      const stream = provisioned(input);
      const shard = openShard(stream, id);
      const { range } = shard;
      if (BigInt(start) <= range.start + 1n || BigInt(start) >= range.end) {
        throw invalidArgument(
          `NewStartingHashKey ${start} used in SplitShard() on shard ${shardId(shard.index)} in stream ${stream.name} ` +
            `under account ${accountId} is not both greater than one plus the shard's StartingHashKey ${range.start} ` +
            `and less than the shard's EndingHashKey ${range.end}.`,
        );
      }
      requireRoom(parts, 1);
      reshard(stream, (shards, moment) => split(shards, shard, BigInt(start), moment));
      return undefined;
    },
    MergeShards(input) {
      const ids = [requiredName(input, 'ShardToMerge'), requiredName(input, 'AdjacentShardToMerge')] as const;
      const stream = provisioned(input);
      const [one, other] = [openShard(stream, ids[0]), openShard(stream, ids[1])];
      if (!areAdjacent(one, other)) {
        throw invalidArgument(
          `Shards ${shardId(one.index)} and ${shardId(other.index)} in stream ${stream.name} under account ` +
            `${accountId} are not an adjacent pair of shards eligible for merging`,
        );
      }
      reshard(stream, (shards, moment) => merge(shards, one, other, moment));
      return undefined;
    },
    UpdateShardCount(input) {
      const target = requiredInteger(input, 'TargetShardCount', 1, 1_000_000);
      if (optionalEnum(input, 'ScalingType', ['UNIFORM_SCALING']) === undefined) {
        throw violates('scalingType', undefined, 'must not be null');
      }
      const stream = provisioned(input);
      const current = openShards(stream).length;
      const counts = `Current open shard count: ${current} Target shard count: ${target}`;
      if (target > current * 2) {
        throw invalidArgument(`UpdateShardCount cannot scale up over double your current open shard count. ${counts}`);
      }
      if (target < current / 2) {
        throw invalidArgument(`UpdateShardCount cannot scale down below half your current open shard count. ${counts}`);
      }
      if (target > MAX_SHARDS) throw invalidArgument(`UpdateShardCount scales up to ${MAX_SHARDS} shards. ${counts}`);
      const scaledAt = stream.scaledAt.filter((time) => time > now() - DAY_MS);
      if (scaledAt.length >= UPDATES_A_DAY) {
        throw overLimit(
          `Stream ${stream.name} was scaled ${UPDATES_A_DAY} times in the last 24 hours, the most there may be.`,
        );
      }
      requireRoom(parts, Math.max(0, target - current));
      const counted = { ...stream, scaledAt: [...scaledAt, now()] };
      reshard(counted, (shards, moment) => scale(shards, target, moment));
      return {
        StreamName: stream.name,
        StreamARN: stream.arn,
        CurrentShardCount: current,
        TargetShardCount: target,
      };
    },
  };
}
