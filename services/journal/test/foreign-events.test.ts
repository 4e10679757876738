import { randomUUID } from 'node:crypto';
import { createTestTable } from '@dure/testing/dynamodb';
import { call, lambdaContext, sqsEvent, sqsRecord } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { message, OWNER } from './messages.ts';

const { tableName } = await createTestTable({
  indexes: [
    { name: 'all', pk: 'shard', sk: 'position' },
    { name: 'correlation', pk: 'correlationid', sk: 'position' },
    { name: 'subject', pk: 'subject', sk: 'position' },
    { name: 'type', pk: 'type', sk: 'position' },
  ],
});
Object.assign(process.env, {
  TABLE_NAME: tableName,
  SERVICE_NAME: 'journal',
  LOG_LEVEL: 'error',
  QUEUE_URL: 'http://127.0.0.1:9/none',
  QUEUE_DLQ_URL: 'http://127.0.0.1:9/none',
  MAX_RECEIVES: '5',
  RECORD_RETENTION_DAYS: '0',
});
const { handler: recorder } = await import('../src/events/index.ts');
const { handler: api } = await import('../src/http/index.ts');

const record = async (...records: SQSRecord[]) =>
  expect(await recorder(sqsEvent(...records), lambdaContext)).toEqual({ batchItemFailures: [] });
const get = (id: string) => call(api, { resource: '/v1/foreign-events/{id}', params: { id } });
const list = (query: Record<string, string>) => call(api, { resource: '/v1/foreign-events', query });
const genuine = (id: string) => call(api, { resource: '/v1/events/{id}', params: { id } });

/** What anybody may put on a bus, as a rule hands it on. */
function busEvent(said: { source?: string; detailType?: string; detail?: unknown }) {
  const id = randomUUID();
  const { source = 'com.evil', detailType = 'Anything', detail = {} } = said;
  return { id, record: sqsRecord(JSON.stringify({ version: '0', id, source, 'detail-type': detailType, detail })) };
}

/** An event of the bus, changed; with the ids of the bus and of the envelope. */
function forged(envelope: Record<string, unknown>, bus: Record<string, unknown> = {}) {
  const id = randomUUID();
  const it = message({ id, ...envelope });
  const event = { ...(JSON.parse(it.body) as object), ...bus } as { id: string };
  return { id, busId: event.id, record: { ...it, body: JSON.stringify(event) } };
}

// shop
const refund = { type: 'dure.payments.RefundAmount.v1', sequence: undefined };
// /shop

describe('a foreign event is recorded as such, not as an event', () => {
  it.each<[string, ReturnType<typeof forged>, string]>([
    [
      'from another source',
      forged({}, { source: 'com.evil' }),
      `It came from com.evil, and its envelope says dure.${OWNER}.`,
    ],
    // shop
    ['a command from who may not send it', forged({ ...refund, source: 'dure.catalog' }), 'dure.catalog may not send'],
    // /shop
    ['an event from who does not own it', forged({ source: 'dure.orders' }), 'dure.orders may not send'],
    ['of a service that is unknown', forged({ type: 'dure.evil.Thing.v1', source: 'dure.evil' }), 'nobody may'],
    ['of a detail type that is another', forged({}, { 'detail-type': 'Other.v1' }), 'It came as Other.v1'],
    ['with another schema', forged({ dataschema: 'urn:other' }), 'Its dataschema is urn:other'],
    ['without an id', forged({ id: undefined }), 'The envelope breaks its contract: id: invalid_type'],
    ['of an impossible time', forged({ time: '2026-02-30T00:00:00Z' }), 'time: invalid_format'],
    ['with data that is not an object', forged({ data: [1] }), 'Its data is not an object.'],
  ])('%s', async (_, { id, busId, record: it }, reason) => {
    await record(it);
    const shown = await get(busId);
    expect(shown).toMatchObject({ status: 200, body: { id: busId, reason: expect.stringContaining(reason) } });
    expect((await genuine(id)).status).toBe(404);
    expect((await genuine(busId)).status).toBe(404);
  });

  it.each<[string, unknown, string]>([
    ['an object', { hello: ['world', null, 1] }, '{"hello":"***"}'],
    ['an empty object', {}, '{}'],
    ['a list', [1, 2], '["***","***"]'],
    ['text', 'hello', '"***"'],
    ['nothing', null, 'null'],
    [
      'keys that objects have',
      JSON.parse('{"__proto__":{"a":1},"constructor":1}'),
      '{"__proto__":"***","constructor":"***"}',
    ],
  ])('for any detail, without its values: %s', async (_, detail, shown) => {
    const { id, record: it } = busEvent({ source: 'aws.ec2', detailType: 'EC2 Instance State-change', detail });
    await record(it);
    expect(await get(id)).toMatchObject({
      status: 200,
      body: { source: 'aws.ec2', detailType: 'EC2 Instance State-change', detail: shown },
    });
  });

  it('cut off where it is large, with its size', async () => {
    const detail = { text: '오'.repeat(200_000) };
    const { id, record: it } = busEvent({ detail });
    await record(it);
    const { body } = await get(id);
    expect(body['bytes']).toBe(Buffer.byteLength(JSON.stringify(detail)));
    expect(body['detail']).toBe('"***"');
  });

  it('without a return address', async () => {
    const { id, record: it } = busEvent({ detail: { replyto: 'a-task-token', kept: 1 } });
    await record(it);
    expect((await get(id)).body['detail']).toBe('{"kept":"***"}');
  });

  it('once, however often it arrives, next to genuine events', async () => {
    const source = `com.${randomUUID()}`;
    const [{ record: it }, id] = [busEvent({ source }), randomUUID()];
    await record(it, it, message({ id }));
    await record(it);
    expect((await list({ source })).body['items']).toHaveLength(1);
    expect((await genuine(id)).status).toBe(200);
  });

  it('and never shows up among the events', async () => {
    const [source, correlationId] = [`com.${randomUUID()}`, randomUUID()];
    await record(busEvent({ source }).record, forged({ correlationid: correlationId }, { source }).record);
    for (const query of [{ correlationId }, { subject: `FOREIGN#${source}` }] as Record<string, string>[]) {
      const answer = await call(api, { resource: '/v1/events', query });
      expect(answer).toMatchObject({ status: 200, body: { items: [] } });
    }
    const type = await call(api, { resource: '/v1/events', query: { type: `FOREIGN#${source}` } });
    expect(type.status).toBe(400);
  });
});

describe('a genuine event is not foreign', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an event of its owner', {}],
    // shop
    ['a command of each who may send it: orders', { type: 'dure.payments.CancelPayment.v1', source: 'dure.orders' }],
    [
      'a command of each who may send it: reconciliation',
      { type: 'dure.payments.CancelPayment.v1', source: 'dure.reconciliation' },
    ],
    ['what a newer release of a service publishes', { type: 'dure.shipping.ParcelLost.v3', source: 'dure.shipping' }],
    // /shop
  ])('%s', async (_, envelope) => {
    const { id, busId, record: it } = forged(envelope);
    await record(it);
    expect((await genuine(id)).status).toBe(200);
    expect((await get(busId)).status).toBe(404);
  });
});

describe('foreign events are listed', () => {
  it('by source, in the order of recording, in pages', async () => {
    const source = `com.${randomUUID()}`;
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const { id, record: it } = busEvent({ source });
      await record(it);
      ids.push(id);
    }
    await record(busEvent({}).record);
    const read: string[] = [];
    const pages: number[] = [];
    for (let query: string | undefined = new URLSearchParams({ source, limit: '2' }).toString(); query !== undefined;) {
      const { body } = await list(Object.fromEntries(new URLSearchParams(query)));
      const items = body['items'] as { id: string }[];
      expect(items[0]).not.toHaveProperty('detail');
      read.push(...items.map(({ id }) => id));
      pages.push(items.length);
      query = (body['_links'] as { next?: { href: string } }).next?.href.split('?')[1];
    }
    expect(read.toSorted()).toEqual(ids.toSorted());
    expect(pages).toEqual([2, 2, 1]);
  });

  it('by range, all of them', async () => {
    const [from, { id, record: it }] = [new Date().toISOString(), busEvent({})];
    await record(it);
    const idsOf = async (query: Record<string, string>) =>
      ((await list(query)).body['items'] as { id: string }[]).map((event) => event.id);
    expect(await idsOf({ from, limit: '100' })).toContain(id);
    expect(await idsOf({ to: from, limit: '100' })).not.toContain(id);
    expect(await idsOf({ from: '2100-01-01T00:00:00Z' })).toEqual([]);
  });

  it('only with their own cursor', async () => {
    for (const cursor of ['bm9uZQ', Buffer.from('{"after":"x","source":"other"}').toString('base64url')]) {
      expect(await list({ cursor })).toMatchObject({ status: 400, body: { type: 'urn:dure:problem:invalid-cursor' } });
    }
  });
});
