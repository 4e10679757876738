import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { openTable, type Table } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { call, lambdaContext } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCallStore } from '../src/store/call-store.ts';

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
  STAGE: 'local',
  LOG_LEVEL: 'error',
  RECORD_RETENTION_DAYS: '7',
});
const { handler: recorder } = await import('../src/record-calls.ts');
const { handler: api } = await import('../src/http/index.ts');

interface Listed {
  readonly items: readonly { readonly id: string; readonly at: string }[];
  readonly _links: { readonly next?: { readonly href: string } };
}

const GROUP = '/aws/apigateway/dure-local-registry';
const NONE = '-';

/** A line of an access log, as API Gateway writes it: every value is text, and a hyphen where there is none. */
const line = (said: Record<string, string> = {}) => ({
  requestId: randomUUID(),
  extendedRequestId: 'abc=',
  traceId: 'Root=1-695b8e88-0123456789abcdef01234567',
  requestTimeEpoch: String(Date.parse('2026-01-05T09:30:00.200Z')),
  ip: '203.0.113.7',
  apiKeyId: NONE,
  subject: 'u-1',
  clientId: 'demo',
  tokenId: 'token-1',
  actor: NONE,
  method: 'GET',
  resource: '/v1/releases',
  protocol: 'HTTP/1.1',
  status: '200',
  error: NONE,
  latencyMs: '21',
  ...said,
});

const deliver = (messages: readonly string[], more: object = {}) => {
  const logEvents = messages.map((message, index) => ({ id: String(index), timestamp: 0, message }));
  const delivery = { messageType: 'DATA_MESSAGE', logGroup: GROUP, logEvents, ...more };
  return recorder({ awslogs: { data: gzipSync(JSON.stringify(delivery)).toString('base64') } }, lambdaContext);
};
const record = (...lines: readonly object[]) => deliver(lines.map((it) => JSON.stringify(it)));
const get = (query: Record<string, string>) => call(api, { resource: '/v1/calls', query });

/** All pages of a list. */
async function list(query: Record<string, string>): Promise<Listed['items']> {
  const items: Listed['items'][number][] = [];
  for (let cursor: string | undefined; ;) {
    const answer = await get({ ...query, ...(cursor !== undefined && { cursor }) });
    expect(answer.status).toBe(200);
    const { items: more, _links } = answer.body as unknown as Listed;
    items.push(...more);
    const next = _links.next?.href;
    if (next === undefined) return items;
    cursor = new URL(next, 'http://localhost').searchParams.get('cursor') ?? undefined;
  }
}

const range = { from: '2026-01-05T00:00:00Z', to: '2026-01-06T00:00:00Z' };

describe('a call', () => {
  it('is shown with who made it, what, from where, and how it ended', async () => {
    const said = line({ subject: 'u-shown', status: '403', error: 'ACCESS_DENIED', actor: 'gateway' });
    expect(await record(said)).toEqual({ recorded: 1, unreadable: 0 });
    expect(await list({ ...range, subject: 'u-shown' })).toEqual([
      {
        id: said.requestId,
        at: '2026-01-05T09:30:00.200Z',
        service: 'registry',
        operation: 'GET /v1/releases',
        ...{ subject: 'u-shown', clientId: 'demo', tokenId: 'token-1', actor: 'gateway' },
        address: '203.0.113.7',
        status: 403,
        error: 'ACCESS_DENIED',
        latencyMs: 21,
        traceId: 'Root=1-695b8e88-0123456789abcdef01234567',
      },
    ]);
  });

  it('without a token has nobody, and without a route the method alone', async () => {
    const nobody = { subject: NONE, clientId: NONE, tokenId: NONE, resource: NONE, ip: '203.0.113.99' };
    await record(line(nobody));
    const [shown] = await list({ ...range, address: nobody.ip });
    expect(shown).toMatchObject({ operation: 'GET' });
    expect(Object.keys(shown ?? {}).filter((key) => ['subject', 'clientId', 'tokenId'].includes(key))).toEqual([]);
  });

  it('that is delivered again is shown once', async () => {
    const said = line({ subject: 'u-again' });
    await record(said);
    await record(said);
    await record(line({ subject: 'u-other' }), said);
    expect(await list({ ...range, subject: 'u-again' })).toHaveLength(1);
  });
});

it('passes over what is no line of an access log, and stores the rest', async () => {
  const lines = ['{', 'null', '{"requestId":"x"}', JSON.stringify(line({ status: 'never' }))];
  const good = line({ subject: 'u-good' });
  expect(await deliver([...lines, JSON.stringify(good)])).toEqual({ recorded: 1, unreadable: lines.length });
  expect(await list({ ...range, subject: 'u-good' })).toHaveLength(1);
});

it('records nothing of a message that tries the way, and of another stage', async () => {
  const [message] = [JSON.stringify(line({ subject: 'u-elsewhere' }))];
  expect(await deliver([message], { messageType: 'CONTROL_MESSAGE' })).toEqual({ recorded: 0, unreadable: 0 });
  const logGroup = '/aws/apigateway/dure-prod-registry';
  expect(await deliver([message], { logGroup })).toEqual({ recorded: 0, unreadable: 1 });
  expect(await list({ ...range, subject: 'u-elsewhere' })).toEqual([]);
});

it('records who connected to a WebSocket API, and until when', async () => {
  const { method: _m, resource: _r, latencyMs: _l, ...rest } = line({ subject: 'u-socket', connectionId: 'abc=' });
  const of = (eventType: string, routeKey: string, more: object) =>
    JSON.stringify({ ...rest, requestId: randomUUID(), eventType, routeKey, ...more });
  const logGroup = '/aws/apigateway/dure-local-notifications-websocket';
  const lines = [
    of('CONNECT', '$connect', { integrationLatencyMs: '12' }),
    of('DISCONNECT', '$disconnect', { requestTimeEpoch: String(Date.parse('2026-01-05T09:31:00Z')) }),
    JSON.stringify({ ...rest, requestId: randomUUID() }),
  ];
  expect(await deliver(lines, { logGroup })).toEqual({ recorded: 2, unreadable: 1 });
  expect(await list({ ...range, subject: 'u-socket', service: 'notifications' })).toMatchObject([
    { operation: 'DISCONNECT $disconnect', connectionId: 'abc=', latencyMs: 0, at: '2026-01-05T09:31:00.000Z' },
    { operation: 'CONNECT $connect', connectionId: 'abc=', latencyMs: 12, address: '203.0.113.7', status: 200 },
  ]);
});

describe('a list', () => {
  it('has every call once, newest first, whatever the pages, batches and times', async () => {
    const from = Date.parse('2026-02-01T00:00:00Z');
    const offset = fc.integer({ min: 0, max: 3 * 86_400_000 });
    // Many within a moment, too.
    const close = offset.chain((base) => fc.array(fc.integer({ min: base, max: base + 5_000 }), { maxLength: 12 }));
    const batches = fc.array(fc.oneof(close, fc.array(offset, { maxLength: 6 })), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(batches, fc.integer({ min: 1, max: 7 }), async (given, limit) => {
        const subject = `u-${randomUUID()}`;
        const written = given.map((times) =>
          times.map((time) => line({ subject, requestTimeEpoch: String(from + time) })),
        );
        for (const batch of written) await record(...batch);
        const listed = await list({
          ...{ subject, from: '2026-02-01T00:00:00Z', to: '2026-02-05T00:00:00Z' },
          limit: String(limit),
        });
        const all = written.flat().map(({ requestId, requestTimeEpoch }) => `${requestTimeEpoch}#${requestId}`);
        expect(listed.map(({ at, id }) => `${Date.parse(at)}#${id}`)).toEqual(all.sort().reverse());
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('goes on where more was stored in a moment than one request reads', async () => {
    const times = Array.from({ length: 450 }, (_, index) => Date.parse('2026-03-01T10:00:00Z') + index * 3);
    // Each delivery is an item of its own.
    for (let start = 0; start < times.length; start += 20) {
      const some = times.slice(start, start + 20);
      await Promise.all(some.map((time) => record(line({ subject: 'u-busy', requestTimeEpoch: String(time) }))));
    }
    const query = { subject: 'u-busy', from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', limit: '100' };
    expect(await list(query)).toHaveLength(times.length);
  }, 60_000);

  it('has the first instant of a range, wherever its pages and days end', async () => {
    const at = Date.parse('2026-03-05T10:00:00Z');
    const times = Array.from({ length: 300 }, (_, index) => at + index * 10);
    for (let start = 0; start < times.length; start += 20) {
      const some = times.slice(start, start + 20);
      await Promise.all(some.map((time) => record(line({ subject: 'u-first', requestTimeEpoch: String(time) }))));
    }
    await record(line({ subject: 'u-first', requestTimeEpoch: String(Date.parse('2026-03-04T23:59:59.999Z')) }));
    const query = { subject: 'u-first', to: '2026-03-06T00:00:00Z', limit: '100' };
    expect(await list({ ...query, from: '2026-03-04T23:59:59.999Z' })).toHaveLength(times.length + 1);
    for (let back = 0; back < times.length; back += 23) {
      const from = new Date(times[back]!).toISOString();
      expect([from, (await list({ ...query, from })).length]).toEqual([from, times.length - back]);
    }
  }, 60_000);

  it('reads each item once in a request', async () => {
    const at = Date.parse('2026-03-09T10:00:00Z');
    const times = Array.from({ length: 320 }, (_, index) => at + index * 5);
    for (let start = 0; start < times.length; start += 20) {
      const some = times.slice(start, start + 20);
      await Promise.all(some.map((time) => record(line({ subject: 'u-once', requestTimeEpoch: String(time) }))));
    }
    const table = openTable(tableName);
    let read = 0;
    const counting: Table = {
      ...table,
      client: {
        send: async (command: Parameters<Table['client']['send']>[0]) => {
          const answer = await table.client.send(command);
          read += (answer as { Count?: number }).Count ?? 0;
          return answer;
        },
      } as unknown as Table['client'],
    };
    const days = { from: '2026-03-09T00:00:00.000Z', to: '2026-03-10T00:00:00.000Z' };
    const { calls, end } = await createCallStore(counting).list(days, () => true, 1_000);
    expect([calls.length, end, read]).toEqual([times.length, undefined, times.length]);
  }, 60_000);

  it('ends now where it is asked for a time to come', async () => {
    await record(line({ subject: 'u-future', requestTimeEpoch: String(Date.now() - 60_000) }));
    const { status, body } = await get({ subject: 'u-future', to: '9999-12-31T00:00:00Z', limit: '10' });
    expect(status).toBe(200);
    expect((body as unknown as Listed).items).toHaveLength(1);
  });

  it('takes a range with its first instant and without its last', async () => {
    const at = Date.parse('2026-04-01T12:00:00.000Z');
    for (const time of [at - 1, at, at + 1_999, at + 2_000]) {
      await record(line({ subject: 'u-range', requestTimeEpoch: String(time) }));
    }
    const shown = await list({ subject: 'u-range', from: '2026-04-01T12:00:00Z', to: '2026-04-01T12:00:02Z' });
    expect(shown.map(({ at: instant }) => Date.parse(instant) - at)).toEqual([1_999, 0]);
  });

  it('is of the last day when nothing else is asked for', async () => {
    const now = Date.now();
    await record(line({ subject: 'u-lately', requestTimeEpoch: String(now - 60_000) }));
    await record(line({ subject: 'u-lately', requestTimeEpoch: String(now - 2 * 86_400_000) }));
    expect(await list({ subject: 'u-lately' })).toHaveLength(1);
  });

  it('refuses the cursor of another list', async () => {
    for (const time of [1, 2]) await record(line({ subject: 'u-cursor', requestTimeEpoch: String(time) }));
    const query = { subject: 'u-cursor', from: '1970-01-01T00:00:00Z', to: '1970-01-01T00:00:01Z', limit: '1' };
    const { body } = await get(query);
    const cursor = new URL((body as unknown as Listed)._links.next!.href, 'http://localhost').searchParams.get(
      'cursor',
    )!;
    expect((await get({ ...query, subject: 'u-1', cursor })).status).toBe(400);
    expect((await get({ ...query, cursor: 'e30' })).status).toBe(400);
  });
});
