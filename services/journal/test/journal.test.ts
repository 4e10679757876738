import { randomUUID } from 'node:crypto';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import { call, lambdaContext, sqsEvent, sqsRecord } from '@dure/testing/lambda-events';
import { startTestQueues } from '@dure/testing/queues';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { message, OWNER } from './messages.ts';
import { chunksIn } from './support/stored.ts';

const { tableName } = await createTestTable({
  indexes: [
    { name: 'all', pk: 'shard', sk: 'position' },
    { name: 'correlation', pk: 'correlationid', sk: 'position' },
    { name: 'subject', pk: 'subject', sk: 'position' },
    { name: 'type', pk: 'type', sk: 'position' },
  ],
});
const queues = await startTestQueues();
const sqs = new SQSClient({ endpoint: queues.endpoint });
const { url: QueueUrl } = queues.createQueue('dead-letters');
afterAll(() => sqs.destroy());
Object.assign(process.env, {
  TABLE_NAME: tableName,
  SERVICE_NAME: 'journal',
  RECORD_RETENTION_DAYS: '0',
  DEAD_LETTER_RETENTION_DAYS: '0',
  LOG_LEVEL: 'error',
  QUEUE_URL: QueueUrl,
  QUEUE_DLQ_URL: QueueUrl,
  MAX_RECEIVES: '5',
  AWS_ENDPOINT_URL_SQS: queues.endpoint,
});
const { handler: recorder } = await import('../src/events/index.ts');
const { handler: api } = await import('../src/http/index.ts');
const { table } = await import('../src/composition.ts');

const record = async (...records: SQSRecord[]) => {
  for (let start = 0; start < records.length; start += 10) {
    const answer = await recorder(sqsEvent(...records.slice(start, start + 10)), lambdaContext);
    expect(answer).toEqual({ batchItemFailures: [] });
  }
};
const list = (query: Record<string, string>) => call(api, { resource: '/v1/events', query });
const get = (id: string, headers = {}) => call(api, { resource: '/v1/events/{id}', params: { id }, headers });
const at = (milliseconds: number) => new Date(Date.UTC(2026, 0, 5) + milliseconds).toISOString();

interface Shown {
  readonly id: string;
  readonly sequence?: number;
  readonly time: string;
}

/** Every page of a query, by its own links. */
async function pages(query: Record<string, string>): Promise<Shown[][]> {
  const read: Shown[][] = [];
  for (let next: string | undefined = `${new URLSearchParams(query)}`; next !== undefined;) {
    const { status, body } = await list(Object.fromEntries(new URLSearchParams(next)));
    expect(status).toBe(200);
    read.push(body['items'] as Shown[]);
    next = (body['_links'] as { next?: { href: string } }).next?.href.replace('/v1/events?', '');
  }
  return read;
}
const all = async (query: Record<string, string>) => (await pages(query)).flat();

async function deadReasons(): Promise<string[]> {
  const wanted = { MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 };
  const { Messages: dead = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...wanted }));
  return dead.map(({ MessageAttributes: attributes }) => attributes?.['reason']?.StringValue ?? '');
}

describe('recording', () => {
  // shop
  it('stores an event as it was published, and shows the fields of its contract', async () => {
    const [id, correlationid, subject] = [randomUUID(), randomUUID(), `S-${randomUUID()}`];
    const data = { sku: 'MUG', nested: { list: [1, null, 1e21, 0.1], empty: '' } };
    const adjusted = { type: 'dure.inventory.StockAdjusted.v1', source: 'dure.inventory' };
    const envelope = { ...adjusted, id, correlationid, subject, sequence: 7, causationid: 'c', time: at(1), data };
    await record(message(envelope));
    const shown = await get(id);
    expect(shown).toMatchObject({
      status: 200,
      headers: { etag: expect.stringContaining(id) },
      body: {
        ...{ ...envelope, data: { sku: 'MUG', nested: '***' } },
        _links: { self: { href: `/v1/events/${id}` } },
      },
    });
    const [chunk] = await chunksIn(table, correlationid);
    expect(chunk?.events).toMatchObject([{ id, data }]);
    expect(Date.parse(String(shown.body['recordedAt']))).toBeGreaterThan(Date.now() - 60_000);
    expect((await get(id, { 'If-None-Match': String(shown.headers?.['etag']) })).status).toBe(304);
    expect((await get(id.toUpperCase())).body).toEqual(shown.body);
  });
  // /shop

  it('stores and shows no return address', async () => {
    const [id, correlationid, replyto] = [randomUUID(), randomUUID(), 'a-task-token'];
    await record(message({ id, correlationid, replyto }));
    const stored = await chunksIn(table, correlationid);
    expect(stored).toMatchObject([{ events: [{ id }] }]);
    expect(JSON.stringify([stored, (await get(id)).body])).not.toContain(replyto);
  });

  // shop
  it('records commands and what a newer release publishes', async () => {
    const correlationid = randomUUID();
    const command = { type: 'dure.inventory.ReserveStock.v1', source: 'dure.orders', sequence: undefined };
    const unknown = { type: 'dure.shipping.ParcelLost.v3', source: 'dure.shipping', surprise: true };
    await record(
      message({ correlationid, ...command, time: at(1) }),
      message({ correlationid, ...unknown, time: at(2) }),
    );
    const events = await all({ correlationId: correlationid });
    expect(events).toMatchObject([{ type: command.type }, { type: unknown.type }]);
    expect(events[0]).not.toHaveProperty('sequence');
  });
  // /shop

  it('records each event once, however often and in any order it arrives', async () => {
    const subject = `S-${randomUUID()}`;
    const events = Array.from({ length: 12 }, (_, index) => message({ subject, sequence: index + 1, time: at(index) }));
    const thrice = [...events, ...events, ...events];
    const [deliveries = []] = fc.sample(fc.shuffledSubarray(thrice, { minLength: thrice.length }), 1);
    await Promise.all([record(...deliveries), record(...deliveries.toReversed())]);
    const listed = await all({ subject, limit: '5' });
    expect(listed.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  });

  it('records a batch again as it was, except for when that was', async () => {
    const correlationid = randomUUID();
    const batch = [1, 2, 3].map((sequence) => message({ correlationid, subject: 'S', sequence, time: at(sequence) }));
    const stored = async () => {
      await record(...batch);
      const chunks = await chunksIn(table, correlationid);
      return chunks.map(({ item, events }) => [item['sk'], events.map((event) => ({ ...event, recordedAt: '' }))]);
    };
    const first = await stored();
    expect(first).toHaveLength(1);
    expect(await stored()).toEqual(first);
  });

  it('shows once what came again in another batch, as it was recorded last', async () => {
    const [id, correlationid] = [randomUUID(), randomUUID()];
    const [one, other] = [message({ id, correlationid, time: at(1) }), message({ correlationid, time: at(2) })];
    await record(one, other);
    const [before] = await all({ correlationId: correlationid });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await record(one);
    const after = await all({ correlationId: correlationid });
    expect(after).toMatchObject([{ id }, { time: at(2) }]);
    expect(recordedAt(after[0]) > recordedAt(before)).toBe(true);
    expect((await get(id)).body).toEqual(after[0]);
  });

  // An item costs a write unit for each KB, in the table and in each index.
  it('stores the events of an order that come together in one item for each subject', async () => {
    const [correlationid, subjects] = [randomUUID(), ['o-1', 'o-1', 's-1', 'o-1', 's-1']];
    await record(
      ...subjects.map((subject, index) => message({ id: uuidv7(), correlationid, subject, time: now(index) })),
    );
    const chunks = await chunksIn(table, correlationid);
    expect(chunks.map(({ item, events }) => [item['subject'], events.length]).sort()).toEqual([
      ['o-1', 3],
      ['s-1', 2],
    ]);
    for (const { item } of chunks) expect(Object.keys(item)).not.toContain('correlationid');
  });

  it('finds an event by its id, which tells when it happened, or else by a pointer', async () => {
    const [time, soon, late, correlationid] = [now(), uuidv7(), uuidv7(), randomUUID()];
    await record(
      message({ id: soon, correlationid, time }),
      message({ id: late, correlationid, time: now(-3_600_000) }),
    );
    for (const id of [soon, late]) expect((await get(id)).body).toMatchObject({ id });
    const pointers = [soon, late].map(async (id) => {
      const Key = { pk: `EVENT#${id}`, sk: 'EVENT' };
      return (await table.client.send(new GetCommand({ TableName: tableName, Key }))).Item;
    });
    expect(await Promise.all(pointers)).toEqual([undefined, expect.objectContaining({ chunkPk: expect.any(String) })]);
    expect((await get(uuidv7())).status).toBe(404);
  });

  it('gives up invalid JSON with the reason, and continues', async () => {
    const id = randomUUID();
    await record(sqsRecord('{'), message({ id }));
    expect(await deadReasons()).toEqual([expect.stringContaining('not JSON')]);
    expect((await get(id)).status).toBe(200);
  });
});

describe('listing', () => {
  it('orders the events of one transaction by sequence', async () => {
    const subject = `S-${randomUUID()}`;
    await record(...[3, 1, 2, 11].map((sequence) => message({ subject, sequence, time: at(5) })));
    expect((await all({ subject })).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 11]);
  });

  it.each(['correlationId', 'subject', 'type'])(
    'by %s finds only matching events, oldest first, in full pages',
    async (by) => {
      const value = { correlationId: randomUUID(), subject: `S-${randomUUID()}`, type: newType() }[by]!;
      const wanted = Array.from({ length: 7 }, (_, index) => ({
        [by.toLowerCase()]: value,
        id: randomUUID(),
        time: at(index),
      }));
      await record(...[...wanted.toReversed(), {}, {}].map(message));
      const read = await pages({ [by]: value, limit: '3' });
      expect(read.map((page) => page.length)).toEqual([3, 3, 1]);
      expect(read.flat().map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      const range = { [by]: value, from: at(2), to: at(5) };
      expect((await all(range)).map(({ time }) => time)).toEqual([at(2), at(3), at(4)]);
      expect((await pages({ [by]: value, limit: '7' })).length).toBe(1);
    },
  );

  it('of a range without other filters finds all of it, in full pages across the shards', async () => {
    const start = Date.UTC(2000, 0, 1) + Math.floor(Math.random() * 1e9) * 100;
    const times = Array.from({ length: 45 }, (_, index) => new Date(start + index).toISOString());
    await record(...times.toReversed().map((time) => message({ time })));
    const [from, to] = [times[0]!, new Date(start + 45).toISOString()];
    const read = await pages({ from, to, limit: '10' });
    expect(read.map((page) => page.length)).toEqual([10, 10, 10, 10, 5]);
    expect(read.flat().map(({ time }) => time)).toEqual(times);
    expect((await all({ from, to: times[3]! })).map(({ time }) => time)).toEqual(times.slice(0, 3));
    expect(await all({ from: to, to: from })).toEqual([]);
    expect(await pages({ from: at(-1e12), to: at(-1e12 + 1) })).toEqual([[]]);
  });

  it('finds all of a type that came in full batches', async () => {
    const [type, start] = [newType(), Date.UTC(2001, 0, 1) + Math.floor(Math.random() * 1e9) * 100];
    const times = Array.from({ length: 60 }, (_, index) => new Date(start + index).toISOString());
    const messages = times.toReversed().map((time) => message({ type, time }));
    for (const batch of [messages.slice(0, 30), messages.slice(30)]) {
      expect(await recorder(sqsEvent(...batch), lambdaContext)).toEqual({ batchItemFailures: [] });
    }
    for (const query of [{ type }, { from: times[0]!, to: new Date(start + 60).toISOString() }] as Record<
      string,
      string
    >[]) {
      const read = await pages({ ...query, limit: '25' });
      expect(read.map((page) => page.length)).toEqual([25, 25, 10]);
      expect(read.flat().map(({ time }) => time)).toEqual(times);
    }
  });

  it('ends a page early rather than answer more than Lambda can', async () => {
    const subject = `S-${randomUUID()}`;
    const data = { text: 'x'.repeat(190_000) };
    await record(
      ...Array.from({ length: 24 }, (_, index) => message({ subject, sequence: index + 1, time: at(index), data })),
    );
    const read = await pages({ subject, limit: '100' });
    expect(read.length).toBeGreaterThan(1);
    expect(read.flat().map(({ sequence }) => sequence)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  });

  it('rejects a cursor of another query, or a forged one', async () => {
    const subject = `S-${randomUUID()}`;
    await record(message({ subject, sequence: 1 }), message({ subject, sequence: 2 }));
    const { body } = await list({ subject, limit: '1' });
    const { href } = (body['_links'] as { next: { href: string } }).next;
    const cursor = new URLSearchParams(href.split('?')[1]).get('cursor')!;
    expect((await list({ subject, cursor })).body['items']).toMatchObject([{ sequence: 2 }]);
    for (const query of [{ cursor }, { subject, from: at(0), cursor }, { subject, cursor: 'bm9uZQ' }]) {
      expect(await list(query as Record<string, string>)).toMatchObject({
        status: 400,
        body: { type: 'urn:dure:problem:invalid-cursor' },
      });
    }
  });

  it.each<[string, Record<string, string>, string]>([
    ['a day', { from: '2026-01-05' }, 'from'],
    ['no UUID', { correlationId: 'x' }, 'correlationId'],
    ['no type', { type: 'StockAdjusted' }, 'type'],
    ['too many', { limit: '101' }, 'limit'],
    ['what it does not know', { order: 'desc' }, 'order'],
  ])('refuses %s', async (_, query, field) => {
    expect(await list(query)).toMatchObject({ status: 400, body: { errors: [{ in: 'query', field }] } });
  });

  it('refuses two selections at once', async () => {
    expect((await list({ subject: 'a', correlationId: randomUUID() })).status).toBe(400);
  });
});

it('answers 404 for an event that was never recorded, and is healthy while its table answers', async () => {
  expect((await get(randomUUID())).body).toMatchObject({ type: 'urn:dure:problem:event-not-found' });
  expect(await call(api, { resource: '/v1/health' })).toMatchObject({ status: 200, body: { status: 'ok' } });
});

const now = (offset = 0) => new Date(Date.now() + offset).toISOString();
const recordedAt = (event: unknown) => (event as { recordedAt: string }).recordedAt;
const newType = () => `dure.${OWNER}.T${randomUUID().replaceAll('-', '')}.v1`;
