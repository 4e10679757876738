import {
  GetRecordsCommand,
  ListShardsCommand,
  type ListShardsCommandInput,
  MergeShardsCommand,
  type Shard,
  SplitShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_HASH_KEY, uniformRanges } from '../src/hash-key.ts';
import { firstShards, isOpen, scale, shardOf } from '../src/shards.ts';
import { client, clock, createStream, HOUR_MS, iteratorOf, put, refusalOf, textsIn } from './harness.ts';

afterEach(() => void (clock.ahead = 0));

async function shardsOf(StreamName: string, more: Partial<ListShardsCommandInput> = {}): Promise<Shard[]> {
  return (await client.send(new ListShardsCommand({ StreamName, ...more }))).Shards!;
}
const idsOf = (shards: readonly Shard[]): number[] => shards.map(({ ShardId }) => Number(ShardId!.split('-')[1]));
const HALF = String((MAX_HASH_KEY + 1n) / 2n);
const split = (StreamName: string, ShardToSplit: string, NewStartingHashKey: string) =>
  client.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
const merge = (StreamName: string, ShardToMerge: string, AdjacentShardToMerge: string) =>
  client.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
const updateCount = (StreamName: string, TargetShardCount: number) =>
  client.send(new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }));

describe('a split', () => {
  it('closes the shard and opens two; old records stay, new ones go to the children', async () => {
    const stream = await createStream();
    await put(stream, 'old', 'k', '0');
    await split(stream, 'shardId-000000000000', HALF);
    await put(stream, 'low', 'k', '0');
    await put(stream, 'high', 'k', HALF);
    const [parent, low, high] = await shardsOf(stream);
    expect(parent!.SequenceNumberRange!.EndingSequenceNumber).toBeDefined();
    expect(low).toMatchObject({ ParentShardId: 'shardId-000000000000', HashKeyRange: { StartingHashKey: '0' } });
    expect(high!.HashKeyRange).toEqual({ StartingHashKey: HALF, EndingHashKey: String(MAX_HASH_KEY) });
    expect(await Promise.all([0, 1, 2].map((shard) => textsIn(stream, shard)))).toEqual([['old'], ['low'], ['high']]);
  });

  it('ends the reading of the shard, and names its children', async () => {
    const stream = await createStream();
    await put(stream, 'a');
    await put(stream, 'b');
    await split(stream, 'shardId-000000000000', HALF);
    const first = await client.send(new GetRecordsCommand({ ShardIterator: await iteratorOf(stream), Limit: 1 }));
    expect(first.ChildShards).toBeUndefined();
    const last = await client.send(new GetRecordsCommand({ ShardIterator: first.NextShardIterator }));
    expect(last).toMatchObject({ Records: [{}], MillisBehindLatest: 0 });
    expect(last.NextShardIterator).toBeUndefined();
    expect(last.ChildShards!.map(({ ShardId, ParentShards }) => [ShardId, ParentShards])).toEqual([
      ['shardId-000000000001', ['shardId-000000000000']],
      ['shardId-000000000002', ['shardId-000000000000']],
    ]);
  });

  it.each([
    [
      'at its beginning',
      'shardId-000000000000',
      '0',
      /is not both greater than one plus the shard's StartingHashKey 0 /,
    ],
    ['beyond its end', 'shardId-000000000000', String(MAX_HASH_KEY), /less than the shard's EndingHashKey \d+\.$/],
    ['of none', 'shardId-7', HALF, /^ResourceNotFoundException: Shard shardId-000000000007 /],
    ['without a number', 'shardId-000000000000', 'x', /^ValidationException: .*'newStartingHashKey'/],
  ])('is refused: %s', async (_name, shard, key, words) => {
    expect(await refusalOf(split(await createStream(), shard, key))).toMatch(words);
  });

  it('is refused for a shard that is closed, and for a stream on demand', async () => {
    const stream = await createStream();
    await split(stream, 'shardId-000000000000', HALF);
    expect(await refusalOf(split(stream, 'shardId-000000000000', HALF))).toMatch(
      /has already been merged or split, and thus is not eligible for merging or splitting\.$/,
    );
    const onDemand = await createStream({});
    expect(await refusalOf(split(onDemand, 'shardId-000000000000', '5'))).toMatch(/^ValidationException: .*ON_DEMAND/);
  });
});

describe('a merge', () => {
  it('closes two shards that adjoin and opens one', async () => {
    const stream = await createStream({ ShardCount: 3 });
    await merge(stream, 'shardId-000000000001', 'shardId-000000000000');
    const merged = (await shardsOf(stream)).at(-1)!;
    expect(merged).toMatchObject({
      ShardId: 'shardId-000000000003',
      ParentShardId: 'shardId-000000000001',
      AdjacentParentShardId: 'shardId-000000000000',
      HashKeyRange: { StartingHashKey: '0' },
    });
    expect(await refusalOf(merge(stream, 'shardId-000000000001', 'shardId-000000000002'))).toMatch(
      /already been merged/,
    );
  });

  it('is refused for shards that do not adjoin', async () => {
    const stream = await createStream({ ShardCount: 3 });
    expect(await refusalOf(merge(stream, 'shardId-000000000000', 'shardId-000000000002'))).toMatch(
      /^InvalidArgumentException: Shards shardId-000000000000 and shardId-000000000002 .* not an adjacent pair of shards/,
    );
  });
});

describe('a shard count', () => {
  it('is reached with shards of the same size, and no record is lost', async () => {
    const stream = await createStream({ ShardCount: 2 });
    await put(stream, 'before', 'k', HALF);
    expect(await updateCount(stream, 3)).toMatchObject({ CurrentShardCount: 2, TargetShardCount: 3 });
    const open = await shardsOf(stream, { ShardFilter: { Type: 'AT_LATEST' } });
    const starts = open.map(({ HashKeyRange }) => BigInt(HashKeyRange!.StartingHashKey!));
    expect(starts.sort((a, b) => (a < b ? -1 : 1))).toEqual(uniformRanges(3).map(({ start }) => start));
    expect(await textsIn(stream, 1)).toEqual(['before']);
  });

  it('at most doubles or halves, and ten times a day', async () => {
    const stream = await createStream({ ShardCount: 2 });
    expect(await refusalOf(updateCount(stream, 5))).toMatch(/scale up over double .*count: 2 Target shard count: 5$/);
    await updateCount(stream, 4);
    expect(await refusalOf(updateCount(stream, 1))).toMatch(/scale down below half .*count: 4 Target shard count: 1$/);
    for (let times = 0; times < 9; times += 1) await updateCount(stream, times % 2 === 0 ? 2 : 4);
    expect(await refusalOf(updateCount(stream, 4))).toMatch(
      /^LimitExceededException: .* 10 times in the last 24 hours/,
    );
    clock.ahead = 25 * HOUR_MS;
    expect(await refusalOf(updateCount(stream, 4))).toBe('not refused');
  });

  it('is always reached, with at most two parents for each shard', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 6 }), ([first, ...counts]) => {
        let shards = firstShards(first!, { id: 1, at: 0 });
        for (const count of counts) {
          shards = scale(shards, count, { id: 2, at: 0 });
          const open = shards.filter(isOpen).sort((a, b) => (a.range.start < b.range.start ? -1 : 1));
          expect(open.map(({ range }) => range)).toEqual(uniformRanges(count));
        }
        expect(shards.every(({ parents }) => parents.length <= 2)).toBe(true);
        expect(new Set(shards.map(({ index }) => index)).size).toBe(shards.length);
        for (const key of [0n, 12345n, MAX_HASH_KEY]) expect(shardOf(shards, key)).toBeDefined();
      }),
    );
  });
});

describe('shards are listed', () => {
  it('page by page, by a token or after one of them', async () => {
    const stream = await createStream({ ShardCount: 3 });
    const first = await client.send(new ListShardsCommand({ StreamName: stream, MaxResults: 2 }));
    expect(idsOf(first.Shards!)).toEqual([0, 1]);
    const second = await client.send(new ListShardsCommand({ NextToken: first.NextToken, MaxResults: 2 }));
    expect(idsOf(second.Shards!)).toEqual([2]);
    expect(second.NextToken).toBeUndefined();
    expect(idsOf(await shardsOf(stream, { ExclusiveStartShardId: 'shardId-000000000001' }))).toEqual([2]);
    const both = new ListShardsCommand({ StreamName: stream, NextToken: first.NextToken });
    expect(await refusalOf(client.send(both))).toMatch(/^InvalidArgumentException: NextToken and StreamName /);
    clock.ahead = 301_000;
    const late = new ListShardsCommand({ NextToken: first.NextToken });
    expect(await refusalOf(client.send(late))).toMatch(/^ExpiredNextTokenException/);
  });

  it('by a filter, and closed ones until their records are gone', async () => {
    const stream = await createStream({ ShardCount: 2 });
    const before = new Date();
    clock.ahead = HOUR_MS;
    await merge(stream, 'shardId-000000000000', 'shardId-000000000001');
    const of = async (ShardFilter: ListShardsCommandInput['ShardFilter']) =>
      idsOf(await shardsOf(stream, { ShardFilter }));
    expect(await of({ Type: 'AT_LATEST' })).toEqual([2]);
    expect(await of({ Type: 'AT_TRIM_HORIZON' })).toEqual([0, 1]);
    expect(await of({ Type: 'FROM_TRIM_HORIZON' })).toEqual([0, 1, 2]);
    expect(await of({ Type: 'AFTER_SHARD_ID', ShardId: 'shardId-000000000000' })).toEqual([1, 2]);
    expect(await of({ Type: 'AT_TIMESTAMP', Timestamp: before })).toEqual([0, 1]);
    expect(await of({ Type: 'FROM_TIMESTAMP', Timestamp: new Date(Date.now() + 2 * HOUR_MS) })).toEqual([2]);
    clock.ahead = 26 * HOUR_MS;
    expect(idsOf(await shardsOf(stream))).toEqual([2]);
  });
});
