import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import { createEventBridge } from '@dure/local-cloud/services/eventbridge/index';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { afterAll, expect, it } from '@jest/globals';

const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/dure-test';
const delivered: { arn: string; input: string }[] = [];
const database = new DatabaseSync(':memory:');
const bridge = createEventBridge({
  database,
  accountId: '000000000000',
  region: 'us-east-1',
  deliver: (target) => {
    delivered.push(target);
    return Promise.resolve();
  },
  deadLetter: () => Promise.resolve(),
  log: () => undefined,
  recordDelivery: () => undefined,
});
bridge.start();
const server = createAwsJsonServer({ AWSEvents: bridge.handle });
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await bridge.stop();
});

const { tableName } = await createTestTable({ indexes: [{ name: 'all', pk: 'shard', sk: 'position' }] });
Object.assign(process.env, {
  TABLE_NAME: tableName,
  SERVICE_NAME: 'journal',
  STAGE: 'test',
  LOG_LEVEL: 'error',
  BUS_ARN: BUS,
  ARCHIVE_ARN: 'arn:aws:events:us-east-1:000000000000:archive/dure-test',
  AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
});
const { handler: api } = await import('../src/http/replays-api.ts');

const queueArn = (consumer: string) => `arn:aws:sqs:us-east-1:000000000000:dure-test-${consumer}`;
await bridge.handle('CreateEventBus', { Name: 'dure-test' });
await bridge.handle('CreateArchive', { ArchiveName: 'dure-test', EventSourceArn: BUS });
for (const consumer of ['orders-catalogue', 'journal-record']) {
  const rule = { Name: `dure-test-${consumer}`, EventBusName: 'dure-test' };
  await bridge.handle('PutRule', { ...rule, EventPattern: '{"source":["dure.catalog"]}' });
  const Targets = [{ Id: 'queue', Arn: queueArn(consumer) }];
  await bridge.handle('PutTargets', { Rule: rule.Name, EventBusName: 'dure-test', Targets });
}

const put = (id: string) =>
  bridge.handle('PutEvents', {
    Entries: [
      {
        EventBusName: 'dure-test',
        Source: 'dure.catalog',
        DetailType: 'ProductAdded.v1',
        Detail: JSON.stringify({ id }),
      },
    ],
  });

const seenBy = (consumer: string, id: string) =>
  delivered.filter(({ arn, input }) => arn === queueArn(consumer) && input.includes(id)).length;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('It did not come true within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const start = (body: object, headers = {}) => call(api, { method: 'POST', resource: '/v1/replays', body, headers });
const second = (ms: number) => Math.floor(ms / 1000);
const range = () => ({
  from: new Date(Date.now() - 3_600_000).toISOString(),
  to: new Date(Date.now() - 1).toISOString(),
});

it('replays a range to one consumer, and the others do not see it', async () => {
  const id = randomUUID();
  await put(id);
  await until(() => seenBy('journal-record', id) === 1 && seenBy('orders-catalogue', id) === 1);
  // The archive keeps times by the second, as AWS does: the range ends in a later one.
  const delivered = second(Date.now());
  await until(() => second(Date.now() - 1) > delivered);

  const started = await start({ consumer: 'orders/catalogue', ...range() });
  expect(started).toMatchObject({ status: 202, body: { status: 'starting', progress: 0 } });
  const { replayId } = started.body as { replayId: string };
  const show = () => call(api, { resource: '/v1/replays/{replayId}', params: { replayId } });
  await until(async () => (await show()).body['status'] === 'completed');
  expect((await show()).body).toMatchObject({ progress: 1, consumer: 'orders/catalogue' });
  expect(seenBy('orders-catalogue', id)).toBe(2);
  expect(seenBy('journal-record', id)).toBe(1);
});

it('starts one replay for one idempotency key', async () => {
  const headers = { 'Idempotency-Key': randomUUID() };
  const body = { consumer: 'orders/catalogue', ...range() };
  const first = await start(body, headers);
  const again = await start(body, headers);
  expect(again.body['replayId']).toBe(first.body['replayId']);
});

it.each([
  ['of nobody', { consumer: 'orders/nobody' }, 422, 'consumer-not-found'],
  ['in the future', { to: '2999-01-01T00:00:00Z' }, 422, 'range-in-future'],
  ['backwards', { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 400, 'invalid-request'],
])('refuses a replay %s', async (_, more, status, code) => {
  const refused = await start({ consumer: 'orders/catalogue', ...range(), ...more });
  expect(refused).toMatchObject({ status, body: { type: `urn:dure:problem:${code}` } });
});

it('answers 404 for a replay that is not there', async () => {
  const shown = await call(api, { resource: '/v1/replays/{replayId}', params: { replayId: randomUUID() } });
  expect(shown.status).toBe(404);
});
