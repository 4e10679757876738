import { randomUUID } from 'node:crypto';
import { openTable } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { call, customer, proxyEvent, lambdaContext, staff } from '@dure/testing/lambda-events';
import { afterAll, expect, it } from '@jest/globals';
import { createUsageStore } from '../src/store/usage.ts';
import { momentOf } from '../src/domain/rate-limit.ts';
import { littleServer } from './little-server.ts';

const service = await littleServer(() => ({ body: { status: 'ok', dependencies: {} } }));
afterAll(() => service.close());

const { tableName } = await createTestTable();
const others = [
  'ALERTS',
  'JOURNAL',
  'REGISTRY',
  'CATALOG',
  'INVENTORY',
  'NOTIFICATIONS',
  'ORDERS',
  'PAYMENTS',
  'SHIPPING',
];
Object.assign(process.env, {
  ...{
    TABLE_NAME: tableName,
    SERVICE_NAME: 'gateway',
    LOG_LEVEL: 'silent',
    COUNTING_MS: '10000',
    ISSUER: 'http://127.0.0.1:9',
  },
  ...Object.fromEntries(others.map((name) => [`URL_OF_${name}`, service.url])),
});
const { handler } = await import('../src/http/index.ts');

const someone = (subject = `c-${randomUUID()}`) => customer(subject);
const resource = '/v1/stage-health';
const setPlan = (client: string, body: object, caller = staff) =>
  call(handler, { method: 'PUT', resource: '/v1/plans/{client}', params: { client }, body, caller });

it('says of each answer what is left, and shows the caller what it has used', async () => {
  const caller = someone();
  const first = await call(handler, { resource, caller });
  expect(first.headers).toMatchObject({
    'ratelimit-policy': '"minute";q=1200;w=60, "month";q=1000000;w=2592000',
    ratelimit: expect.stringMatching(/^"minute";r=1199;t=\d+, "month";r=999999;t=\d+$/),
  });
  await call(handler, { resource, caller });
  const { status, body, headers } = await call(handler, { resource: '/v1/usage', caller });
  expect(status).toBe(200);
  expect(headers).not.toHaveProperty('ratelimit');
  const { day } = momentOf(Date.now());
  expect(body).toMatchObject({
    items: [
      {
        client: `caller:${caller.subject}`,
        plan: { perMinute: 1_200, perMonth: 1_000_000, priority: 'normal' },
        month: { used: 2, remaining: 999_998, days: [{ day, requests: 2 }] },
      },
    ],
  });
});

it('refuses what is above the plan, says after how long to ask again, and nobody else is refused', async () => {
  const [caller, another] = [someone(), someone()];
  expect((await setPlan(`caller:${caller.subject}`, { perMinute: 100, perMonth: 2 })).status).toBe(200);
  const answers = [];
  for (let request = 0; request < 4; request += 1) answers.push(await call(handler, { resource, caller }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
  expect(answers[2]).toMatchObject({
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'retry-after': expect.stringMatching(/^[1-9]\d{0,6}$/),
      ratelimit: expect.stringContaining('"month";r=0;'),
    },
    body: { type: 'urn:dure:problem:quota-exceeded', status: 429, instance: '/v1/stage-health' },
  });
  expect((await call(handler, { resource, caller: another })).status).toBe(200);
});

it('counts who has no token by the API key, and shows it to the caller who sends both', async () => {
  const apiKeyId = randomUUID().slice(0, 8);
  const event = proxyEvent({ resource, caller: null });
  const keyed = (it: typeof event) => ({
    ...it,
    requestContext: { ...it.requestContext, identity: { apiKeyId } as never },
  });
  await handler(keyed(event), lambdaContext);
  const { body } = (await handler(keyed(proxyEvent({ resource: '/v1/usage', caller: someone() })), lambdaContext)) as {
    body: string;
  };
  const { items } = JSON.parse(body) as { items: { client: string; month: { used: number } }[] };
  expect(items.map(({ client, month }) => [client, month.used])).toEqual([
    [expect.stringMatching(/^caller:/), 0],
    [`key:${apiKeyId}`, 1],
  ]);
});

it('counts nobody who shows neither, and no health check', async () => {
  expect((await call(handler, { resource, caller: null })).headers).not.toHaveProperty('ratelimit');
  expect((await call(handler, { resource: '/v1/health' })).headers).not.toHaveProperty('ratelimit');
});

it('lets nobody set a plan who may not', async () => {
  const caller = someone();
  const { status } = await setPlan(`caller:${caller.subject}`, { perMinute: 600_000, perMonth: 1 }, caller);
  expect(status).toBe(403);
});

it('adds up what environments report at the same time, and begins anew with the minute', async () => {
  const store = createUsageStore(openTable(tableName));
  const client = `key:${randomUUID()}`;
  const moment = momentOf(Date.UTC(2026, 10, 30, 12));
  const report = (opens: boolean, at = moment) => store.report(client, at, { inMinute: 2, inMonth: 1, opens });
  const all = await Promise.all([report(true), report(true), report(false), report(false), report(true)]);
  expect(all.map(({ taken }) => taken).sort((a, b) => a - b)).toEqual([2, 4, 6, 8, 10]);
  expect(all.filter(({ opened }) => opened)).toHaveLength(1);
  expect(await report(true, { ...moment, window: moment.window + 1 })).toEqual({ taken: 2, used: 6, opened: true });
  // A clock that is behind joins the minute that is.
  expect(await report(true)).toEqual({ taken: 4, used: 7, opened: false });
});

it('reads two items for the usage of a month, however long a client has been there', async () => {
  const store = createUsageStore(openTable(tableName));
  const client = `key:${randomUUID()}`;
  for (const month of [1, 2, 3]) {
    await store.report(client, momentOf(Date.UTC(2026, month, 5)), { inMinute: 1, inMonth: month, opens: true });
  }
  const days = [{ day: '2026-03-05', requests: 2 }];
  expect(await store.usageOf(client, '2026-03')).toEqual({ plan: undefined, used: 2, days });
});

it('shows the plan of a client that was given one before plans had a priority', async () => {
  const caller = someone();
  const plan = { perMinute: 10, perMonth: 100 };
  await createUsageStore(openTable(tableName)).setPlan(`caller:${caller.subject}`, plan);
  const { status, body } = await call(handler, { resource: '/v1/usage', caller });
  expect([status, body]).toMatchObject([200, { items: [{ plan: { ...plan, priority: 'normal' } }] }]);
});

it('counts guests by their network, however many tokens they get', async () => {
  const network = `2001:db8:${Math.floor(Math.random() * 0xffff).toString(16)}`;
  const asGuest = (resource: string, host: string) => {
    const guest = { ...customer(`guest-${randomUUID()}`), roles: ['guest'] };
    const event = proxyEvent({ resource, caller: guest });
    const requestContext = { ...event.requestContext, identity: { sourceIp: `${network}:${host}` } as never };
    return handler({ ...event, requestContext }, lambdaContext);
  };
  await asGuest(resource, '1::7');
  await asGuest(resource, '2::9');
  const { body } = (await asGuest('/v1/usage', '3::1')) as { body: string };
  expect(JSON.parse(body)).toMatchObject({
    items: [{ client: `guests:${network}::/48`, plan: { priority: 'low' }, month: { used: 2 } }],
  });
});

it.each(['caller:staff:auth0|5f7c8ec7c33c6c004bbafe82', 'caller:acme:mina+shop@example.com', 'guests:203.0.113.0/24'])(
  'takes a plan for %s, whoever named it so',
  async (client) => {
    const plan = { perMinute: 10, perMonth: 100 };
    expect(await setPlan(client, plan)).toMatchObject({ status: 200, body: { client, ...plan, priority: 'normal' } });
  },
);

it('shows its usage to a caller of an issuer outside', async () => {
  const caller = someone(`staff:auth0|${randomUUID()}`);
  const { status, body } = await call(handler, { resource: '/v1/usage', caller });
  expect([status, body]).toMatchObject([200, { items: [{ client: `caller:${caller.subject}` }] }]);
});
