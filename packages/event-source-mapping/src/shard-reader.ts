import type { Shard } from '@aws-sdk/client-dynamodb-streams';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { Position } from './checkpoint-store.ts';
import type { WireRecord } from './stream-record.ts';

const MAX_PER_READ = 1000;

interface RecordsPage {
  readonly Records?: readonly WireRecord[];
  /** Null or missing at the end of a closed shard. */
  readonly NextShardIterator?: string | null;
}

interface ShardsPage {
  readonly StreamDescription?: { readonly Shards?: readonly Shard[]; readonly LastEvaluatedShardId?: string | null };
}

/** Reads a stream in order, shard after shard. */
export interface ShardReader<Wire = WireRecord> {
  /** The next records; fewer than asked for when there are no more at the moment. Advances the position. */
  read(most: number): Promise<readonly Wire[]>;
  /** Reads on after this position. */
  seek(position: Position): void;
  position(): Position;
  /** Of a reader of one shard: whether it is closed and was read to its end. */
  ended?(): boolean;
}

/**
 * Opens a stream after a position, or at the stream's beginning or end.
 * @param onTrimmed called when the records after the position are already trimmed: reading goes on with the oldest
 * @throws Error when the stream has two shards that are open at a time
 */
export async function openStream(
  streams: AwsJsonRequest,
  streamArn: string,
  from: Position | 'TRIM_HORIZON' | 'LATEST',
  onTrimmed: (position: Position) => void,
): Promise<ShardReader> {
  let position = await startingPosition(streams, streamArn, from, onTrimmed);
  let iterator: string | undefined;
  let exhausted = false;

  async function openIterator(): Promise<string | undefined> {
    const shard = { StreamArn: streamArn, ShardId: position.shardId };
    const iteratorOf = async (type: object) =>
      ((await streams('GetShardIterator', { ...shard, ...type })) as { ShardIterator?: string }).ShardIterator;
    const oldest = { ShardIteratorType: 'TRIM_HORIZON' };
    if (position.sequence === undefined) return iteratorOf(oldest);
    try {
      return await iteratorOf({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position.sequence });
    } catch (error) {
      if ((error as Error).name !== 'TrimmedDataAccessException') throw error;
      onTrimmed(position);
      return iteratorOf(oldest);
    }
  }

  /** A shard that is closed and read to its end has no further iterator: its successor is next. */
  async function nextShard(): Promise<boolean> {
    const shards = await shardsOf(streams, streamArn);
    const next = shards[shards.findIndex(({ ShardId }) => ShardId === position.shardId) + 1];
    if (next?.ShardId === undefined) return false;
    position = { shardId: next.ShardId };
    return true;
  }

  const reader: ShardReader = {
    async read(most) {
      if (exhausted && !(await nextShard())) return [];
      exhausted = false;
      iterator ??= await openIterator();
      try {
        const input = { ShardIterator: iterator, Limit: Math.min(most, MAX_PER_READ) };
        const { Records = [], NextShardIterator } = (await streams('GetRecords', input)) as RecordsPage;
        const sequence = Records.at(-1)?.dynamodb?.SequenceNumber;
        if (sequence !== undefined) position = { ...position, sequence };
        iterator = NextShardIterator ?? undefined;
        exhausted = iterator === undefined;
        return exhausted && Records.length === 0 ? reader.read(most) : Records;
      } catch (error) {
        // An iterator lives 15 minutes; the position makes a new one.
        iterator = undefined;
        throw error;
      }
    },
    seek(to) {
      position = to;
      iterator = undefined;
      exhausted = false;
    },
    position: () => position,
  };
  if (from === 'LATEST') while ((await reader.read(MAX_PER_READ)).length > 0);
  return reader;
}

async function startingPosition(
  streams: AwsJsonRequest,
  streamArn: string,
  from: Position | 'TRIM_HORIZON' | 'LATEST',
  onTrimmed: (position: Position) => void,
): Promise<Position> {
  const shards = await shardsOf(streams, streamArn);
  const open = shards.filter(
    ({ SequenceNumberRange }) => (SequenceNumberRange?.EndingSequenceNumber ?? undefined) === undefined,
  );
  if (open.length > 1) throw new Error(`${streamArn} has ${open.length} open shards, one is supported.`);
  const oldest = { shardId: shards[0]?.ShardId ?? '' };
  if (typeof from === 'string') return oldest;
  if (shards.some(({ ShardId }) => ShardId === from.shardId)) return from;
  onTrimmed(from);
  return oldest;
}

async function shardsOf(streams: AwsJsonRequest, streamArn: string): Promise<readonly Shard[]> {
  const shards: Shard[] = [];
  let last: string | undefined;
  do {
    const input = { StreamArn: streamArn, ...(last !== undefined && { ExclusiveStartShardId: last }) };
    const { StreamDescription } = (await streams('DescribeStream', input)) as ShardsPage;
    shards.push(...(StreamDescription?.Shards ?? []));
    last = StreamDescription?.LastEvaluatedShardId ?? undefined;
  } while (last !== undefined);
  return shards;
}
