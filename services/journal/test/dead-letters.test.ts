import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeCursor } from '@dure/contracts/binding/cursor';
import { createTestTable } from '@dure/testing/dynamodb';
import { call, lambdaContext } from '@dure/testing/lambda-events';
import { startTestQueues } from '@dure/testing/queues';
import { afterAll, expect, it } from '@jest/globals';

const server = await startTestQueues();
/** Lambda, as far as a redrive calls it. */
const called: { readonly url: string; readonly type: unknown; readonly event: unknown }[] = [];
const lambda = createServer((request, response) => {
  const { url = '', headers } = request;
  const isKnown = url.includes('-test-imports');
  const chunks: Buffer[] = [];
  request
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('end', () => {
      if (!isKnown) return response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }).end('{}');
      called.push({ url, type: headers['x-amz-invocation-type'], event: JSON.parse(Buffer.concat(chunks).toString()) });
      return response.writeHead(202).end();
    });
});
await new Promise<void>((listening) => lambda.listen(0, '127.0.0.1', listening));
afterAll(() => void lambda.close());

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
  RECORD_RETENTION_DAYS: '0',
  DEAD_LETTER_RETENTION_DAYS: '0',
  STAGE: 'test',
  LOG_LEVEL: 'error',
  AWS_ENDPOINT_URL_SQS: server.endpoint,
  AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`,
});
const { handler: collect } = await import('../src/collect-dead-letters.ts');
const { handler: api } = await import('../src/http/dead-letters-api.ts');

const resource = '/v1/dead-letters';

interface Letter {
  readonly id: string;
  readonly status: string;
  readonly deaths: number;
  readonly reason: string;
  readonly redrives: unknown[];
}

/** A queue of a separate service, with its dead-letter queue. */
function queues() {
  const service = `s${randomUUID().slice(0, 8)}`;
  const queue = `dure-test-${service}-commands`;
  server.createQueue(queue);
  server.createQueue(`${queue}-dlq`);
  return { service, queue };
}

function bury(queue: string, body: string, reason = 'no such product'): void {
  const firstFailedAt = '2026-01-05T09:30:00.000Z';
  server.send(`${queue}-dlq`, body, { reason, errorName: 'Poison', firstFailedAt });
}

const message = (id: string = randomUUID()) =>
  JSON.stringify({
    'detail-type': 'ReserveStock.v1',
    detail: { id, type: 'dure.inventory.ReserveStock.v1', subject: 'o-1', replyto: 'secret' },
  });

const run = () => collect({}, lambdaContext);

async function list(query: Record<string, string>): Promise<Letter[]> {
  const shown = await call(api, { resource, query });
  return (shown.body as unknown as { items: Letter[] }).items;
}

const redrive = (id: string) => call(api, { method: 'POST', resource: `${resource}/{id}/redrive`, params: { id } });

const waiting = (queue: string) => server.messagesIn(queue).map((it) => it.body);

it('collects the dead letters of every service with the reason and the first failure, and empties the queues', async () => {
  const { service, queue } = queues();
  bury(queue, message());
  bury(queue, 'not JSON', 'The message is not JSON.');
  const { waiting: before } = await run();
  expect(before).toBeGreaterThanOrEqual(2);
  const letters = await list({ service });
  expect(letters).toHaveLength(2);
  expect(letters).toContainEqual(
    expect.objectContaining({
      reason: 'no such product',
      errorName: 'Poison',
      consumer: `${service}/commands`,
      firstFailedAt: '2026-01-05T09:30:00.000Z',
      status: 'open',
      deaths: 1,
    }),
  );
  expect(waiting(`${queue}-dlq`)).toEqual([]);
  expect(await list({ service, errorName: 'TypeError' })).toEqual([]);
});

it('shows a dead letter with its message, but not the return address', async () => {
  const { service, queue } = queues();
  bury(queue, message());
  await run();
  const [letter] = await list({ service });
  const shown = await call(api, { resource: `${resource}/{id}`, params: { id: String(letter?.id) } });
  expect(shown).toMatchObject({ status: 200, body: { event: { subject: 'o-1' } } });
  expect(JSON.stringify(shown.body)).not.toContain('secret');
  expect((await call(api, { resource: `${resource}/{id}`, params: { id: randomUUID() } })).status).toBe(404);
});

it('rejects a forged cursor', async () => {
  const cursor = encodeCursor({ status: 'open', after: 'a' }) ?? '';
  expect(await call(api, { resource, query: { cursor } })).toMatchObject({
    status: 400,
    body: { type: 'urn:dure:problem:invalid-cursor' },
  });
});

it('sends a dead letter back unchanged, and again when repeated', async () => {
  const { service, queue } = queues();
  const body = message();
  bury(queue, body);
  await run();
  const [letter] = await list({ service });
  expect(await redrive(String(letter?.id))).toMatchObject({ status: 202, body: { status: 'redriven' } });
  expect(await redrive(String(letter?.id))).toMatchObject({ status: 202 });
  expect(waiting(queue)).toEqual([body, body]);
  expect(await list({ service })).toEqual([]);
  const [sent] = await list({ service, status: 'redriven' });
  expect(sent?.redrives).toHaveLength(2);
});

it('opens a dead letter again when its event dies again', async () => {
  const { service, queue } = queues();
  const body = message();
  bury(queue, body);
  await run();
  const [letter] = await list({ service });
  await redrive(String(letter?.id));
  bury(queue, body, 'still no such product');
  await run();
  const again = await list({ service });
  expect(again).toMatchObject([{ id: letter?.id, deaths: 2, reason: 'still no such product', status: 'open' }]);
});

it('sends the notification of a given-up stream batch to the redrive queue of its reader', async () => {
  const { service, queue } = queues();
  const [bucket, object] = [{ name: 'kept' }, { key: 'aws/lambda/m/s/1', size: 7 }];
  const userIdentity = { principalId: 'secret' };
  const body = JSON.stringify({ Records: [{ eventSource: 'aws:s3', userIdentity, s3: { bucket, object } }] });
  bury(queue, body);
  bury(queue, body);
  await run();
  const [letter, other] = await list({ service });
  expect(other).toBeUndefined();
  expect(letter).toMatchObject({ kind: 'stream', consumer: `${service}/commands`, deaths: 2 });
  expect(letter?.reason).toContain('s3://kept/aws/lambda/m/s/1');
  const shown = await call(api, { resource: `${resource}/{id}`, params: { id: String(letter?.id) } });
  expect(JSON.parse((shown.body as unknown as { body: string }).body)).toEqual({
    Records: [{ eventSource: 'aws:s3', userIdentity: '***', s3: { bucket, object } }],
  });
  expect(await redrive(String(letter?.id))).toMatchObject({ status: 202, body: { status: 'redriven' } });
  expect(waiting(queue)).toEqual([body]);
});

it('sends back all that match, and lists those that cannot be sent', async () => {
  const { service, queue } = queues();
  for (let count = 0; count < 25; count += 1) bury(queue, message());
  bury(queue, JSON.stringify({ requestContext: { condition: 'RetriesExhausted' }, requestPayload: {} }));
  await run();
  const bulk = (body: object) => call(api, { method: 'POST', resource: `${resource}/redrive`, body });
  expect((await bulk({})).status).toBe(400);
  expect(await bulk({ service })).toMatchObject({
    status: 202,
    body: { redriven: 25, refused: [{ reason: 'not-redrivable' }], more: false },
  });
  expect(waiting(queue)).toHaveLength(25);
});

it('calls a function again with the event of a call that it gave up', async () => {
  const service = `s${randomUUID().slice(0, 8)}`;
  const event = { Records: [{ s3: { bucket: { name: 'files' }, object: { key: 'in/1' } } }] };
  for (const name of ['imports', 'others']) {
    const functionArn = `arn:aws:lambda:us-east-1:000000000000:function:${service}-test-${name}:live`;
    server.createQueue(`dure-test-${service}-${name}-dlq`);
    const report = { requestContext: { functionArn, condition: 'RetriesExhausted' }, requestPayload: event };
    server.send(`dure-test-${service}-${name}-dlq`, JSON.stringify(report));
  }
  await run();
  const redriveAll = { method: 'POST', resource: `${resource}/redrive`, body: { service } } as const;
  expect(await call(api, redriveAll)).toMatchObject({
    status: 202,
    body: { redriven: 1, refused: [{ reason: 'function-not-found' }] },
  });
  expect(called).toEqual([{ url: expect.stringContaining(`${service}-test-imports`), type: 'Event', event }]);
  expect(called[0]?.url).toContain('Qualifier=live');
  expect(await list({ service, status: 'redriven' })).toMatchObject([{ kind: 'function', redrives: [{}] }]);
});

it('rejects sending to a queue that is gone', async () => {
  const { service, queue } = queues();
  bury(queue, message());
  await run();
  server.sqs.deleteQueue(queue);
  const [letter] = await list({ service });
  expect(await redrive(String(letter?.id))).toMatchObject({
    status: 422,
    body: { type: 'urn:dure:problem:queue-not-found' },
  });
  expect(await list({ service })).toHaveLength(1);
});

it('pages, and rejects a cursor of another list', async () => {
  const { service, queue } = queues();
  for (let count = 0; count < 5; count += 1) bury(queue, message());
  await run();
  const first = await call(api, { resource, query: { service, limit: '3' } });
  const { items, _links: links } = first.body as unknown as { items: Letter[]; _links: { next: { href: string } } };
  const cursor = new URL(links.next.href, 'http://x').searchParams.get('cursor') ?? '';
  const rest = await list({ service, limit: '3', cursor });
  expect(new Set([...items, ...rest].map((letter) => letter.id)).size).toBe(5);
  const foreign = await call(api, { resource, query: { status: 'redriven', cursor } });
  expect(foreign).toMatchObject({ status: 400, body: { type: 'urn:dure:problem:invalid-cursor' } });
});
