import { performance } from 'node:perf_hooks';
import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import type { EventSourceMappingConfig } from '../src/create-event-source-mapping.ts';
import { keys, ok, until, useMappings } from './harness.ts';
import { createStream, streamFunction } from './stream-harness.ts';

/** Of many waits the shortest counts: other work on the machine makes single ones longer, never shorter. */
const SOON_MS = 100;
const mappings = useMappings();

async function setUp() {
  const stream = await createStream();
  const source: Omit<EventSourceMappingConfig, 'UUID' | 'FunctionName'> = {
    EventSourceArn: stream.streamArn,
    StartingPosition: 'TRIM_HORIZON',
  };
  return { ...stream, source };
}

const shapes = await setUp();
const batches = await setUp();
const windows = await setUp();
const latest = await setUp();
const filters = await setUp();
const sizes = await setUp();
const quick = await setUp();
const two = await setUp();
const filtered = await setUp();

describe('Lambda developer guide, Using AWS Lambda with Amazon DynamoDB', () => {
  it('hands records over in the documented shape, in the order of the changes', async () => {
    const { tableName, streamArn, dynamo, source } = shapes;
    const key = { pk: { S: 'p' }, sk: { S: 's' } };
    const Item = { ...key, photo: { B: Buffer.from('hi') }, photos: { BS: [Buffer.from('hi')] }, count: { N: '1' } };
    const nested = { L: [{ M: { deep: { B: Buffer.from('hi') } } }, { NULL: true as const }, { BOOL: false }] };
    await dynamo.send(new PutItemCommand({ TableName: tableName, Item: { ...Item, nested } }));
    await dynamo.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: 'REMOVE nested, photo, photos SET #c = :two',
        ExpressionAttributeNames: { '#c': 'count' },
        ExpressionAttributeValues: { ':two': { N: '2' } },
      }),
    );
    await dynamo.send(new DeleteItemCommand({ TableName: tableName, Key: key }));
    const consumer = streamFunction();
    mappings.create(source, consumer).mapping.start();
    await until(() => consumer.records().length === 3);

    const [inserted, modified, removed] = consumer.records();
    const newImage = {
      ...key,
      photo: { B: 'aGk=' },
      photos: { BS: ['aGk='] },
      count: { N: '1' },
      nested: { L: [{ M: { deep: { B: 'aGk=' } } }, { NULL: true }, { BOOL: false }] },
    };
    expect(inserted).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: key,
        NewImage: newImage,
        SequenceNumber: expect.stringMatching(/^\d+$/),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: streamArn,
    });
    expect(Math.abs((inserted?.dynamodb?.ApproximateCreationDateTime ?? 0) - Date.now() / 1000)).toBeLessThan(60);
    expect(modified).toMatchObject({
      eventName: 'MODIFY',
      dynamodb: { OldImage: newImage, NewImage: { ...key, count: { N: '2' } } },
    });
    expect(removed).toMatchObject({ eventName: 'REMOVE', dynamodb: { OldImage: { ...key, count: { N: '2' } } } });
    expect(removed?.dynamodb).not.toHaveProperty('NewImage');
  });

  it('delivers batches of at most BatchSize, one after the other', async () => {
    const sks = Array.from({ length: 25 }, (_, index) => String(index).padStart(2, '0'));
    await batches.putAll(sks);
    let atWork = 0;
    let most = 0;
    const consumer = streamFunction(async () => {
      most = Math.max(most, (atWork += 1));
      await new Promise((done) => setImmediate(done));
      atWork -= 1;
      return ok();
    });
    mappings.create({ ...batches.source, BatchSize: 10 }, consumer).mapping.start();
    await until(() => consumer.records().length === 25);
    expect(consumer.batches.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(keys(consumer.records())).toEqual(sks);
    expect(most).toBe(1);
  });

  it('fills a batch up within MaximumBatchingWindowInSeconds', async () => {
    const consumer = streamFunction();
    const source = { ...windows.source, BatchSize: 3, MaximumBatchingWindowInSeconds: 1 };
    mappings.create(source, consumer).mapping.start();
    for (const sk of ['a', 'b', 'c', 'd']) await windows.put(sk);
    await until(() => consumer.records().length === 4);
    expect(consumer.batches.map(keys)).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('begins with what comes after its creation at LATEST, and does not forget where that was', async () => {
    const { put, source } = latest;
    await put('before');
    const database = mappings.openDatabase();
    const first = mappings.create(
      { ...source, StartingPosition: 'LATEST', UUID: 'latest' },
      { ...streamFunction(), database },
    );
    first.mapping.start();
    await until(() => first.mapping.checkpoint() !== undefined);
    await first.mapping.stop();
    await put('after');
    const consumer = streamFunction();
    mappings
      .create({ ...source, StartingPosition: 'LATEST', UUID: 'latest' }, { ...consumer, database })
      .mapping.start();
    await until(() => consumer.records().length > 0);
    expect(keys(consumer.records())).toEqual(['after']);
  });

  it('parts what is larger than the 6 MB of an invocation, in order', async () => {
    for (const sk of ['a', 'b', 'c', 'd', 'e']) {
      await sizes.put(sk, { text: { S: 'x'.repeat(390_000) } });
      await sizes.put(sk, { text: { S: 'y'.repeat(390_000) } });
      await sizes.put(sk, { text: { S: 'z'.repeat(390_000) } });
    }
    const consumer = streamFunction();
    mappings.create(sizes.source, consumer).mapping.start();
    await until(() => consumer.records().length === 15);
    expect(consumer.batches.length).toBeGreaterThan(1);
    for (const batch of consumer.batches) {
      expect(Buffer.byteLength(JSON.stringify({ Records: batch }))).toBeLessThanOrEqual(6 * 1024 * 1024);
    }
    const sequences = consumer.records().map(({ dynamodb }) => Number(dynamodb?.SequenceNumber));
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  });

  it('serves two mappings of one stream independently', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = streamFunction(async () => {
      await gate.promise;
      return ok();
    });
    const fast = streamFunction();
    mappings.create(two.source, slow).mapping.start();
    mappings.create(two.source, fast).mapping.start();
    await two.put('a');
    await until(() => slow.batches.length === 1);
    await two.put('b');
    await until(() => fast.records().length === 2);
    expect(slow.records()).toHaveLength(1);
    gate.resolve();
    await until(() => slow.records().length === 2);
  });

  it('calls the function soon after a write, also where writes are not announced', async () => {
    const arrived: number[] = [];
    const consumer = streamFunction((records) => {
      for (const _ of records) arrived.push(performance.now());
      return ok();
    });
    mappings.create(quick.source, consumer).mapping.start();
    const waits: number[] = [];
    for (let index = 0; index < 15; index += 1) {
      await quick.put(String(index));
      const written = performance.now();
      await until(() => arrived.length > index);
      waits.push((arrived[index] ?? Infinity) - written);
    }
    expect(Math.min(...waits)).toBeLessThan(SOON_MS);
  });
});

describe('DynamoDB developer guide, Change data capture for DynamoDB Streams', () => {
  it('has no record of a write that changes nothing', async () => {
    const { put, source } = filters;
    await put('same');
    await put('same');
    await put('other');
    const consumer = streamFunction();
    mappings.create(source, consumer).mapping.start();
    await until(() => keys(consumer.records()).includes('other'));
    expect(keys(consumer.records())).toEqual(['same', 'other']);
  });
});

describe('Lambda developer guide, Event filtering with DynamoDB', () => {
  it('passes over what no filter matches, and does not read it again after a restart', async () => {
    const { put, source } = filtered;
    for (const sk of ['OUTBOX#1', 'state', 'OUTBOX#2', 'state2']) await put(sk);
    const Pattern = JSON.stringify({
      eventName: ['INSERT'],
      dynamodb: { NewImage: { sk: { S: [{ prefix: 'OUTBOX#' }] } } },
    });
    const consumer = streamFunction();
    const { mapping } = mappings.create({ ...source, FilterCriteria: { Filters: [{ Pattern }] } }, consumer);
    mapping.start();
    await until(() => consumer.records().length === 2 && mapping.checkpoint() === '4');
    expect(keys(consumer.records())).toEqual(['OUTBOX#1', 'OUTBOX#2']);
  });
});
