import { createServer, type Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { createWebSocketApis, type WebSocketApis } from '../../../src/services/apigateway-websocket/index.ts';
import type { InvokeResult } from '../../../src/shared/types.ts';
import { ACCOUNT_ID, lambdaArn, lambdaUri, ok, REGION } from '../apigateway/gateway.ts';

type Event = { readonly requestContext: Readonly<Record<string, unknown>>; readonly body?: string } & Record<
  string,
  unknown
>;
type Answer = (event: Event, arn: string) => InvokeResult | Promise<InvokeResult>;

const TARGET = /^\/([^/]+)\/([^/?]+)(.*)$/s;
const clock = { now: Date.UTC(2026, 0, 14, 12) };
const events: Event[] = [];
const accessLog: string[] = [];
let onInvoke: Answer;
let apis: WebSocketApis;
let server: Server;
let port: number;
let ApiId: string;
let client: ApiGatewayManagementApiClient;

const create = (type: string, properties: object): string =>
  apis.resourceTypes[`AWS::ApiGatewayV2::${type}`]!.create({ properties: properties as Record<string, unknown> }).ref;

/** As the Serverless Framework makes it. */
function deploy(): string {
  const api = create('Api', {
    Name: 'ws',
    ProtocolType: 'WEBSOCKET',
    RouteSelectionExpression: '$request.body.action',
  });
  const integration = create('Integration', {
    ApiId: api,
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: lambdaUri('ws'),
  });
  const authorizer = create('Authorizer', {
    ...{ ApiId: api, Name: 'auth', AuthorizerType: 'REQUEST', AuthorizerUri: lambdaUri('auth') },
    IdentitySource: ['route.request.querystring.token'],
  });
  const route = (RouteKey: string, more = {}): string =>
    create('Route', {
      ApiId: api,
      RouteKey,
      Target: `integrations/${integration}`,
      AuthorizationType: 'NONE',
      ...more,
    });
  route('$connect', { AuthorizationType: 'CUSTOM', AuthorizerId: authorizer });
  route('$disconnect');
  const echo = route('echo', { RouteResponseSelectionExpression: '$default' });
  create('RouteResponse', { ApiId: api, RouteId: echo, RouteResponseKey: '$default' });
  route('silent');
  const DeploymentId = create('Deployment', { ApiId: api });
  create('Stage', {
    ...{ ApiId: api, StageName: 'dev', DeploymentId },
    DefaultRouteSettings: { LoggingLevel: 'OFF', ThrottlingRateLimit: 10, ThrottlingBurstLimit: 5 },
    AccessLogSettings: {
      DestinationArn: 'arn:log',
      Format: '$context.eventType $context.routeKey $context.status $context.identity.sourceIp $context.requestId',
    },
  });
  return api;
}

const allow = (Effect = 'Allow'): InvokeResult =>
  ok({
    principalId: 'someone',
    context: { orderId: '7' },
    policyDocument: { Statement: [{ Effect, Action: 'execute-api:Invoke', Resource: '*' }] },
  });

beforeAll(async () => {
  apis = createWebSocketApis({
    ...{ database: new DatabaseSync(':memory:'), accountId: ACCOUNT_ID, region: REGION, now: () => clock.now },
    async invokeLambda(arn, payload) {
      const event = JSON.parse(JSON.stringify(payload)) as Event;
      if (arn !== lambdaArn('auth')) events.push(event);
      return onInvoke(event, arn);
    },
    log: () => undefined,
    writeAccessLog: (_arn, line) => void accessLog.push(line),
  });
  const targetOf = (url = '') => {
    const [, apiId = '', stage = '', path = ''] = TARGET.exec(url) ?? [];
    return { apiId, stage, path };
  };
  server = createServer((request, response) => void apis.manage(targetOf(request.url), request, response));
  server.on('upgrade', (request, socket, head) => void apis.upgrade(targetOf(request.url), request, socket, head));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as { port: number }).port;
  ApiId = deploy();
  client = new ApiGatewayManagementApiClient({
    endpoint: `http://127.0.0.1:${port}/${ApiId}/dev`,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterAll(async () => {
  client.destroy();
  await apis.stop();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  events.length = 0;
  accessLog.length = 0;
  clock.now += 10_000;
  onInvoke = (_event, arn) => (arn === lambdaArn('auth') ? allow() : ok({ statusCode: 200 }));
});

interface Client {
  readonly socket: WebSocket;
  /** The connection's id, from the event of `$connect`. */
  readonly id: string;
  next(): Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
}

async function connect(query = '?token=a', protocols: string[] = []): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${ApiId}/dev${query}`, protocols);
  const messages: string[] = [];
  const waiting: ((message: string) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const take = waiting.shift();
    if (take === undefined) messages.push(data.toString());
    else take(data.toString());
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Error(`refused with ${response.statusCode}`));
    });
    socket.once('error', reject);
  });
  const id = String(
    events.findLast(({ requestContext }) => requestContext['eventType'] === 'CONNECT')!.requestContext['connectionId'],
  );
  const next = (): Promise<string> => {
    const message = messages.shift();
    return message === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(message);
  };
  return { socket, id, next, closed };
}

/** Polls with a deadline. */
async function until<Value>(find: () => Value | undefined): Promise<Value> {
  const deadline = Date.now() + 60_000;
  for (let found = find(); ; found = find()) {
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not happen within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const context = (more: object): object =>
  expect.objectContaining({
    apiId: ApiId,
    stage: 'dev',
    domainName: `${ApiId}.execute-api.us-east-1.amazonaws.com`,
    messageDirection: 'IN',
    ...more,
  });

describe('connecting (apigateway-websocket-api-route-keys-connect-disconnect.html)', () => {
  it('informs the function who connects, and what the authorizer said', async () => {
    const { socket, id } = await connect('?token=a&tag=1&tag=2');
    expect(events).toEqual([
      {
        headers: expect.objectContaining({ Host: `127.0.0.1:${port}` }),
        multiValueHeaders: expect.objectContaining({ Host: [`127.0.0.1:${port}`] }),
        queryStringParameters: { token: 'a', tag: '2' },
        multiValueQueryStringParameters: { token: ['a'], tag: ['1', '2'] },
        requestContext: context({
          routeKey: '$connect',
          eventType: 'CONNECT',
          connectionId: id,
          connectedAt: clock.now,
          authorizer: { principalId: 'someone', orderId: '7' },
          identity: expect.objectContaining({ sourceIp: '127.0.0.1' }),
        }),
        isBase64Encoded: false,
      },
    ]);
    expect(apis.describe()).toMatchObject([{ id: ApiId, name: 'ws', stages: [{ name: 'dev' }] }]);
    expect(accessLog[0]).toMatch(/^CONNECT \$connect 200 127\.0\.0\.1 \S+$/);
    socket.close();
  });

  it.each<[string, number, string, Answer]>([
    ['no token', 401, '', () => allow()],
    ['a Deny', 403, '?token=a', () => allow('Deny')],
    ['an authorizer that failed', 500, '?token=a', () => ({ ok: false, errorType: 'Error', errorMessage: 'no' })],
    [
      'a function that says so',
      429,
      '?token=a',
      (_event, arn) => (arn === lambdaArn('auth') ? allow() : ok({ statusCode: 429 })),
    ],
    [
      'a function that failed',
      500,
      '?token=a',
      (_event, arn) => (arn === lambdaArn('auth') ? allow() : Promise.reject(new Error('x'))),
    ],
  ])('is refused for %s with %i', async (_name, status, query, answer) => {
    onInvoke = answer;
    await expect(connect(query)).rejects.toThrow(`refused with ${status}`);
  });

  it('has the protocol that the function chooses', async () => {
    onInvoke = (_event, arn) =>
      arn === lambdaArn('auth') ? allow() : ok({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'two' } });
    const { socket } = await connect('?token=a', ['one', 'two']);
    expect(socket.protocol).toBe('two');
    socket.close();
  });

  it('ends with an event, once', async () => {
    const { socket, id } = await connect();
    socket.close(1000, 'done');
    const isOver = ({ requestContext }: Event): boolean =>
      requestContext['connectionId'] === id && requestContext['eventType'] === 'DISCONNECT';
    const event = await until(() => events.find(isOver));
    expect(event.requestContext).toMatchObject({
      routeKey: '$disconnect',
      disconnectStatusCode: 1000,
      disconnectReason: 'done',
      authorizer: { orderId: '7' },
    });
    expect(events.filter(isOver)).toHaveLength(1);
  });
});

describe('messages (apigateway-websocket-api-develop-routes.html)', () => {
  it('go to the route that they select, and its answer back', async () => {
    onInvoke = (event, arn) =>
      arn === lambdaArn('auth') ? allow() : ok({ statusCode: 200, body: `got ${event.body}` });
    const { socket, next, id } = await connect();
    const sent = JSON.stringify({ action: 'echo', text: 'hello' });
    socket.send(sent);
    expect(await next()).toBe(`got ${sent}`);
    expect(events.at(-1)).toEqual({
      requestContext: context({
        routeKey: 'echo',
        eventType: 'MESSAGE',
        connectionId: id,
        messageId: expect.any(String),
      }),
      body: sent,
      isBase64Encoded: false,
    });
    socket.send(JSON.stringify({ action: 'silent' }));
    socket.send(sent);
    expect(await next()).toBe(`got ${sent}`);
    socket.close();
  });

  it('that select nothing are forbidden, where there is no $default', async () => {
    const { socket, next, id } = await connect();
    for (const sent of ['{"action":"other"}', 'no JSON', '{"action":"$connect"}']) {
      socket.send(sent);
      expect(JSON.parse(await next())).toEqual({
        message: 'Forbidden',
        connectionId: id,
        requestId: expect.any(String),
      });
    }
    socket.close();
  });

  it('whose function failed are answered so, and the connection stays', async () => {
    const { socket, next } = await connect();
    onInvoke = () => ({ ok: false, errorType: 'Error', errorMessage: 'no' });
    socket.send('{"action":"silent"}');
    expect(JSON.parse(await next())).toMatchObject({ message: 'Internal server error' });
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.close();
  });

  it('are throttled by the stage', async () => {
    const { socket, next } = await connect();
    for (let count = 0; count < 6; count += 1) socket.send('{"action":"silent"}');
    expect(JSON.parse(await next())).toMatchObject({ message: 'Too Many Requests' });
    socket.close();
  });

  it('of more than 128 KB end the connection (limits.html)', async () => {
    const { socket, closed } = await connect();
    socket.send('x'.repeat(128 * 1024 + 1));
    expect(await closed).toMatchObject({ code: 1009 });
  });
});

describe('the management API (apigateway-how-to-call-websocket-api-connections.html)', () => {
  it('sends to a connection, describes it and ends it', async () => {
    const { next, id: ConnectionId, closed } = await connect();
    await client.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('{"status":"shipped"}') }));
    expect(await next()).toBe('{"status":"shipped"}');
    expect(await client.send(new GetConnectionCommand({ ConnectionId }))).toMatchObject({
      ConnectedAt: new Date(clock.now),
      LastActiveAt: new Date(clock.now),
      Identity: { SourceIp: '127.0.0.1' },
    });
    await client.send(new DeleteConnectionCommand({ ConnectionId }));
    expect(await closed).toMatchObject({ code: 1000 });
  });

  it('says that a connection is gone', async () => {
    const { socket, id: ConnectionId, closed } = await connect();
    socket.close();
    await closed;
    await until(() =>
      events.some(({ requestContext }) => requestContext['eventType'] === 'DISCONNECT') ? true : undefined,
    );
    const post = new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('late') });
    await expect(client.send(post)).rejects.toThrow(GoneException);
    await expect(client.send(new GetConnectionCommand({ ConnectionId: 'nothing=' }))).rejects.toThrow(GoneException);
  });
});

it.each<[string, string, object]>([
  ['ProtocolType HTTP', 'Api', { Name: 'x', ProtocolType: 'HTTP' }],
  [
    'RouteSelectionExpression $request.header.x',
    'Api',
    { Name: 'x', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.header.x' },
  ],
  ['IntegrationType MOCK', 'Integration', { IntegrationType: 'MOCK' }],
  ['needs a Target', 'Route', { RouteKey: 'x' }],
  ['restricted to the $connect route', 'Route', { RouteKey: 'x', AuthorizationType: 'CUSTOM', AuthorizerId: 'x' }],
  ['AuthorizerType JWT', 'Authorizer', { AuthorizerType: 'JWT' }],
  ['AutoDeploy, or the DeploymentId', 'Stage', { StageName: 'x' }],
  ['declare an AWS::ApiGatewayV2::Stage', 'Deployment', { StageName: 'x' }],
])('refuses by name: %s', (reason, type, properties) => {
  const integration = create('Integration', { ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: lambdaUri('x') });
  const Target = reason.includes('Target') ? {} : { Target: `integrations/${integration}` };
  const given = type === 'Api' ? properties : { ApiId, ...(type === 'Route' ? Target : {}), ...properties };
  expect(() => create(type, given)).toThrow(reason);
});
