import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  GetRecordsCommand,
  IncreaseStreamRetentionPeriodCommand,
  PutRecordsCommand,
  UpdateMaxRecordSizeCommand,
} from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MAX_HASH_KEY } from '../src/hash-key.ts';
import { client, clock, createStream, HOUR_MS, iteratorOf, kinesis, put, refusalOf, textsIn } from './harness.ts';

afterEach(() => void (clock.ahead = 0));

const shardOf = (key: string, shards: number): number =>
  Number((BigInt(`0x${createHash('md5').update(key).digest('hex')}`) * BigInt(shards)) / (MAX_HASH_KEY + 1n));

describe('records', () => {
  it('are in a shard in the order in which they came, with rising sequence numbers', async () => {
    const stream = await createStream();
    const numbers: bigint[] = [];
    for (const text of ['a', 'b', 'c']) numbers.push(BigInt((await put(stream, text)).SequenceNumber!));
    expect(numbers[1]).toBeGreaterThan(numbers[0]!);
    expect(numbers[2]).toBeGreaterThan(numbers[1]!);
    expect(String(numbers[0])).toHaveLength(56);
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator: await iteratorOf(stream) }));
    expect(Records.map(({ SequenceNumber }) => BigInt(SequenceNumber!))).toEqual(numbers);
    expect(Records[0]).toMatchObject({ PartitionKey: 'key', EncryptionType: 'NONE' });
    expect(Math.abs(Date.now() - +Records[0]!.ApproximateArrivalTimestamp!)).toBeLessThan(60_000);
  });

  it('go to the shard of the MD5 of their partition key', async () => {
    const stream = await createStream({ ShardCount: 3 });
    for (const key of ['mina', 'jun', 'é', '', 'x'.repeat(256)].filter(Boolean)) {
      expect((await put(stream, 'x', key)).ShardId).toBe(`shardId-00000000000${shardOf(key, 3)}`);
    }
  });

  it('go to the shard of an explicit hash key', async () => {
    const stream = await createStream({ ShardCount: 2 });
    expect((await put(stream, 'x', 'k', '0')).ShardId).toBe('shardId-000000000000');
    expect((await put(stream, 'x', 'k', String(MAX_HASH_KEY))).ShardId).toBe('shardId-000000000001');
    expect(await refusalOf(put(stream, 'x', 'k', String(MAX_HASH_KEY + 1n)))).toBe(
      'InvalidArgumentException: Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. ' +
        `Specified value was ${MAX_HASH_KEY + 1n}`,
    );
    expect(await refusalOf(put(stream, 'x', 'k', '01'))).toMatch(/^ValidationException: .*'explicitHashKey'/);
  });

  it('keep any bytes, none too', async () => {
    const stream = await createStream();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const Records = [bytes, new Uint8Array()].map((Data) => ({ Data, PartitionKey: 'k' }));
    const answer = await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
    expect(answer).toMatchObject({ FailedRecordCount: 0, Records: [{ ShardId: 'shardId-000000000000' }, {}] });
    const read = await client.send(new GetRecordsCommand({ ShardIterator: await iteratorOf(stream) }));
    expect(read.Records!.map(({ Data }) => [...Data!])).toEqual([[...bytes], []]);
  });

  it('come in pages, and say how far behind they are', async () => {
    const stream = await createStream();
    for (const text of ['a', 'b', 'c']) await put(stream, text);
    clock.ahead = 5_000;
    let ShardIterator: string | undefined = await iteratorOf(stream);
    const first = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 2 }));
    expect(first.Records).toHaveLength(2);
    expect(first.MillisBehindLatest).toBeGreaterThanOrEqual(5_000);
    ShardIterator = first.NextShardIterator;
    const second = await client.send(new GetRecordsCommand({ ShardIterator }));
    expect(second).toMatchObject({ Records: [{}], MillisBehindLatest: 0 });
    await put(stream, 'd');
    const third = await client.send(new GetRecordsCommand({ ShardIterator: second.NextShardIterator }));
    expect(third.Records).toHaveLength(1);
  });

  it('come 10 MiB at a time', async () => {
    const stream = await createStream();
    const Records = Array.from({ length: 6 }, () => ({ Data: new Uint8Array(1024 * 1024), PartitionKey: 'k' }));
    for (let times = 0; times < 2; times += 1)
      await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
    const first = await client.send(new GetRecordsCommand({ ShardIterator: await iteratorOf(stream) }));
    expect(first.Records).toHaveLength(9);
    const rest = await client.send(new GetRecordsCommand({ ShardIterator: first.NextShardIterator }));
    expect(rest.Records).toHaveLength(3);
  });

  it('are gone after the retention of their stream, and no sooner', async () => {
    const [day, week] = [await createStream(), await createStream()];
    const longer = { StreamName: week, RetentionPeriodHours: 168 };
    await client.send(new IncreaseStreamRetentionPeriodCommand(longer));
    await Promise.all([put(day, 'x'), put(week, 'x')]);
    clock.ahead = 23 * HOUR_MS;
    expect(await textsIn(day)).toEqual(['x']);
    clock.ahead = 25 * HOUR_MS;
    expect(await textsIn(day)).toEqual([]);
    expect(await textsIn(week)).toEqual(['x']);
    await put(day, 'y');
    expect(kinesis.lastRecords(day).size).toBe(1);
    expect(await textsIn(day)).toEqual(['y']);
  });

  it.each([
    ['a record over 1 MiB', 1024 * 1024 + 1, 1, /^InvalidArgumentException: A record of 1048577 bytes .*1024 KiB\.$/],
    ['too many records', 1, 501, /^ValidationException: .*'records' .*less than or equal to 500$/],
    ['no records', 1, 0, /^ValidationException: .*'records' .*greater than or equal to 1$/],
    ['too much at once', 1024 * 1024, 11, /^InvalidArgumentException: Records size exceeds 10 MiB limit$/],
  ])('are refused as a whole: %s', async (_name, bytes, count, words) => {
    const StreamName = await createStream();
    const Records = Array.from({ length: count }, () => ({ Data: new Uint8Array(bytes), PartitionKey: 'k' }));
    expect(await refusalOf(client.send(new PutRecordsCommand({ StreamName, Records })))).toMatch(words);
    expect(await textsIn(StreamName)).toEqual([]);
  });

  it('may be larger where the stream says so', async () => {
    const stream = await createStream();
    const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`;
    await client.send(new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB: 2048 }));
    expect(await refusalOf(put(stream, 'x'.repeat(1024 * 1024 + 1)))).toBe('not refused');
  });

  it('need a partition key of 1 to 256 characters', async () => {
    const stream = await createStream();
    expect(await refusalOf(put(stream, 'x', ''))).toMatch(/'partitionKey' .*greater than or equal to 1$/);
    expect(await refusalOf(put(stream, 'x', 'k'.repeat(257)))).toMatch(/'partitionKey' .*less than or equal to 256$/);
  });
});

describe('a shard iterator', () => {
  it('begins where its type says', async () => {
    const stream = await createStream();
    await put(stream, 'a');
    await delay(5);
    const between = new Date();
    const { SequenceNumber } = await put(stream, 'b');
    await put(stream, 'c');
    const at = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber } as const;
    expect(await textsIn(stream, 0, at)).toEqual(['b', 'c']);
    expect(await textsIn(stream, 0, { ...at, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' })).toEqual(['c']);
    expect(await textsIn(stream, 0, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: between })).toEqual(['b', 'c']);
    expect(await textsIn(stream, 0, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(0) })).toHaveLength(3);
    expect(await textsIn(stream, 0, { ShardIteratorType: 'LATEST' })).toEqual([]);
    const latest = await iteratorOf(stream, { ShardIteratorType: 'LATEST' });
    await put(stream, 'd');
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator: latest }));
    expect(Records).toHaveLength(1);
  });

  it('lives five minutes', async () => {
    const ShardIterator = await iteratorOf(await createStream());
    clock.ahead = 301_000;
    expect(await refusalOf(client.send(new GetRecordsCommand({ ShardIterator })))).toMatch(
      /^ExpiredIteratorException: Iterator expired\. .* tolerated delay of 300000 milliseconds\.$/,
    );
  });

  it.each([
    [
      'no such shard',
      { ShardId: 'shardId-5' },
      /^ResourceNotFoundException: Shard shardId-000000000005 in stream .* exist$/,
    ],
    ['no shard at all', { ShardId: 'five' }, /^ResourceNotFoundException: Could not find shard five in stream /],
    ['no type', { ShardIteratorType: 'NEWEST' as never }, /'shardIteratorType' .*enum value set: \[AFTER_SEQUENCE/],
    ['a number without the type', { StartingSequenceNumber: '1' }, /and also a StartingSequenceNumber\.$/],
    [
      'the type without a number',
      { ShardIteratorType: 'AT_SEQUENCE_NUMBER' as const },
      /and no StartingSequenceNumber\.$/,
    ],
    [
      'a foreign number',
      { ShardIteratorType: 'AT_SEQUENCE_NUMBER' as const, StartingSequenceNumber: '5' },
      /is invalid because it did not come from this stream\.$/,
    ],
    [
      'a time in the future',
      { ShardIteratorType: 'AT_TIMESTAMP' as const, Timestamp: new Date(4e12) },
      /^InvalidArgumentException: The timestamp cannot be in the future\.$/,
    ],
    [
      'the type without a time',
      { ShardIteratorType: 'AT_TIMESTAMP' as const },
      /^InvalidArgumentException: Timestamp has/,
    ],
  ])('is refused: %s', async (_name, more, words) => {
    expect(await refusalOf(iteratorOf(await createStream(), more))).toMatch(words);
  });

  it('is refused with the number of another shard', async () => {
    const stream = await createStream({ ShardCount: 2 });
    const { SequenceNumber } = await put(stream, 'x', 'k', String(MAX_HASH_KEY));
    const more = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber } as const;
    expect(await refusalOf(iteratorOf(stream, more))).toBe(
      'InvalidArgumentException: Invalid StartingSequenceNumber. It encodes shardId-000000000001, ' +
        'while it was used in a call to a shard with shardId-000000000000',
    );
  });

  it('that nobody gave out is refused', async () => {
    for (const ShardIterator of ['x', Buffer.from('{"stream":1}').toString('base64')]) {
      expect(await refusalOf(client.send(new GetRecordsCommand({ ShardIterator })))).toBe(
        'InvalidArgumentException: Invalid ShardIterator.',
      );
    }
  });
});
