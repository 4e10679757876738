import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { copyWorkspace, eventually, getJson, type RunningCloud, startCloud } from './harness.ts';

/** A team's service in Python, with one function in TypeScript beside. */
const workspace = copyWorkspace('python');
let cloud: RunningCloud;
let sqs: SQSClient;

beforeAll(async () => {
  cloud = await startCloud(workspace.root);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: cloud.endpoints['SQS']!, region: 'us-east-1', credentials });
});

afterAll(async () => {
  sqs?.destroy();
  await cloud?.end('SIGTERM');
  workspace.remove();
});

const call = (path: string): Promise<Response> => fetch(`${cloud.url}/scales/local${path}`);
const weightOf = async (sku: string): Promise<unknown> => (await call(`/weights/${sku}`)).json();
const queueUrl = (name: string): string => `${cloud.endpoints['SQS']}/000000000000/${name}`;

it('answers by HTTP, beside a function in TypeScript', async () => {
  expect(cloud.services).toMatchObject([{ name: 'scales', state: 'running' }]);
  expect(await weightOf('MUG')).toEqual({ sku: 'MUG', weight: '300 gram' });
  expect(await (await call('/beside')).text()).toBe('beside');
});

it('is a 502 when it fails, with the reason and its line in the terminal', async () => {
  expect((await call('/weights/NOTHING')).status).toBe(502);
  await eventually(
    async () => cloud.errors(),
    (text) => /LookupError: nothing has no weight\n.*weigh\.py", line 10/.test(text),
  );
});

it('takes messages of a queue, and says which of them failed', async () => {
  // A message whose batch waits for Python to start may be visible again before it is handled, here as on AWS.
  const invocations = `${cloud.url}/_cloud/functions/scales-local-receive/invocations`;
  const headers = { 'content-type': 'application/json' };
  const loaded = await fetch(invocations, { method: 'POST', headers, body: '{"Records":[]}' });
  expect(await loaded.json()).toEqual({ ok: true, payload: { batchItemFailures: [] } });
  for (const sku of ['MUG', 'BROKEN']) {
    await sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrl('scales-parcels'), MessageBody: JSON.stringify({ sku }) }),
    );
  }
  const dead = await eventually(
    async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl('scales-dead-parcels'),
          WaitTimeSeconds: 1,
          VisibilityTimeout: 0,
        }),
      );
      return Messages.map(({ Body }) => Body);
    },
    ({ length }) => length > 0,
  );
  expect(dead).toEqual(['{"sku":"BROKEN"}']);
  const { records } = await getJson<{ records: { message: string }[] }>(
    `${cloud.url}/_cloud/logs?service=scales&q=received`,
  );
  expect(records.map(({ message }) => message)).toEqual(expect.arrayContaining(['received MUG', 'received BROKEN']));
});

it('runs what was saved', async () => {
  const file = join(workspace.root, 'services', 'scales', 'src', 'units.py');
  writeFileSync(file, readFileSync(file, 'utf8').replace('%d %s', '%d%s'));
  await eventually(
    () => weightOf('MUG'),
    (answer) => (answer as { weight: string }).weight === '300gram',
  );
});
