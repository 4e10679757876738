import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { failed, failures, ok, until, useMappings } from './harness.ts';
import { createKinesisStream, dataOf, HALF, keyOfLane, kinesisFunction, useKinesis } from './kinesis-harness.ts';

const mappings = useMappings();
const kinesis = useKinesis();
const folder = mkdtempSync(join(tmpdir(), 'dure-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fromStart = (EventSourceArn: string) => ({ EventSourceArn, StartingPosition: 'TRIM_HORIZON' as const });

describe('a Kinesis stream’s mapping', () => {
  it('delivers records as Lambda shows them, in batches', async () => {
    const stream = await createKinesisStream(kinesis);
    for (const text of ['a', 'b', 'c']) await stream.put(text, 'mina');
    const consumer = kinesisFunction();
    const { invokeLambda } = consumer;
    const roleOf = (): string => 'arn:aws:iam::000000000000:role/reader';
    const config = { ...fromStart(stream.arn), BatchSize: 2 };
    const { mapping, deliveries } = mappings.create(config, { kinesis, invokeLambda, roleOf });
    mapping.start();
    await until(() => consumer.records().length === 3);
    expect(consumer.batches.map(dataOf)).toEqual([['a', 'b'], ['c']]);
    const [first] = consumer.records();
    expect(first).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'mina',
        sequenceNumber: expect.stringMatching(/^\d{56}$/),
        data: Buffer.from('a').toString('base64'),
        approximateArrivalTimestamp: expect.closeTo(Date.now() / 1000, -2),
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `shardId-000000000000:${first!.kinesis.sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::000000000000:role/reader',
      awsRegion: 'us-east-1',
      eventSourceARN: stream.arn,
    });
    await until(() => mapping.idle!());
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered', 'delivered']);
    await stream.put('d');
    await until(() => consumer.records().length === 4);
  });

  it('starts at the end for LATEST, and at a time for AT_TIMESTAMP', async () => {
    const stream = await createKinesisStream(kinesis);
    await stream.put('old');
    const [latest, timed] = [kinesisFunction(), kinesisFunction()];
    const start = (config: object, invokeLambda: typeof latest.invokeLambda) => {
      const { mapping } = mappings.create({ EventSourceArn: stream.arn, ...config }, { kinesis, invokeLambda });
      mapping.start();
      return mapping;
    };
    const last = start({ StartingPosition: 'LATEST' }, latest.invokeLambda);
    await until(() => last.idle!());
    const { Records } = (await kinesis.request('GetRecords', {
      ShardIterator: (
        (await kinesis.request('GetShardIterator', {
          StreamName: stream.name,
          ShardId: 'shardId-000000000000',
          ShardIteratorType: 'TRIM_HORIZON',
        })) as { ShardIterator: string }
      ).ShardIterator,
    })) as { Records: { ApproximateArrivalTimestamp: number }[] };
    await until(() => Date.now() / 1000 > Records[0]!.ApproximateArrivalTimestamp + 0.002);
    const StartingPositionTimestamp = Records[0]!.ApproximateArrivalTimestamp + 0.001;
    start({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp }, timed.invokeLambda);
    await stream.put('new');
    await until(() => latest.records().length > 0 && timed.records().length > 0);
    expect([latest, timed].map((it) => dataOf(it.records()))).toEqual([['new'], ['new']]);
  });

  it('reads a split shard to its end before its children, and all shards of a stream', async () => {
    const stream = await createKinesisStream(kinesis);
    for (const text of ['1', '2', '3']) await stream.put(text);
    await stream.split('shardId-000000000000');
    await stream.put('low', 'k', '0');
    await stream.put('high', 'k', String(HALF));
    const consumer = kinesisFunction();
    const config = { ...fromStart(stream.arn), BatchSize: 1 };
    const { mapping } = mappings.create(config, { kinesis, invokeLambda: consumer.invokeLambda });
    mapping.start();
    await until(() => consumer.records().length === 5);
    const seen = dataOf(consumer.records());
    expect(seen.slice(0, 3)).toEqual(['1', '2', '3']);
    expect(seen.slice(3).sort()).toEqual(['high', 'low']);
    const four = { StreamName: stream.name, TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' };
    await kinesis.request('UpdateShardCount', four);
    await stream.put('later', 'k', '0');
    await until(() => consumer.records().length === 6);
    await until(() => mapping.idle!());
  });

  it('passes what its filters let through, by the JSON of the data', async () => {
    const stream = await createKinesisStream(kinesis);
    for (const data of ['{"city":"Seoul"}', '{"city":"Busan"}', 'Seoul', '["Seoul"]']) await stream.put(data);
    await stream.put('{"city":"Seoul","n":2}', 'special');
    const consumer = kinesisFunction();
    const FilterCriteria = { Filters: [{ Pattern: '{"data":{"city":["Seoul"]}}' }] };
    const { mapping } = mappings.create(
      { ...fromStart(stream.arn), FilterCriteria },
      { kinesis, invokeLambda: consumer.invokeLambda },
    );
    mapping.start();
    await until(() => mapping.idle!());
    expect(dataOf(consumer.records())).toEqual(['{"city":"Seoul"}', '{"city":"Seoul","n":2}']);
  });

  it('runs as many batches at a time as it is told, each partition key in its order', async () => {
    const stream = await createKinesisStream(kinesis);
    const [one, other] = [keyOfLane(0, 2), keyOfLane(1, 2)];
    for (const text of ['1', '2']) for (const key of [one, other]) await stream.put(`${key} ${text}`, key);
    let running = 0;
    let together = 0;
    const gate = Promise.withResolvers<void>();
    const consumer = kinesisFunction(async () => {
      running += 1;
      together = Math.max(together, running);
      if (together === 2) gate.resolve();
      await gate.promise;
      running -= 1;
      return ok();
    });
    const config = { ...fromStart(stream.arn), BatchSize: 1, ParallelizationFactor: 2 };
    const { mapping } = mappings.create(config, { kinesis, invokeLambda: consumer.invokeLambda });
    mapping.start();
    await until(() => mapping.idle!());
    expect(together).toBe(2);
    for (const key of [one, other]) {
      expect(dataOf(consumer.records()).filter((it) => it.startsWith(`${key} `))).toEqual([`${key} 1`, `${key} 2`]);
    }
  });

  it('takes partial responses, and gives up to a queue with what Kinesis calls a batch', async () => {
    const stream = await createKinesisStream(kinesis);
    for (const text of ['good', 'bad', 'after']) await stream.put(text);
    const queue = mappings.createQueue();
    const consumer = kinesisFunction((records) => {
      const bad = records.find((record) => dataOf([record])[0] === 'bad');
      return bad === undefined ? ok() : failures(bad.kinesis.sequenceNumber);
    });
    const { mapping } = mappings.create(
      {
        ...fromStart(stream.arn),
        MaximumRetryAttempts: 0,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      },
      { kinesis, invokeLambda: consumer.invokeLambda },
    );
    mapping.start();
    await until(() => mapping.idle!());
    const [letter] = await mappings.receive(queue);
    const bad = consumer.records().find((record) => dataOf([record])[0] === 'bad')!;
    expect(JSON.parse(letter ?? '{}')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1 },
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: bad.kinesis.sequenceNumber,
        endSequenceNumber: bad.kinesis.sequenceNumber,
        batchSize: 1,
        streamArn: stream.arn,
      },
    });
    expect(dataOf(consumer.records()).at(-1)).toBe('after');
  });

  it('gives up to a bucket with the records themselves', async () => {
    const stream = await createKinesisStream(kinesis);
    await stream.put('bad');
    const consumer = kinesisFunction(() => failed());
    const { mapping, objects } = mappings.create(
      {
        ...fromStart(stream.arn),
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::given-up' } },
      },
      { kinesis, invokeLambda: consumer.invokeLambda },
    );
    mapping.start();
    await until(() => mapping.idle!());
    const [{ bucket, key, body } = { bucket: '', key: '', body: '{}' }] = objects;
    expect(bucket).toBe('given-up');
    expect(key).toMatch(/^aws\/lambda\/[^/]+\/shardId-000000000000\/\d{4}\/\d\d\/\d\d\//);
    const { KinesisBatchInfo, payload } = JSON.parse(body) as { KinesisBatchInfo: object; payload: string };
    expect(KinesisBatchInfo).toMatchObject({ batchSize: 1, streamArn: stream.arn });
    expect(JSON.parse(payload)).toEqual({ Records: consumer.records() });
  });

  it('blocks a shard that fails, and no other', async () => {
    const stream = await createKinesisStream(kinesis, 2);
    await stream.put('stuck', 'k', '0');
    await stream.put('fine', 'k', String(HALF));
    const consumer = kinesisFunction((records) => (dataOf(records).includes('stuck') ? failed() : ok()));
    const { mapping, deliveries } = mappings.create(fromStart(stream.arn), {
      kinesis,
      invokeLambda: consumer.invokeLambda,
    });
    mapping.start();
    await until(() => deliveries.some(({ outcome }) => outcome === 'delivered'));
    await until(() => deliveries.some(({ outcome }) => outcome === 'retrying'));
    expect(mapping.idle!()).toBe(false);
    expect(mapping.describe()).toMatchObject({ State: 'Enabled', BatchSize: 100, ParallelizationFactor: 1 });
  });

  it('goes on where it was over restarts, also with another number of batches at a time', async () => {
    const stream = await createKinesisStream(kinesis, 2);
    const file = join(folder, 'restarts.sqlite');
    const all = Array.from({ length: 60 }, (_, index) => `record-${index}`);
    for (const text of all) await stream.put(text, text);
    const seen: string[] = [];
    for (const ParallelizationFactor of [1, 3, 2, 2, 1]) {
      const database = mappings.openDatabase(file);
      const before = seen.length;
      const consumer = kinesisFunction((records) => {
        seen.push(...dataOf(records));
        return ok();
      });
      const source = { ...fromStart(stream.arn), UUID: 'restarted', BatchSize: 4, ParallelizationFactor };
      const { mapping } = mappings.create(source, { kinesis, database, invokeLambda: consumer.invokeLambda });
      mapping.start();
      await until(() => seen.length >= Math.min(before + 12, all.length) || mapping.idle!());
      await mapping.stop();
      database.close();
    }
    const database = mappings.openDatabase(file);
    const consumer = kinesisFunction((records) => {
      seen.push(...dataOf(records));
      return ok();
    });
    const source = { ...fromStart(stream.arn), UUID: 'restarted' };
    const { mapping } = mappings.create(source, { kinesis, database, invokeLambda: consumer.invokeLambda });
    mapping.start();
    await until(() => mapping.idle!());
    expect(new Set(seen)).toEqual(new Set(all));
  });

  it('delivers nothing twice when it is stopped between batches', async () => {
    const stream = await createKinesisStream(kinesis);
    const file = join(folder, 'once.sqlite');
    await stream.put('first');
    const seen: string[] = [];
    for (const _ of [1, 2, 3]) {
      const database = mappings.openDatabase(file);
      const consumer = kinesisFunction((records) => {
        seen.push(...dataOf(records));
        return ok();
      });
      const source = { ...fromStart(stream.arn), UUID: 'once' };
      const { mapping } = mappings.create(source, { kinesis, database, invokeLambda: consumer.invokeLambda });
      mapping.start();
      await until(() => mapping.idle!());
      await mapping.stop();
      database.close();
    }
    expect(seen).toEqual(['first']);
  });

  it('reads a stream anew that was deleted and made again', async () => {
    const stream = await createKinesisStream(kinesis);
    await stream.put('old');
    const file = join(folder, 'anew.sqlite');
    const seen: string[] = [];
    for (const text of ['before', 'after']) {
      const database = mappings.openDatabase(file);
      const consumer = kinesisFunction((records) => {
        seen.push(...dataOf(records));
        return ok();
      });
      await stream.put(text);
      const source = { ...fromStart(stream.arn), UUID: 'anew' };
      const { mapping } = mappings.create(source, { kinesis, database, invokeLambda: consumer.invokeLambda });
      mapping.start();
      await until(() => mapping.idle!());
      await mapping.stop();
      database.close();
      await kinesis.request('DeleteStream', { StreamName: stream.name });
      await kinesis.request('CreateStream', { StreamName: stream.name, ShardCount: 1 });
    }
    expect(seen).toEqual(['old', 'before', 'after']);
  });

  it('is refused where there is no Kinesis', () => {
    const { invokeLambda } = kinesisFunction();
    const source = fromStart('arn:aws:kinesis:us-east-1:000000000000:stream/s');
    expect(() => mappings.create(source, { invokeLambda })).toThrow('EventSourceArn: There is no Kinesis');
  });
});
