import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListFunctionsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStacks, type RunningAccount, startAccountProcess, temporaryFolder } from '../account/harness.ts';
import { copyWorkspace, getJson, type RunningCloud, startCloud } from '../workspace/harness.ts';
import { childrenListen } from './listening.ts';
import { type Attacker, connects, loads, send, startAttacker, submitForm } from './attacker.ts';

const workspace = copyWorkspace();
const folder = temporaryFolder();
let cloud: RunningCloud;
let account: RunningAccount;
let attacker: Attacker;

beforeAll(async () => {
  attacker = await startAttacker();
  [cloud, account] = await Promise.all([
    startCloud(workspace.root, '--services', 'alpha'),
    startAccountProcess(folder.path),
  ]);
});

afterAll(async () => {
  await attacker?.close();
  await Promise.all([cloud?.end('SIGTERM'), account?.end('SIGTERM')]);
  workspace.remove();
  folder.remove();
});

/** Both origins try the same. */
const fromElsewhere = describe.each([
  ['another port of localhost', 0],
  ['a foreign name', 1],
] as const);
const pageOf = (which: number) => attacker.pageOf(attacker.origins[which]!);

/** Simple requests are sent without asking; the browser asks leave for the others, and gets none. */
const text = (body: string): RequestInit => ({ method: 'POST', mode: 'no-cors', body });
const json = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', ...headers },
});
const REFUSED = { status: 403, readable: undefined };
const NOT_SENT = { status: undefined, readable: undefined };
const SIGNED = {
  authorization: 'AWS4-HMAC-SHA256 Credential=a/20200101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
};

const TEMPLATE = JSON.stringify({
  Resources: {
    Ran: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'planted',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/any',
        Code: { ZipFile: 'exports.handler = async () => "ran"' },
      },
    },
  },
});

fromElsewhere('a page of %s', (_name, which) => {
  it('makes no plan of faults and invokes no function', async () => {
    const page = await pageOf(which);
    const faults = `${cloud.url}/_cloud/faults`;
    const plan = '{"absent":["alpha"]}';
    expect(await send(page, faults, text(plan))).toEqual(REFUSED);
    expect(await send(page, faults, json(plan))).toEqual(NOT_SENT);
    expect(await send(page, faults, { method: 'DELETE' })).toEqual(NOT_SENT);
    expect(await submitForm(page, faults, { [plan]: '' })).toBe(403);
    const invocations = `${cloud.url}/_cloud/functions/alpha-local-sweep/invocations`;
    expect(await send(page, invocations, text('{"by":"a page"}'))).toEqual(REFUSED);
    expect(await submitForm(page, invocations, { a: 'b' })).toBe(403);
    expect(await getJson<object>(faults)).not.toHaveProperty('plan.absent');
    const { records } = await getJson<{ records: { message: string }[] }>(`${cloud.url}/_cloud/logs?q=by a page`);
    expect(records).toEqual([]);
    await page.close();
  });

  it('reads nothing of the front door, by any way of loading it', async () => {
    const page = await pageOf(which);
    for (const path of ['/', '/_cloud/emails', '/_cloud/logs', '/alpha/local/v1/environment']) {
      const url = `${cloud.url}${path}`;
      expect([path, (await send(page, url, {})).readable]).toEqual([path, undefined]);
      expect([path, await send(page, url, { mode: 'no-cors' })]).toEqual([path, REFUSED]);
      expect([path, await loads(page, url)]).toEqual([path, false]);
    }
    await page.close();
  });

  it('connects to no WebSocket API, to which a program does', async () => {
    const page = await pageOf(which);
    const url = `${cloud.url.replace('http', 'ws')}/alpha/local`;
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
    socket.close();
    expect(await connects(page, url)).toBe(false);
    expect(await connects(page, `${account.url.replace('http', 'ws')}/_aws/execute-api/a/dev`)).toBe(false);
    await page.close();
  });

  it('calls an API only as its "cors" says', async () => {
    const page = await pageOf(which);
    const shared = `${cloud.url}/alpha/local/v1/shared`;
    expect(await send(page, shared, text('{}'))).toEqual(REFUSED);
    expect(await send(page, shared, json('{}'))).toEqual(NOT_SENT);
    const open = await send(page, `${cloud.url}/alpha/local/v1/public`, { mode: 'no-cors' });
    expect(open).toEqual({ status: 200, readable: undefined });
    await page.close();
  });

  it('changes nothing in the account', async () => {
    const page = await pageOf(which);
    const asked = (service: string) =>
      `${account.url}/?X-Amz-Credential=a/20200101/us-east-1/${service}/aws4_request&X-Amz-Signature=0`;
    const create = { Action: 'CreateStack', StackName: 'planted', TemplateBody: TEMPLATE };
    expect(await submitForm(page, asked('cloudformation'), create)).toBe(403);
    expect(await send(page, asked('cloudformation'), text(new URLSearchParams(create).toString()))).toEqual(REFUSED);
    const invoke = `${account.url}/2015-03-31/functions/planted/invocations`;
    expect(await send(page, invoke, text('{}'))).toEqual(REFUSED);
    expect(await send(page, invoke, json('{}', SIGNED))).toEqual(NOT_SENT);
    expect((await send(page, `${account.url}/`, {})).readable).toBeUndefined();
    expect(await send(page, `${account.url}/`, { mode: 'no-cors' })).toEqual(REFUSED);
    expect(await send(page, `${account.sandboxes['bank']}/v1/transfers`, text('{}'))).toEqual(REFUSED);
    const stacks = openStacks(account.config);
    const lambda = new LambdaClient(account.config);
    expect((await stacks.client.send(new DescribeStacksCommand({}))).Stacks).toEqual([]);
    expect((await lambda.send(new ListFunctionsCommand({}))).Functions ?? []).toEqual([]);
    stacks.client.destroy();
    lambda.destroy();
    await page.close();
  });

  it('gets nothing from the emulators and sandboxes at their own ports', async () => {
    const page = await pageOf(which);
    for (const [name, endpoint] of Object.entries({ ...cloud.endpoints, ...cloud.sandboxes })) {
      const url = `${endpoint}/`;
      expect([name, await send(page, url, text('Action=CreateQueue&QueueName=planted'))]).toEqual([name, REFUSED]);
      expect([name, await submitForm(page, url, { Action: 'CreateQueue', QueueName: 'planted' })]).toEqual([name, 403]);
      expect([name, await send(page, url, json('{}', SIGNED))]).toEqual([name, NOT_SENT]);
      expect([name, await loads(page, url)]).toEqual([name, false]);
    }
    const client = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    const sqs = new SQSClient({ ...client, endpoint: cloud.endpoints['SQS']! });
    const { QueueUrls: urls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'planted' }));
    expect(urls).toEqual([]);
    sqs.destroy();
    await page.close();
  });

  it('finds the emulator of DynamoDB neither at the address of this machine nor among its names', async () => {
    const page = await pageOf(which);
    const [{ host: hidden, port } = { host: '', port: 0 }, ...others] = childrenListen(cloud.pid);
    expect(others).toEqual([]);
    const headers = { ...SIGNED, 'content-type': 'application/x-amz-json-1.0' };
    for (const host of ['127.0.0.1', 'localhost', 'evil.example']) {
      const tried = await send(page, `http://${host}:${port}/`, json('{}', headers));
      expect([host, tried]).toEqual([host, NOT_SENT]);
    }
    expect(hidden).toMatch(/^127\./);
    expect(hidden).not.toBe('127.0.0.1');
    const client = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    const dynamodb = new DynamoDBClient({ ...client, endpoint: `http://${hidden}:${port}` });
    expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).not.toEqual([]);
    dynamodb.destroy();
    await page.close();
  });
});

describe('a name that an attacker let point here', () => {
  it.each(['/', '/_cloud', '/_cloud/emails', '/alpha/local/v1/environment'])('does not show %s', async (path) => {
    const { status, text: shown } = await attacker.rebound(`${cloud.url}${path}`);
    expect([status, shown]).toEqual([403, expect.stringContaining('start it with --allow-host')]);
  });

  it('opens no door', async () => {
    const page = await pageOf(2);
    for (const endpoint of [cloud.url, account.url, ...Object.values({ ...cloud.endpoints, ...cloud.sandboxes })]) {
      const url = new URL(endpoint);
      const tried = await send(page, `http://rebound.example:${url.port}/`, { mode: 'no-cors' });
      expect([endpoint, tried]).toEqual([endpoint, REFUSED]);
    }
    await page.close();
  });
});

it('lets a page of its own read it', async () => {
  const page = await attacker.pageOf(`${cloud.url}/_cloud`);
  expect(await send(page, `${cloud.url}/_cloud/emails`, {})).toMatchObject({
    status: 200,
    readable: expect.stringContaining('emails'),
  });
  await page.close();
});
