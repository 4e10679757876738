import type { HashKeyRange } from './hash-key.ts';
import { sequenceNumber } from './sequence-number.ts';
import { isOpen, type Shard, shardId } from './shards.ts';
import type { Stream } from './stream-store.ts';

const HOUR_MS = 3_600_000;

/** The time from which on a stream has its records. */
export const horizonOf = ({ retentionHours }: Stream, now: number): number => now - retentionHours * HOUR_MS;

/** The shards that may still have records, in the order of their ids. */
export function shardsWithRecords(stream: Stream, now: number): Shard[] {
  const horizon = horizonOf(stream, now);
  return stream.shards.filter(({ closed }) => closed === undefined || closed.at >= horizon);
}

export const openShards = ({ shards }: Stream): Shard[] => shards.filter(isOpen);

export function describeShard({ index, range, parents, first, closed }: Shard): object {
  const [parent, adjacent] = parents;
  return {
    ShardId: shardId(index),
    ...(parent !== undefined && { ParentShardId: shardId(parent) }),
    ...(adjacent !== undefined && { AdjacentParentShardId: shardId(adjacent) }),
    HashKeyRange: describeRange(range),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber({ id: first, shard: index }),
      ...(closed !== undefined && { EndingSequenceNumber: sequenceNumber({ id: closed.last, shard: index }) }),
    },
  };
}

export const describeRange = ({ start, end }: HashKeyRange): object => ({
  StartingHashKey: String(start),
  EndingHashKey: String(end),
});

/** What all descriptions of a stream say. Streams are active at once. */
export function describeStream(stream: Stream): object {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(stream.createdAt),
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
  };
}
