import { describe, expect, it } from '@jest/globals';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { Position } from '../src/checkpoint-store.ts';
import { openStream } from '../src/shard-reader.ts';

interface FakeShard {
  readonly id: string;
  /** The records that are left. */
  readonly records: readonly number[];
  readonly closed: boolean;
  /** Up to here records are trimmed. */
  readonly trimmedTo?: number;
}

/** Answers as DynamoDB does where the emulator cannot: shards that close, trimmed records, iterators that expire. */
function streamsOf(shards: readonly FakeShard[], expiring = 0): AwsJsonRequest {
  let expirations = expiring;
  const find = (id: unknown): FakeShard => shards.find((shard) => shard.id === id) as FakeShard;
  const answers: Record<string, (input: Record<string, unknown>) => object> = {
    DescribeStream: ({ ExclusiveStartShardId }) => {
      const from = shards.findIndex(({ id }) => id === ExclusiveStartShardId) + 1;
      const page = shards.slice(from, from + 1);
      const last = from + 1 < shards.length ? page[0]?.id : undefined;
      const Shards = page.map(({ id, closed }) => ({
        ShardId: id,
        SequenceNumberRange: closed ? { EndingSequenceNumber: '99' } : {},
      }));
      return { StreamDescription: { Shards, ...(last && { LastEvaluatedShardId: last }) } };
    },
    GetShardIterator: ({ ShardId, SequenceNumber }) => {
      const after = Number(SequenceNumber ?? 0);
      if (SequenceNumber !== undefined && after < (find(ShardId).trimmedTo ?? 0))
        throw named('TrimmedDataAccessException');
      return { ShardIterator: `${ShardId}/${after}` };
    },
    GetRecords: ({ ShardIterator, Limit }) => {
      if ((expirations -= 1) >= 0) throw named('ExpiredIteratorException');
      const [id, after] = String(ShardIterator).split('/');
      const { records, closed } = find(id);
      const read = records.filter((record) => record > Number(after)).slice(0, Number(Limit));
      const last = read.at(-1) ?? Number(after);
      const ended = closed && last === (records.at(-1) ?? last);
      return {
        Records: read.map((record) => ({ dynamodb: { SequenceNumber: String(record) } })),
        ...(!ended && { NextShardIterator: `${id}/${last}` }),
      };
    },
  };
  return async (action, input) => answers[action]?.(input as Record<string, unknown>);
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

async function readAll(streams: AwsJsonRequest, from: Position | 'TRIM_HORIZON' | 'LATEST') {
  const trimmed: Position[] = [];
  const reader = await openStream(streams, 'arn', from, (position) => trimmed.push(position));
  const sequences: number[] = [];
  for (;;) {
    const records = await reader.read(2);
    if (records.length === 0) return { sequences, trimmed, position: reader.position() };
    sequences.push(...records.map(({ dynamodb }) => Number(dynamodb?.SequenceNumber)));
  }
}

const two: FakeShard[] = [
  { id: 'old', records: [1, 2, 3], closed: true },
  { id: 'new', records: [4, 5], closed: false },
];

describe('DynamoDB Streams API Reference, GetRecords', () => {
  it('goes on with the next shard when a closed one is read to its end (NextShardIterator is null)', async () => {
    expect(await readAll(streamsOf(two), 'TRIM_HORIZON')).toEqual({
      sequences: [1, 2, 3, 4, 5],
      trimmed: [],
      position: { shardId: 'new', sequence: '5' },
    });
  });

  it('goes on after a position in a closed shard', async () => {
    expect((await readAll(streamsOf(two), { shardId: 'old', sequence: '2' })).sequences).toEqual([3, 4, 5]);
    expect((await readAll(streamsOf(two), { shardId: 'old', sequence: '3' })).sequences).toEqual([4, 5]);
  });

  it('passes over empty closed shards, and waits at the end of a stream that is closed', async () => {
    const shards = [
      { id: 'a', records: [], closed: true },
      { id: 'b', records: [1], closed: true },
    ];
    expect((await readAll(streamsOf(shards), 'TRIM_HORIZON')).sequences).toEqual([1]);
  });

  it('begins after all shards at LATEST', async () => {
    expect(await readAll(streamsOf(two), 'LATEST')).toMatchObject({ sequences: [], position: { sequence: '5' } });
  });

  it('makes another iterator from its position after ExpiredIteratorException', async () => {
    const reader = await openStream(streamsOf(two, 1), 'arn', { shardId: 'old', sequence: '1' }, () => undefined);
    await expect(reader.read(10)).rejects.toThrow('ExpiredIteratorException');
    expect((await reader.read(10)).map(({ dynamodb }) => dynamodb?.SequenceNumber)).toEqual(['2', '3']);
  });

  it('goes on with the oldest record left after TrimmedDataAccessException, and logs it', async () => {
    const shards = [{ id: 'a', records: [8, 9], closed: false, trimmedTo: 7 }];
    const position = { shardId: 'a', sequence: '3' };
    expect(await readAll(streamsOf(shards), position)).toMatchObject({ sequences: [8, 9], trimmed: [position] });
  });

  it('goes on with the oldest shard left when its own is gone, and logs it', async () => {
    const position = { shardId: 'gone', sequence: '3' };
    expect(await readAll(streamsOf(two), position)).toMatchObject({ sequences: [1, 2, 3, 4, 5], trimmed: [position] });
  });

  it('refuses a stream with two open shards', async () => {
    const shards = [
      { id: 'a', records: [], closed: false },
      { id: 'b', records: [], closed: false },
    ];
    await expect(readAll(streamsOf(shards), 'TRIM_HORIZON')).rejects.toThrow('2 open shards');
  });
});
