import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFunctions } from './harness.ts';

interface Sent {
  readonly action?: string;
  readonly body: string;
  readonly way?: string;
  readonly port?: number;
}

const { lambda, define } = createFunctions();
const servers: Server[] = [];
let name: string;
let shortcut: { readonly from: string; readonly to: string };

/** Answers its name and the body that it got; refuses one that has `no` in it. */
async function open(said: string): Promise<string> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = (await request.toArray()).join('');
    response.writeHead(body.includes('"no"') ? 400 : 200).end(`${said} ${body}`);
  };
  const server = createServer((request, response) => void answer(request, response));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  shortcut = { from: await open('front'), to: await open('emulator') };
  name = functionWith('requests.ask');
});

afterAll(async () => {
  await lambda.stop();
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
});

const functionWith = (handler: string): string =>
  define('requests', {
    handler,
    environment: { PORT: new URL(shortcut.from).port },
    shortcut: { ...shortcut, actions: ['PutItem'], queries: ['Query'], unless: 'arn:' },
  });

async function asked(requests: readonly Sent[], by = name): Promise<unknown> {
  return ((await lambda.invoke(by, requests)) as { payload?: unknown }).payload;
}

const query = (more: object): Sent => ({ action: 'Query', body: JSON.stringify({ TableName: 't', ...more }) });

describe('a request', () => {
  it.each(['at once', 'as bytes'])('of an action that takes the shortcut goes there, written %s', async (way) => {
    expect(await asked([{ action: 'PutItem', body: 'item', way }])).toEqual(['emulator item']);
  });

  it.each(['later', 'in parts', 'as a stream'])('whose body is not all there %s goes the long way', async (way) => {
    expect(await asked([{ action: 'PutItem', body: 'item', way }])).toEqual(['front item']);
  });

  it('of another action, of none, and with what does not take it, goes the long way', async () => {
    const requests = [{ action: 'DescribeTable', body: 'a' }, { body: 'b' }, { action: 'PutItem', body: 'in arn:aws' }];
    expect(await asked(requests)).toEqual(['front a', 'front b', 'front in arn:aws']);
  });

  it('to another place stays there', async () => {
    const other = await open('other');
    const port = Number(new URL(other).port);
    expect(await asked([{ action: 'PutItem', body: 'item', port }])).toEqual(['other item']);
  });

  it('that is given up ends as ever', async () => {
    expect(await asked([{ action: 'PutItem', body: 'item', way: 'never' }])).toEqual(['given up']);
  });

  it('waits for a socket as ever where there are too many', async () => {
    const requests = Array.from({ length: 20 }, (_, index) => ({ action: 'PutItem', body: String(index) }));
    const answers = await asked(requests, functionWith('requests.askAtOnce'));
    expect(answers).toEqual(requests.map(({ body }) => `emulator ${body}`));
  });
});

describe('a query', () => {
  const KeyConditionExpression = 'pk = :pk';
  const form = { IndexName: 'i', KeyConditionExpression, ExpressionAttributeNames: { '#a': 'a' } };
  const valued = (value: object, more: object = {}): Sent =>
    query({ ...form, ExpressionAttributeValues: { ':pk': value }, ...more });
  const ways = async (...requests: Sent[]) =>
    ((await asked(requests, functionWith('requests.ask'))) as string[]).map((answer) => answer.split(' ')[0]);

  it('takes the shortcut once one of its form was answered', async () => {
    expect(await ways(valued({ S: 'a' }), valued({ S: 'b' }), valued({ S: 'c' }, { Limit: 5 }))).toEqual([
      'front',
      'emulator',
      'emulator',
    ]);
  });

  it.each([
    ['table', valued({ S: 'b' }, { TableName: 'u' })],
    ['index', valued({ S: 'b' }, { IndexName: 'j' })],
    ['expression', valued({ S: 'b' }, { KeyConditionExpression: 'sk = :pk' })],
    ['name', valued({ S: 'b' }, { ExpressionAttributeNames: { '#a': 'b' } })],
    ['type of value', valued({ N: '1' })],
    ['value that is empty', valued({ S: '' })],
  ])('of another %s is of another form', async (_what, other) => {
    expect(await ways(valued({ S: 'a' }), other)).toEqual(['front', 'front']);
  });

  it('has its whole answer, when it is read later as well', async () => {
    const asking = valued({ S: 'a' });
    expect(await asked([asking], functionWith('requests.askAndReadLater'))).toBe(`front ${asking.body}`);
  });

  it('whose answer nobody listens for ends as ever', async () => {
    expect(await asked([valued({ S: 'a' })], functionWith('requests.askUnheard'))).toBe('ended');
  });

  it('that was refused teaches nothing, nor one whose form is not known', async () => {
    const refused = valued({ S: 'no' });
    const old = query({ KeyConditions: { pk: {} } });
    const broken = { action: 'Query', body: '{' };
    expect(await ways(refused, refused, old, old, broken, broken)).toEqual(Array(6).fill('front'));
  });
});
