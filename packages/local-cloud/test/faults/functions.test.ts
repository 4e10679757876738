import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLambda, loggingOf } from '@dure/lambda-runtime';
import { createTestTable } from '@dure/testing/dynamodb';
import { createFaultsApi } from '../../src/faults/faults-api.ts';
import { createFaults } from '../../src/faults/faults.ts';
import { parsePlan } from '../../src/faults/plan.ts';

const { endpoint, tableName } = await createTestTable();
const faults = createFaults();
const lambda = createLambda({ output: () => undefined, faults: faults.functions });
const dynamodb = new DynamoDBClient({});
let ready = true;
const api = createFaultsApi({
  ...{ faults, lambda },
  endpoints: () => (ready ? { DynamoDB: endpoint } : undefined),
  sandboxes: () => ['bank'],
});
const server = createServer((request, response) => void api(request, response));
let url: string;

const NAME = 'test-local-writer';
lambda.register({
  name: NAME,
  arn: `arn:aws:lambda:us-east-1:000000000000:function:${NAME}`,
  service: 'test',
  key: 'writer',
  runtime: 'nodejs24.x',
  taskRoot: join(import.meta.dirname, 'fixtures'),
  handler: 'writer.write',
  logging: loggingOf(NAME),
  timeoutSeconds: 10,
  memoryMegabytes: 128,
  environment: {
    TABLE_NAME: tableName,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  },
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}/_cloud/faults`;
});
beforeEach(() => ask('DELETE'));
afterAll(async () => {
  await lambda.stop();
  await faults.stop();
  dynamodb.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function ask(method: string, plan?: object | string) {
  const body = typeof plan === 'string' ? plan : JSON.stringify(plan);
  const response = await fetch(url, { method, body });
  return {
    status: response.status,
    body: (await response.json()) as { detail?: string; injected?: object; plan?: object },
  };
}

async function follow(plan: object): Promise<void> {
  expect(await ask('POST', plan)).toMatchObject({ status: 200 });
}

const injected = async (): Promise<object | undefined> => (await ask('GET')).body.injected;

async function isThere(pk: string): Promise<boolean> {
  const Key = { pk: { S: pk }, sk: { S: 'ITEM' } };
  return (
    (await dynamodb.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))).Item !== undefined
  );
}

/** Runs the writer once: how it ended, and which of its two writes are there. */
async function run() {
  const id = randomUUID();
  const result = await lambda.invoke(NAME, { id });
  return { result, written: [await isThere(`${id}-1`), await isThere(`${id}-2`)] };
}

const killed = {
  ok: false,
  errorType: 'Runtime.ExitError',
  errorMessage: expect.stringContaining('Runtime exited with error: exit status 137'),
};

describe('an invocation that is to be killed', () => {
  it.each([
    ['before its first write', { at: 'before-write' }, [false, false]],
    ['between its writes', { at: 'before-write', write: 2 }, [true, false]],
    ['after its effect and before its answer', { at: 'before-answer' }, [true, true]],
  ])('%s dies there, once, and the next one lives', async (_, kill, written) => {
    await follow({ kills: [{ function: NAME, ...kill, invocations: [2] }] });
    expect(await run()).toMatchObject({ result: { ok: true }, written: [true, true] });
    expect(await run()).toEqual({ result: killed, written });
    expect(await run()).toMatchObject({ result: { ok: true }, written: [true, true] });
    expect(await injected()).toEqual({ [`killed ${NAME}`]: 1 });
  });

  it('lives when it never comes to that write', async () => {
    await follow({ kills: [{ function: NAME, at: 'before-write', write: 3, invocations: [1] }] });
    expect(await run()).toMatchObject({ result: { ok: true }, written: [true, true] });
    expect(await injected()).toEqual({});
  });

  it('by chance dies in the same invocations by the same seed', async () => {
    const deaths = async (seed: number) => {
      await follow({ seed, kills: [{ function: NAME, at: 'before-write', probability: 0.5 }] });
      const ends: boolean[] = [];
      for (let count = 0; count < 8; count += 1) ends.push((await run()).result.ok);
      return ends;
    };
    const [first, again] = [await deaths(2), await deaths(2)];
    expect(first).toEqual(again);
    expect(new Set(first).size).toBe(2);
  });
});

describe('requests to a service of AWS', () => {
  it.each([
    ['throttle', 'ThrottlingException', [false, false], 'throttled'],
    ['fail', 'InternalServerError', [false, false], 'failed'],
    ['loseAnswer', 'InternalServerError', [true, false], 'carried out, its answer lost'],
  ])('by %s fail as AWS lets them, the named actions alone', async (kind, errorType, written, said) => {
    await follow({ requests: [{ service: 'DynamoDB', actions: ['PutItem'], [kind]: 1 }] });
    expect(await run()).toEqual({ result: expect.objectContaining({ ok: false, errorType }), written });
    expect(await injected()).toEqual({ [`DynamoDB PutItem ${said}`]: 1 });
  });

  it('reach the service itself again when the plan ends, and before it always did', async () => {
    const before = await run();
    await follow({ requests: [{ service: 'DynamoDB', fail: 0 }] });
    const proxied = await run();
    expect(await ask('DELETE')).toMatchObject({ status: 200, body: { plan: { seed: 1 }, injected: {} } });
    const after = await run();
    expect([before, after]).toMatchObject([
      { result: { payload: { endpoint } } },
      { result: { payload: { endpoint } } },
    ]);
    expect(proxied).toMatchObject({ result: { ok: true }, written: [true, true] });
    expect(proxied).not.toMatchObject({ result: { payload: { endpoint } } });
  });

  it('to a queue go past the faults as well, although its URL says where it is', async () => {
    const own = { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1', QUEUE_URL: 'http://127.0.0.1:1/000000000000/orders' };
    expect(faults.functions.environment(own)).toEqual(own);
    await faults.follow(parsePlan({ requests: [{ service: 'SQS' }] }), { SQS: 'http://127.0.0.1:1' });
    const { AWS_ENDPOINT_URL_SQS: proxy, QUEUE_URL: url } = faults.functions.environment(own);
    expect(proxy).not.toBe(own.AWS_ENDPOINT_URL_SQS);
    expect(url).toBe(`${proxy}/000000000000/orders`);
  });

  it('of others than functions are left alone', async () => {
    await follow({ requests: [{ service: 'DynamoDB', fail: 1 }] });
    const Item = { pk: { S: randomUUID() }, sk: { S: 'ITEM' } };
    await dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
    expect(await isThere(Item.pk.S)).toBe(true);
  });
});

describe('a clock that is wrong', () => {
  /** By how many whole minutes the function's clock was ahead of this one. */
  async function minutesAhead(): Promise<number[]> {
    const answer = (await run()).result as { payload: { now: number; written: string } };
    const { now, written } = answer.payload;
    return [now, Date.parse(written)].map((time) => Math.round((time - Date.now()) / 60_000) + 0);
  }

  it.each([
    ['ahead', 180, 3],
    ['behind', -240, -4],
  ])(
    'is %s in the function that was named, with time to answer, and right again afterwards',
    async (_, seconds, minutes) => {
      expect(await minutesAhead()).toEqual([0, 0]);
      await follow({ clocks: [{ function: NAME, seconds }] });
      expect(await minutesAhead()).toEqual([minutes, minutes]);
      expect(await injected()).toEqual({ [`clock of ${NAME} wrong`]: 1 });
      await ask('DELETE');
      expect(await minutesAhead()).toEqual([0, 0]);
    },
  );
});

describe('a service that is absent', () => {
  it('cannot be called, and can be again afterwards', async () => {
    await follow({ absent: ['test'] });
    await expect(lambda.invoke(NAME, {})).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    expect(await injected()).toEqual({ 'test was absent': 1 });
    await ask('DELETE');
    expect(await run()).toMatchObject({ result: { ok: true } });
  });
});

describe('workers', () => {
  it('stay from one plan to the next that sends their requests the same way', async () => {
    const proxied = { requests: [{ service: 'DynamoDB' }] };
    await follow(proxied);
    const [first] = [await run()];
    const { recycle } = lambda;
    const recycled: unknown[] = [];
    lambda.recycle = (names) => void recycled.push(names);
    await follow({ ...proxied, putEvents: { refuse: 0.5 } });
    expect(recycled).toEqual([]);
    await follow({});
    expect(recycled).toEqual([[NAME]]);
    lambda.recycle = recycle;
    expect(first).toMatchObject({ result: { ok: true } });
  });
});

describe('/_cloud/faults', () => {
  it('shows the plan that was made, and none after it ended', async () => {
    expect((await ask('GET')).body).toEqual({ plan: null, injected: {} });
    const made = await ask('POST', { seed: 9, putEvents: { refuse: 0.5 } });
    expect(made).toEqual({ status: 200, body: { plan: { seed: 9, putEvents: { refuse: 0.5 } }, injected: {} } });
    expect((await ask('GET')).body).toEqual(made.body);
    await ask('DELETE');
    expect((await ask('GET')).body).toEqual({ plan: null, injected: {} });
  });

  it.each([
    ['{', 'The body is not JSON.'],
    ['{"chaos":true}', 'The plan has an unknown field "chaos"'],
    [
      '{"kills":[{"function":"nobody","at":"before-answer","invocations":[1]}]}',
      `There is no function nobody; there are ${NAME}.`,
    ],
    ['{"clocks":[{"function":"nobody","seconds":1}]}', `There is no function nobody; there are ${NAME}.`],
    ['{"absent":["nobody"]}', 'There is no service nobody; there are test.'],
    ['{"sandboxes":{"post":{"down":1}}}', 'There is no sandbox post; there are bank.'],
  ])('refuses %s, and the former plan stays', async (body, detail) => {
    await follow({ seed: 4 });
    expect(await ask('POST', body)).toMatchObject({ status: 400, body: { detail: expect.stringContaining(detail) } });
    expect((await ask('GET')).body.plan).toEqual({ seed: 4 });
  });

  it('refuses other methods, and plans while the local cloud starts', async () => {
    expect((await ask('PUT', {})).status).toBe(405);
    ready = false;
    expect((await ask('POST', {})).status).toBe(503);
    ready = true;
  });
});
