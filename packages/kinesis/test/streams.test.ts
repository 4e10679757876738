import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  RegisterStreamConsumerCommand,
  RemoveTagsFromStreamCommand,
  StartStreamEncryptionCommand,
  SubscribeToShardCommand,
  UpdateMaxRecordSizeCommand,
  UpdateStreamModeCommand,
} from '@aws-sdk/client-kinesis';
import { describe, expect, it } from '@jest/globals';
import { MAX_HASH_KEY } from '../src/hash-key.ts';
import { client, createStream, put, refusalOf } from './harness.ts';

const describeStream = async (StreamName: string) =>
  (await client.send(new DescribeStreamCommand({ StreamName }))).StreamDescription!;
const arnOf = (name: string): string => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;

describe('a stream', () => {
  it('is active when it is created, and its shards share all hash keys', async () => {
    const name = await createStream({ ShardCount: 3, Tags: { team: 'a' } });
    const stream = await describeStream(name);
    expect(stream).toMatchObject({
      StreamARN: arnOf(name),
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      HasMoreShards: false,
      EncryptionType: 'NONE',
    });
    expect(Math.abs(Date.now() - +stream.StreamCreationTimestamp!)).toBeLessThan(60_000);
    const ranges = stream.Shards!.map(({ HashKeyRange: range }) =>
      [range!.StartingHashKey!, range!.EndingHashKey!].map(BigInt),
    ) as [bigint, bigint][];
    expect(ranges[0]![0]).toBe(0n);
    expect(ranges[1]![0]).toBe(ranges[0]![1] + 1n);
    expect(ranges[2]![0]).toBe(ranges[1]![1] + 1n);
    expect(ranges[2]![1]).toBe(MAX_HASH_KEY);
    expect(stream.Shards!.every(({ SequenceNumberRange: it }) => it?.EndingSequenceNumber === undefined)).toBe(true);
  });

  it.each([
    ['with a mode', { StreamModeDetails: { StreamMode: 'ON_DEMAND' as const } }],
    ['without a shard count', {}],
  ])('on demand has four shards: %s', async (_name, more) => {
    const name = await createStream(more);
    const stream = await describeStream(name);
    expect(stream.StreamModeDetails).toEqual({ StreamMode: 'ON_DEMAND' });
    expect(stream.Shards).toHaveLength(4);
    const StreamModeDetails = { StreamMode: 'PROVISIONED' as const };
    await client.send(new UpdateStreamModeCommand({ StreamARN: arnOf(name), StreamModeDetails }));
    expect((await describeStream(name)).StreamModeDetails).toEqual(StreamModeDetails);
  });

  it('is listed, summed up and counted', async () => {
    const name = await createStream({ ShardCount: 2 });
    const { StreamDescriptionSummary: summary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamARN: arnOf(name) }),
    );
    expect(summary).toMatchObject({ StreamName: name, OpenShardCount: 2, ConsumerCount: 0, MaxRecordSizeInKiB: 1024 });
    const names: string[] = [];
    for (let NextToken: string | undefined, more = true; more;) {
      const page = await client.send(new ListStreamsCommand({ Limit: 1, NextToken }));
      names.push(...page.StreamNames!);
      [NextToken, more] = [page.NextToken, page.HasMoreStreams!];
    }
    expect(names).toContain(name);
    expect(names).toEqual([...names].sort());
    const limits = await client.send(new DescribeLimitsCommand());
    expect(limits.OpenShardCount).toBeGreaterThanOrEqual(2);
  });

  it('is gone with its records when it is deleted, and another of its name is empty', async () => {
    const name = await createStream();
    const { SequenceNumber } = await put(name, 'old');
    await client.send(new DeleteStreamCommand({ StreamName: name }));
    expect(await refusalOf(describeStream(name))).toBe(
      `ResourceNotFoundException: Stream ${name} under account 000000000000 not found.`,
    );
    await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
    const later = await put(name, 'new');
    expect(BigInt(later.SequenceNumber!)).toBeGreaterThan(BigInt(SequenceNumber!));
  });

  it('keeps its tags, by both ways to reach them', async () => {
    const name = await createStream();
    await client.send(new AddTagsToStreamCommand({ StreamName: name, Tags: { b: '2', a: '1', c: '3' } }));
    await client.send(new RemoveTagsFromStreamCommand({ StreamName: name, TagKeys: ['b'] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: arnOf(name) }));
    expect(Tags).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'c', Value: '3' },
    ]);
    const page = await client.send(new ListTagsForStreamCommand({ StreamName: name, Limit: 1 }));
    expect(page).toMatchObject({ Tags: [{ Key: 'a' }], HasMoreTags: true });
  });

  it('has consumers, which keep it from being deleted', async () => {
    const name = await createStream();
    const StreamARN = arnOf(name);
    const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'fan' }));
    const ConsumerARN = Consumer!.ConsumerARN!;
    expect(ConsumerARN).toMatch(new RegExp(`^${StreamARN}/consumer/fan:\\d+$`));
    const described = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }));
    expect(described.ConsumerDescription).toMatchObject({ ConsumerName: 'fan', ConsumerStatus: 'ACTIVE', StreamARN });
    const { Consumers } = await client.send(new ListStreamConsumersCommand({ StreamARN }));
    expect(Consumers).toHaveLength(1);
    expect(await refusalOf(client.send(new DeleteStreamCommand({ StreamName: name })))).toContain('has consumers');
    await client.send(new DeregisterStreamConsumerCommand({ StreamARN, ConsumerName: 'fan' }));
    await client.send(new DeleteStreamCommand({ StreamName: name }));
  });
});

describe('what is wrong is refused in the words of Kinesis', () => {
  it.each([
    ['the name', { StreamName: 'a b', ShardCount: 1 }, /^ValidationException: .*'streamName' .*\[a-zA-Z0-9_.-\]\+$/],
    ['a long name', { StreamName: 'a'.repeat(129), ShardCount: 1 }, /streamName.* less than or equal to 128$/],
    ['no shards', { StreamName: 'a', ShardCount: 0 }, /'shardCount'.* greater than or equal to 1$/],
    [
      'more shards than there may be',
      { StreamName: 'a', ShardCount: 20_001 },
      /^LimitExceededException: .*Limit: 20000/,
    ],
    [
      'shards on demand',
      { StreamName: 'a', ShardCount: 1, StreamModeDetails: { StreamMode: 'ON_DEMAND' as const } },
      /^ValidationException: ShardCount must not/,
    ],
    [
      'no shards when provisioned',
      { StreamName: 'a', StreamModeDetails: { StreamMode: 'PROVISIONED' as const } },
      /^ValidationException: ShardCount must be/,
    ],
    ['warm throughput', { StreamName: 'a', WarmThroughputMiBps: 5 }, /WarmThroughputMiBps is not supported here/],
  ])('at creation: %s', async (_name, input, words) => {
    expect(await refusalOf(client.send(new CreateStreamCommand(input)))).toMatch(words);
  });

  it('a name that is taken', async () => {
    const name = await createStream();
    expect(await refusalOf(client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 })))).toBe(
      `ResourceInUseException: Stream ${name} under account 000000000000 already exists.`,
    );
  });

  it('retention that is out of range, or goes the other way', async () => {
    const StreamName = await createStream();
    const longer = (RetentionPeriodHours: number) =>
      refusalOf(client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours })));
    const shorter = (RetentionPeriodHours: number) =>
      refusalOf(client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours })));
    expect(await longer(23)).toMatch(/^InvalidArgumentException: Minimum allowed retention period is 24 hours\./);
    expect(await longer(8761)).toMatch(/^InvalidArgumentException: Maximum allowed retention period is 8760 hours\./);
    expect(await longer(48)).toBe('not refused');
    expect(await longer(47)).toMatch(/can not be shorter than existing retention period \(48 hours\)/);
    expect(await shorter(49)).toMatch(/can not be longer than existing retention period \(48 hours\)/);
    expect(await shorter(24)).toBe('not refused');
    expect((await describeStream(StreamName)).RetentionPeriodHours).toBe(24);
  });

  it('what is not there, by its name', async () => {
    const StreamARN = arnOf(await createStream());
    const encryption = new StartStreamEncryptionCommand({
      StreamARN,
      EncryptionType: 'KMS',
      KeyId: 'alias/aws/kinesis',
    });
    expect(await refusalOf(client.send(encryption))).toContain(
      "Kinesis's StartStreamEncryption is not supported here.",
    );
    const subscription = new SubscribeToShardCommand({
      ConsumerARN: `${StreamARN}/consumer/a:1`,
      ShardId: 'shardId-000000000000',
      StartingPosition: { Type: 'LATEST' },
    });
    expect(await refusalOf(client.send(subscription))).toContain("Kinesis's SubscribeToShard is not supported here.");
  });

  it('no stream, and one of another region', async () => {
    expect(await refusalOf(client.send(new DescribeStreamCommand({})))).toMatch(/^InvalidArgumentException: Either /);
    const name = await createStream();
    const StreamARN = arnOf(name).replace('us-east-1', 'eu-west-1');
    expect(await refusalOf(client.send(new DescribeStreamCommand({ StreamARN })))).toMatch(/^ResourceNotFound/);
    const size = new UpdateMaxRecordSizeCommand({ StreamARN: arnOf(name), MaxRecordSizeInKiB: 10_241 });
    expect(await refusalOf(client.send(size))).toMatch(/'maxRecordSizeInKiB'.* less than or equal to 10240$/);
  });
});
