import { healthOf } from '@dure/contracts/operations';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { afterAll, expect, it } from '@jest/globals';
import { deadlineOf } from './deadline.ts';
import { littleServer } from './little-server.ts';

const healthy = await littleServer(() => ({ body: healthOf('journal').example.response }));
const ill = await littleServer(() => ({
  status: 503,
  body: { status: 'failing', dependencies: { table: { status: 'failing', durationMs: 4, reason: 'TimeoutError' } } },
}));
const gone = await littleServer(() => ({ destroy: true }));
afterAll(() => Promise.all([healthy, ill, gone].map((server) => server.close())));

const { tableName } = await createTestTable();
const others = ['CATALOG', 'INVENTORY', 'NOTIFICATIONS', 'ORDERS', 'PAYMENTS', 'SHIPPING'];
Object.assign(process.env, {
  ISSUER: 'http://127.0.0.1:9',
  ...{ TABLE_NAME: tableName, SERVICE_NAME: 'gateway', LOG_LEVEL: 'silent' },
  ...Object.fromEntries(others.map((name) => [`URL_OF_${name}`, healthy.url])),
  ...{ URL_OF_ALERTS: ill.url, URL_OF_JOURNAL: healthy.url, URL_OF_REGISTRY: gone.url },
});
const { handler } = await import('../src/http/index.ts');
await deadlineOf(1_200);

it('shows the health of each service, and those that fail or do not answer', async () => {
  const { status, headers, body } = await call(handler, {
    resource: '/v1/stage-health',
    headers: { authorization: 'Bearer of-mina' },
  });
  expect([status, body]).toMatchObject([
    200,
    {
      services: {
        alerts: { status: 'failing', failing: ['table'] },
        journal: { status: 'ok', failing: [] },
        registry: null,
      },
      problems: [{ pointer: '/services/registry', type: 'urn:dure:problem:part-failed', status: 502 }],
    },
  ]);
  expect(headers['cache-control']).toBe('no-store');
  for (const { headers: sent } of healthy.seen) expect(sent).not.toHaveProperty('authorization');
});
