import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@dure/local-cloud/shared/free-port';
import { startDynamoDb } from '@dure/local-cloud/services/dynamodb/start-dynamodb';
import { readByAll, startStreamTrimming } from '../src/stream-trimming.ts';
import { failed, keys, ok, until, useMappings } from './harness.ts';
import { createStream, createStreamAt, streamFunction } from './stream-harness.ts';

const mappings = useMappings();
const folder = mkdtempSync(join(tmpdir(), 'dure-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const restarted = await createStream();
const crashed = await createStream();
const paused = await createStream();
const trimmed = await createStream();

const fromStart = (EventSourceArn: string, UUID: string) =>
  ({ UUID, EventSourceArn, StartingPosition: 'TRIM_HORIZON' }) as const;

describe('a stream’s mapping over restarts', () => {
  it('goes on where it was: nothing lost, nothing twice, in order, whenever it is stopped', async () => {
    const file = join(folder, 'restarts.sqlite');
    const sks = Array.from({ length: 120 }, (_, index) => String(index).padStart(3, '0'));
    const seen: string[] = [];
    let writing = true;
    const written = (async () => {
      for (const sk of sks) await restarted.put(sk);
      writing = false;
    })();
    while (writing || seen.length < sks.length) {
      const database = mappings.openDatabase(file);
      const before = seen.length;
      const consumer = streamFunction((records) => {
        seen.push(...keys(records));
        return ok();
      });
      const source = { ...fromStart(restarted.streamArn, 'restarted'), BatchSize: 7 };
      const { mapping } = mappings.create(source, { ...consumer, database });
      mapping.start();
      await until(() => seen.length > before || seen.length === sks.length);
      await mapping.stop();
      database.close();
    }
    await written;
    expect(seen).toEqual(sks);
  });

  it('delivers a batch again whose success it did not get to keep', async () => {
    const file = join(folder, 'crash.sqlite');
    await crashed.putAll(['a', 'b', 'c']);
    const first = mappings.openDatabase(file);
    const consumer = streamFunction((records) => {
      if (keys(records)[0] === 'c') first.close();
      return ok();
    });
    const source = { ...fromStart(crashed.streamArn, 'crashed'), BatchSize: 2 };
    mappings.create(source, { ...consumer, database: first }).mapping.start();
    await until(() => consumer.batches.length === 2);

    const again = streamFunction();
    mappings.create(source, { ...again, database: mappings.openDatabase(file) }).mapping.start();
    await until(() => again.records().length > 0);
    expect(keys(again.records())).toEqual(['c']);
  });

  it('gives up retrying on stop, and begins with the same batch again', async () => {
    const { streamArn, put } = paused;
    const database = mappings.openDatabase(join(folder, 'paused.sqlite'));
    await put('a');
    const failing = streamFunction(() => failed());
    const { mapping } = mappings.create(fromStart(streamArn, 'paused'), { ...failing, database });
    mapping.start();
    await until(() => failing.batches.length === 2);
    mapping.pause();
    expect(mapping.describe()).toMatchObject({ State: 'Disabled' });
    await mapping.stop();
    const consumer = streamFunction();
    const next = mappings.create(
      { ...fromStart(streamArn, 'paused'), Enabled: false },
      { ...consumer, database },
    ).mapping;
    next.start();
    expect(consumer.batches).toEqual([]);
    next.resume();
    await until(() => consumer.batches.length === 1);
    expect(keys(consumer.records())).toEqual(['a']);
  });
});

describe('trimming', () => {
  it('is up to the slowest mapping of a table, and not at all before each has begun', async () => {
    await trimmed.putAll(['a', 'b', 'c']);
    const fast = mappings.create(fromStart(trimmed.streamArn, 'fast'), streamFunction()).mapping;
    const slow = mappings.create(
      { ...fromStart(trimmed.streamArn, 'slow'), BatchSize: 1 },
      streamFunction((records) => (keys(records)[0] === 'c' ? failed() : ok())),
    ).mapping;
    const queue = mappings.createQueue();
    const other = mappings.create({ EventSourceArn: queue.arn, QueueUrl: queue.url }, streamFunction()).mapping;
    fast.start();
    await until(() => fast.checkpoint() === '3');
    expect(readByAll([fast, slow, other])).toEqual({ [trimmed.tableName]: '0' });
    slow.start();
    await until(() => slow.checkpoint() === '2');
    const asked: Record<string, string>[] = [];
    const stop = startStreamTrimming(
      [fast, slow, other],
      async (upTo) => void asked.push(upTo),
      () => undefined,
      5,
    );
    await until(() => asked.length > 0);
    stop();
    expect(asked[0]).toEqual({ [trimmed.tableName]: '2' });
  });
});

describe('with the emulator of the local cloud', () => {
  it('delivers through trims and restarts of the emulator, woken by its writes', async () => {
    const dataDir = join(folder, 'emulator');
    const log = (): void => undefined;
    const consumer = streamFunction();
    const database = mappings.openDatabase();
    const port = await freePort();
    let dynamoDb = await startDynamoDb({ dataDir, port, log });
    const table = await createStreamAt(dynamoDb.endpoint);
    const streams = mappings.streams(dynamoDb.endpoint);
    const { mapping } = mappings.create(fromStart(table.streamArn, 'woken'), {
      ...consumer,
      database,
      streams,
      onStreamWrite: dynamoDb.onStreamWrite,
    });
    mapping.start();
    for (const sk of ['a', 'b']) await table.put(sk);
    await until(() => mapping.checkpoint() === '2');
    await dynamoDb.trimStreamRecords(readByAll([mapping]));
    await mapping.stop();
    await dynamoDb.stop();

    dynamoDb = await startDynamoDb({ dataDir, port, log });
    for (const sk of ['c', 'd']) await table.put(sk);
    const { mapping: second } = mappings.create(fromStart(table.streamArn, 'woken'), {
      ...consumer,
      database,
      streams,
      onStreamWrite: dynamoDb.onStreamWrite,
    });
    second.start();
    await until(() => second.checkpoint() === '4');
    await second.stop();
    await dynamoDb.stop();
    expect(keys(consumer.records())).toEqual(['a', 'b', 'c', 'd']);
  });
});
