import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { copyWorkspace, eventually, getJson, type RunningCloud, startCloud } from './harness.ts';

/** What functions find around them with `npm start`, and what is said of them when they fail. */
const workspace = copyWorkspace('surroundings');
const service = join(workspace.root, 'services', 'lab');
let cloud: RunningCloud;
let sqs: SQSClient;

beforeAll(async () => {
  for (const [folder, source] of [
    ['node_modules/only-here', "exports.value = 'not hoisted';"],
    ['layer/nodejs/node_modules/greet', "module.exports = 'hello from a layer';"],
  ] as const) {
    mkdirSync(join(service, folder), { recursive: true });
    writeFileSync(join(service, folder, 'index.js'), source);
  }
  cloud = await startCloud(workspace.root);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ endpoint: cloud.endpoints['SQS']!, region: 'us-east-1', credentials });
});

afterAll(async () => {
  sqs?.destroy();
  await cloud?.end('SIGTERM');
  workspace.remove();
});

const call = (path: string): Promise<Response> => fetch(`${cloud.url}/lab/local${path}`);

async function invoke(key: string, event: object = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`${cloud.url}/_cloud/functions/lab-local-${key}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  return (await response.json()) as Record<string, unknown>;
}

async function logged(q: string): Promise<Record<string, unknown>[]> {
  const { records } = await getJson<{ records: Record<string, unknown>[] }>(
    `${cloud.url}/_cloud/logs?service=lab&limit=500&q=${encodeURIComponent(q)}`,
  );
  return records;
}

const queueUrl = (name: string): string => `${cloud.endpoints['SQS']}/000000000000/${name}`;

async function received(name: string): Promise<Record<string, unknown>> {
  return eventually(
    async () => {
      const more = { WaitTimeSeconds: 1, MessageAttributeNames: ['All'] };
      const { Messages: [message] = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl(name), VisibilityTimeout: 600, ...more }),
      );
      return { ...(JSON.parse(message?.Body ?? '{}') as object), attributes: message?.MessageAttributes };
    },
    (body) => Object.keys(body).length > 1,
  );
}

it('runs the service', () => {
  expect(cloud.services).toMatchObject([{ name: 'lab', state: 'running' }]);
});

describe('a failure', () => {
  it.each([
    ['throw', 502, 'TypeError: broken by throw', 'services/lab/src/deep.ts:6:'],
    ['exit', 502, 'Runtime.ExitError', undefined],
    ['text', 502, 'string: only text', undefined],
    ['slow', 502, 'Task timed out after 5.00 seconds', undefined],
    ['caught', 500, 'request failed: broken by caught', 'services/lab/src/deep.ts:6:'],
  ])('by "%s" is shown at once, with where to read on', async (how, status, sentence, place) => {
    const answer = await call(how === 'throw' ? '/fails' : `/fails/${how}`);
    expect([502, 504]).toContain(status === 502 ? answer.status : 502);
    const shown = await eventually(
      async () => cloud.errors(),
      (text) => text.includes(sentence),
    );
    const from = shown.slice(0, shown.indexOf(sentence)).split('\n').length - 1;
    const lines = shown.split('\n').slice(from);
    expect(lines[0]).toContain('error: lab-local-fails ');
    if (place !== undefined) expect(lines[1]).toContain(place);
    const link = lines[place === undefined ? 1 : 2]!.trim();
    expect(link).toMatch(new RegExp(`^${cloud.url}/_cloud/logs\\?service=lab&q=[0-9a-f-]{36}$`));
    const { records } = await getJson<{ records: { message: string }[] }>(link);
    expect(records.map(({ message }) => message.split(' ')[0])).toEqual(expect.arrayContaining(['START', 'REPORT']));
  });

  it('by a queue is in the log with its stack', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl('lab-failing'), MessageBody: 'x' }));
    const [record] = await eventually(
      () => logged('broken by queue'),
      (records) => records.length > 0,
    );
    expect(record).toMatchObject({ function: 'fails', level: 'error' });
    expect(record!['message']).toMatch(/^Invoke Error \t\{.*src\/deep\.ts:6:/);
  });
});

it('logs as JSON above the levels that the function has', async () => {
  await invoke('jsonLogs', { wait: 0 });
  const { errorMessage } = await invoke('jsonLogs', { fail: 'as JSON' });
  expect(errorMessage).toBe('as JSON');
  const records = (await logged('"jsonLogs"')).filter((record) => record['function'] === 'jsonLogs');
  expect(records).toMatchObject([{ level: 'ERROR', message: expect.stringContaining('"errorMessage":"as JSON"') }]);
});

it('calls back up to nodejs22.x, and finds a default export', async () => {
  expect(await (await call('/callback')).text()).toBe('AWS_Lambda_nodejs22.x');
  expect(await (await call('/default')).text()).toBe('by default');
});

describe('the package', () => {
  const common = { cwd: '<p>mail</p>', root: '<p>mail</p>', dirname: '<p>mail</p>', excluded: null };

  it('has the files that its patterns name, of the service and its own, and what is external', async () => {
    const { payload } = await invoke('files');
    expect(payload).toEqual({
      ...common,
      ...{ own: 'a,1', external: 'not hoisted', layer: 'hello from a layer', opt: 'be kind', zone: 'Asia/Seoul' },
    });
  });

  it('has none of another function', async () => {
    const { payload } = await invoke('others');
    expect(payload).toEqual({ ...common, own: null, external: 'not hoisted', layer: null, opt: null, zone: ':UTC' });
  });
});

it('answers every client of AWS, or refuses by name what is not here', async () => {
  const { payload } = await invoke('clients');
  expect(payload).toMatchObject({
    invoked: { status: 200, payload: '{"a":1}', log: expect.stringMatching(/^START .*\tsaid 0\nEND .*\nREPORT /s) },
    failed: { error: 'Unhandled', payload: expect.stringContaining('"errorMessage":"no"') },
    dry: { status: 204 },
    throttled: { name: 'TooManyRequestsException', message: 'Rate Exceeded.', status: 429 },
    missing: { name: 'ResourceNotFoundException', status: 404 },
    streamed: '{"a":1}',
    identity: 'arn:aws:sts::000000000000:assumed-role/dure-local/lab-local-clients',
    role: { name: 'InvalidAction', message: expect.stringContaining('AssumeRole') },
    cognito: {
      name: 'UnknownOperationException',
      message: expect.stringMatching(/"cognito-idp" is not supported here; there are .* s3, scheduler, /),
      status: 501,
    },
    old: { status: 200, body: expect.stringContaining('lab-failing') },
    oldQuery: {
      status: 501,
      body: expect.stringMatching(
        /<ErrorResponse><Error>.*"rds" is not|<ErrorResponse><Error>.*&quot;rds&quot; is not/,
      ),
    },
    oldMail: { status: 501, body: expect.stringContaining('use its second') },
    fetched: { status: 501, body: expect.stringContaining('firehose') },
  });
});

it('keeps reserved concurrency', async () => {
  const [first, second] = await Promise.all([invoke('single', { wait: 1500 }), invoke('single', { wait: 1500 })]);
  expect([first, second].filter(({ ok }) => ok === true)).toHaveLength(1);
  expect(JSON.stringify([first, second])).toContain('Rate Exceeded');
});

describe('an asynchronous invocation', () => {
  const invokeAsync = async (key: string, event: object): Promise<void> => {
    const { payload } = await invoke('say', { body: JSON.stringify({ key, event }) });
    expect(payload).toEqual({ key, event });
    const { AWS_ENDPOINT_URL: endpoint = '' } = (
      await getJson<{ functions: Record<string, Record<string, string>> }>(
        `${cloud.url}/_cloud/environment?service=lab`,
      )
    ).functions['say']!;
    const response = await fetch(`${endpoint}/2015-03-31/functions/lab-local-${key}/invocations`, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-invocation-type': 'Event',
      },
      body: JSON.stringify(event),
    });
    expect(response.status).toBe(202);
  };

  it('that succeeds is recorded where onSuccess says, by way of another function too', async () => {
    await invokeAsync('handsOn', { a: 1 });
    expect(await received('lab-succeeded')).toMatchObject({
      requestContext: {
        ...{ condition: 'Success', approximateInvokeCount: 1 },
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:lab-local-recorded:$LATEST',
      },
      requestPayload: { requestPayload: { a: 1 }, responsePayload: { a: 1 } },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
    });
  });

  it('that fails goes to the topic, and its event to onError', async () => {
    await invokeAsync('recorded', { fail: 'for good' });
    expect(await received('lab-failed')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
      requestPayload: { fail: 'for good' },
      responseContext: { functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'for good', trace: expect.any(Array) },
    });
    expect(await received('lab-dead')).toMatchObject({
      fail: 'for good',
      attributes: { ErrorCode: { StringValue: '200', DataType: 'Number' }, ErrorMessage: { StringValue: 'for good' } },
    });
  });

  it('that fails goes to the bus', async () => {
    await invokeAsync('handsOn', { fail: 'to the bus' });
    expect(await received('lab-failed')).toMatchObject({
      ...{ source: 'lambda', 'detail-type': 'Lambda Function Invocation Result - Failure' },
      detail: { requestContext: { condition: 'RetriesExhausted' }, requestPayload: { fail: 'to the bus' } },
    });
  });
});

it('packages a file again when it is saved', async () => {
  writeFileSync(join(service, 'templates', 'mail.html'), '<p>saved</p>');
  const { payload } = await eventually(
    () => invoke('others') as Promise<{ payload: { cwd: string } }>,
    ({ payload: { cwd } }) => cwd === '<p>saved</p>',
  );
  expect(payload).toMatchObject({ root: '<p>saved</p>', dirname: '<p>saved</p>' });
});
