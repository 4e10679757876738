import { describe, expect, it } from '@jest/globals';
import type { InvokeResult } from '@dure/lambda-runtime';
import type { EventSourceMappingConfig } from '../src/create-event-source-mapping.ts';
import { failed, failures, keys, ok, until, useMappings } from './harness.ts';
import { createStream, streamFunction } from './stream-harness.ts';

const mappings = useMappings();
const partial: EventSourceMappingConfig['FunctionResponseTypes'] = ['ReportBatchItemFailures'];

async function setUp(sks: readonly string[]) {
  const stream = await createStream();
  await stream.putAll(sks);
  const StartingPosition = 'TRIM_HORIZON' as const;
  return { ...stream, source: { EventSourceArn: stream.streamArn, StartingPosition } };
}

const abc = ['a', 'b', 'c'];
const blocked = await setUp(abc);
const exhausted = await setUp(abc);
const written = await setUp(abc);
const undelivered = await setUp(abc);
const dropped = await setUp(abc);
const aged = await setUp(abc);
const retained = await setUp(abc);
const unreachable = await setUp(abc);
const bisected = await setUp(['1', '2', '3', '4', '5', '6', '7', '8']);
const reported = await setUp(abc);
const reportedPoison = await setUp(abc);
const reportedBisect = await setUp(['1', '2', '3', '4', '5', '6']);
const heedless = await setUp(abc);

const answers: [string, InvokeResult, boolean][] = [
  ['an empty batchItemFailures list', failures(), true],
  ['a null batchItemFailures list', ok({ batchItemFailures: null }), true],
  ['an empty response', ok({}), true],
  ['a null response', ok(null), true],
  ['an empty itemIdentifier', failures(''), false],
  ['a null itemIdentifier', failures(null), false],
  ['an itemIdentifier with a bad key name', ok({ batchItemFailures: [{ id: '1' }] }), false],
  ['a response of another shape', ok('done'), false],
];
const answered = await Promise.all(answers.map(() => setUp(abc)));

describe('Lambda developer guide, Retaining discarded batches for a DynamoDB event source', () => {
  it('blocks the shard with a failing batch, and goes on in order when it succeeds', async () => {
    const consumer = streamFunction((_records, call) => (call < 3 ? failed() : ok()));
    const { mapping, deliveries } = mappings.create({ ...blocked.source, BatchSize: 2 }, consumer);
    mapping.start();
    await until(() => deliveries.filter(({ outcome }) => outcome === 'delivered').length === 3);
    expect(consumer.batches.map(keys)).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']]);
    expect(deliveries[0]).toMatchObject({ outcome: 'retrying', from: blocked.streamArn, to: 'consumer' });
    expect(mapping.describe()).toMatchObject({ State: 'Enabled', LastProcessingResult: 'OK', Checkpoint: '3' });
  });

  it('informs the destination on failure after MaximumRetryAttempts, and goes on', async () => {
    const dead = mappings.createQueue();
    const consumer = streamFunction((records) => (keys(records).includes('a') ? failed() : ok()));
    const DestinationConfig = { OnFailure: { Destination: dead.arn } };
    const source = { ...exhausted.source, BatchSize: 2, MaximumRetryAttempts: 1, DestinationConfig };
    const { mapping, deliveries } = mappings.create(source, consumer);
    mapping.start();
    await until(() => keys(consumer.records()).includes('c'));
    expect(consumer.batches.map(keys)).toEqual([['a', 'b'], ['a', 'b'], ['c']]);
    const [body = ''] = await mappings.receive(dead);
    const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
    expect(JSON.parse(body)).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:consumer',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: '1',
        endSequenceNumber: '2',
        approximateArrivalOfFirstRecord: expect.stringMatching(instant),
        approximateArrivalOfLastRecord: expect.stringMatching(instant),
        batchSize: 2,
        streamArn: exhausted.streamArn,
      },
    });
    expect(deliveries.filter(({ outcome }) => outcome === 'dead-lettered')).toHaveLength(2);
  });

  it('writes the same with the whole event to a bucket, and the same again until it is there', async () => {
    const consumer = streamFunction((records) => (keys(records).includes('a') ? failed() : ok()));
    const DestinationConfig = { OnFailure: { Destination: 'arn:aws:s3:::given-up' } };
    const source = { ...written.source, UUID: 'the-mapping', BatchSize: 2, MaximumRetryAttempts: 0, DestinationConfig };
    const puts: [string, string, string][] = [];
    const { mapping } = mappings.create(source, {
      ...consumer,
      now: () => Date.parse('2026-01-05T09:30:07.123Z'),
      async putObject(...put) {
        puts.push(put);
        if (puts.length === 1) throw new Error('no such bucket');
      },
    });
    mapping.start();
    await until(() => keys(consumer.records()).includes('c'));
    expect(puts).toHaveLength(2);
    expect(puts[1]).toEqual(puts[0]);
    const [bucket, key, body] = puts[0]!;
    expect(bucket).toBe('given-up');
    const { payload, ...about } = JSON.parse(body) as { payload: string; DDBStreamBatchInfo: { shardId: string } };
    const { shardId } = about.DDBStreamBatchInfo;
    const folder = `aws/lambda/the-mapping/${shardId}/2026/01/05/2026-01-05T09.30.07-`;
    expect(key.slice(0, folder.length)).toBe(folder);
    expect(key.slice(folder.length)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(about).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 1 },
      responseContext: { functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2026-01-05T09:30:07.123Z',
      DDBStreamBatchInfo: { startSequenceNumber: '1', endSequenceNumber: '2', batchSize: 2 },
    });
    expect(JSON.parse(payload)).toEqual({ Records: consumer.batches[0] });
  });

  it('keeps the batch until the destination on failure can be reached', async () => {
    const told: string[] = [];
    const Destination = 'arn:aws:sqs:us-east-1:000000000000:dead';
    const consumer = streamFunction((records) => (keys(records).includes('a') ? failed() : ok()));
    const DestinationConfig = { OnFailure: { Destination } };
    const source = { ...undelivered.source, BatchSize: 2, MaximumRetryAttempts: 0, DestinationConfig };
    const { mapping } = mappings.create(source, {
      ...consumer,
      sendToQueueArn: async (arn) => {
        told.push(arn);
        if (told.length < 3) throw new Error('no such queue');
      },
    });
    mapping.start();
    await until(() => keys(consumer.records()).includes('c'));
    expect(told).toEqual([Destination, Destination, Destination]);
  });

  it('drops the batch, and says so, when there is no destination', async () => {
    const consumer = streamFunction((_records, call) => (call === 1 ? failed() : ok()));
    const source = { ...dropped.source, BatchSize: 2, MaximumRetryAttempts: 0 };
    const { mapping, deliveries, logged } = mappings.create(source, consumer);
    mapping.start();
    await until(() => deliveries.some(({ outcome }) => outcome === 'delivered'));
    expect(deliveries.filter(({ outcome }) => outcome === 'dropped')).toHaveLength(2);
    expect(logged.join()).toContain('there is no destination on failure');
  });

  it('gives up records older than MaximumRecordAgeInSeconds without calling the function', async () => {
    const dead = mappings.createQueue();
    const consumer = streamFunction();
    const DestinationConfig = { OnFailure: { Destination: dead.arn } };
    const source = { ...aged.source, MaximumRecordAgeInSeconds: 60, DestinationConfig };
    mappings.create(source, { ...consumer, now: () => Date.now() + 120_000 }).mapping.start();
    await until(() => mappings.left(dead).visible === 1);
    const [body = ''] = await mappings.receive(dead);
    expect(JSON.parse(body)).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 0 },
      DDBStreamBatchInfo: { startSequenceNumber: '1', endSequenceNumber: '3', batchSize: 3 },
    });
    expect(JSON.parse(body)).not.toHaveProperty('responseContext');
    expect(consumer.batches).toEqual([]);
  });

  it('retries without limit until the record expires after 24 hours', async () => {
    let clock = 0;
    const consumer = streamFunction((_records, call) => {
      if (call === 2) clock = 25 * 3600 * 1000;
      return failed();
    });
    const { mapping, deliveries } = mappings.create(retained.source, { ...consumer, now: () => Date.now() + clock });
    mapping.start();
    await until(() => deliveries.filter(({ outcome }) => outcome === 'dropped').length === 3);
    expect(consumer.batches).toHaveLength(2);
    expect(deliveries.at(-1)?.reason).toBe('RecordAgeExceeded');
  });

  it('does not count as attempts what never reached the function', async () => {
    const consumer = streamFunction((_records, call) => {
      if (call < 4) throw new Error('throttled');
      return ok();
    });
    const source = { ...unreachable.source, MaximumRetryAttempts: 0 };
    const { mapping, deliveries, logged } = mappings.create(source, consumer);
    mapping.start();
    await until(() => deliveries.length === 3);
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered', 'delivered']);
    const said = logged.map((line) => line.replace(/^(\w+) \S+ (.*) \{.*/, '$1 $2'));
    expect(said).toEqual(['warn', 'info', 'info'].map((level) => `${level} could not be invoked: Error: throttled`));
  });

  it('splits a failing batch in two, which does not count as a retry, until the bad record is alone', async () => {
    const consumer = streamFunction((records) => (keys(records).includes('6') ? failed() : ok()));
    const source = { ...bisected.source, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 };
    const { mapping, deliveries } = mappings.create(source, consumer);
    mapping.start();
    await until(() => mapping.checkpoint() === '8');
    expect(consumer.batches.map((batch) => keys(batch).join(''))).toEqual([
      '12345678',
      '1234',
      '5678',
      '56',
      '5',
      '6',
      '6',
      '78',
    ]);
    expect(deliveries.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(7);
    expect(deliveries.filter(({ outcome }) => outcome === 'dropped')).toHaveLength(1);
  });
});

describe('Lambda developer guide, Configuring partial batch response with DynamoDB and Lambda', () => {
  it('goes on from the lowest sequence number listed', async () => {
    const consumer = streamFunction((records, call) => {
      const sequences = records.map(({ dynamodb }) => dynamodb?.SequenceNumber);
      return call === 1 ? failures(sequences[2], sequences[1]) : ok();
    });
    const source = { ...reported.source, FunctionResponseTypes: partial };
    const { mapping } = mappings.create(source, consumer);
    mapping.start();
    await until(() => mapping.checkpoint() === '3');
    expect(consumer.batches.map(keys)).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
  });

  it('gives up the rest of the batch when its first record fails too often', async () => {
    const consumer = streamFunction((records) => {
      const poison = records.find((record) => keys([record])[0] === 'b');
      return failures(...(poison ? [poison.dynamodb?.SequenceNumber] : []));
    });
    const source = { ...reportedPoison.source, FunctionResponseTypes: partial, MaximumRetryAttempts: 1 };
    const { mapping, deliveries } = mappings.create(source, consumer);
    mapping.start();
    await until(() => mapping.checkpoint() === '3');
    expect(consumer.batches.map(keys)).toEqual([abc, ['b', 'c']]);
    expect(deliveries.filter(({ outcome }) => outcome === 'dropped')).toHaveLength(2);
  });

  it('splits at the listed sequence number when bisecting, and then in two', async () => {
    const consumer = streamFunction((records) => {
      const poison = records.find((record) => keys([record])[0] === '3');
      return failures(...(poison ? [poison.dynamodb?.SequenceNumber] : []));
    });
    const source = { ...reportedBisect.source, FunctionResponseTypes: partial, BisectBatchOnFunctionError: true };
    const { mapping, deliveries } = mappings.create({ ...source, MaximumRetryAttempts: 0 }, consumer);
    mapping.start();
    await until(() => mapping.checkpoint() === '6');
    expect(consumer.batches.map((batch) => keys(batch).join(''))).toEqual(['123456', '3456', '34', '3', '4', '56']);
    expect(deliveries.filter(({ outcome }) => outcome === 'dropped')).toHaveLength(1);
  });

  it('pays no heed to the list without ReportBatchItemFailures', async () => {
    const consumer = streamFunction(() => failures('1'));
    const { mapping } = mappings.create(heedless.source, consumer);
    mapping.start();
    await until(() => mapping.checkpoint() === '3');
    expect(consumer.batches).toHaveLength(1);
  });

  it.each(answers.map((row, index) => [...row, index] as const))(
    'treats %s as documented',
    async (_name, answer, success, index) => {
      const source = { ...answered[index]!.source, FunctionResponseTypes: partial, MaximumRetryAttempts: 0 };
      const { mapping, deliveries } = mappings.create(
        source,
        streamFunction(() => answer),
      );
      mapping.start();
      await until(() => mapping.checkpoint() === '3');
      const outcomes = new Set(deliveries.map(({ outcome }) => outcome));
      expect([...outcomes]).toEqual(success ? ['delivered'] : ['retrying', 'dropped']);
    },
  );
});
