import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import {
  createApiGateway,
  type ApiGateway,
  type ApiGatewayOptions,
  type ServedRequest,
} from '../../../src/services/apigateway/index.ts';
import { createIam } from '../../../src/services/iam/index.ts';
import type { InvokeLambda, InvokeResult } from '../../../src/shared/types.ts';

type Properties = Record<string, unknown>;

export const ACCOUNT_ID = '123456789012';
export const REGION = 'us-east-1';
/** How the emulated network calls an API: `/{apiId}/{stage}/…`. */
const INVOKE_PATH = /^\/([^/]+)\/([^/?]+)(.*)$/s;

export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  json(): unknown;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

export interface TestGateway {
  readonly gateway: ApiGateway;
  readonly database: DatabaseSync;
  readonly client: APIGatewayClient;
  /** Events that functions were invoked with, with the ARN they were called by. */
  readonly invocations: { arn: string; event: Record<string, unknown> }[];
  /** What functions were invoked with without waiting. */
  readonly asynchronous: { arn: string; event: Record<string, unknown> }[];
  readonly accessLog: { destinationArn: string; line: string }[];
  readonly served: ServedRequest[];
  /** The clock; moves only when the test moves it. */
  readonly clock: { now: number };
  /** Whom requests come from. */
  readonly caller: { sourceIp: string | undefined };
  /** Creates a resource and answers its Ref. */
  create(type: string, properties: Properties): string;
  onInvoke(answer: (event: Record<string, unknown>, arn: string) => InvokeResult | Promise<InvokeResult>): void;
  request(path: string, options?: RequestOptions): Promise<Response>;
  close(): Promise<void>;
}

export const lambdaUri = (name: string): string =>
  `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${lambdaArn(name)}/invocations`;

export const lambdaArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}`;

export const ok = (payload: unknown): InvokeResult => ({ ok: true, payload });

/** A gateway with a control and a data plane on ports of their own. */
export async function startGateway(
  database = new DatabaseSync(':memory:'),
  options: Partial<ApiGatewayOptions> = {},
): Promise<TestGateway> {
  let answer: Parameters<TestGateway['onInvoke']>[0] = () => ok({ statusCode: 200, body: '{}' });
  const invocations: TestGateway['invocations'] = [];
  const asynchronous: TestGateway['asynchronous'] = [];
  const accessLog: TestGateway['accessLog'] = [];
  const served: ServedRequest[] = [];
  const clock = { now: Date.UTC(2026, 0, 14, 12) };
  const caller: TestGateway['caller'] = { sourceIp: undefined };
  const invokeLambda: InvokeLambda = async (arn, payload) => {
    const event = JSON.parse(JSON.stringify(payload)) as Record<string, unknown>;
    invocations.push({ arn, event });
    return answer(event, arn);
  };
  const gateway = createApiGateway({
    database,
    iam: createIam({ database: new DatabaseSync(':memory:'), accountId: ACCOUNT_ID, region: REGION }),
    states: async () => ({}),
    accountId: ACCOUNT_ID,
    region: REGION,
    invokeLambda,
    invokeAsync: (arn, payload) => void asynchronous.push({ arn, event: payload as Record<string, unknown> }),
    log: (_level, message, fields) => {
      throw new Error(`${message} ${JSON.stringify(fields)}`);
    },
    writeAccessLog: (destinationArn, line) => void accessLog.push({ destinationArn, line }),
    onServed: (request) => void served.push(request),
    now: () => clock.now,
    ...options,
  });
  const control = await listen(createServer((request, response) => void gateway.control(request, response)));
  const data = await listen(
    createServer((request, response) => {
      const [, apiId = '', stage = '', path = ''] = INVOKE_PATH.exec(request.url ?? '') ?? [];
      const { sourceIp } = caller;
      void gateway.serve({ apiId, stage, path, ...(sourceIp !== undefined && { sourceIp }) }, request, response);
    }),
  );
  const client = new APIGatewayClient({
    endpoint: `http://127.0.0.1:${portOf(control)}`,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    gateway,
    database,
    client,
    invocations,
    asynchronous,
    accessLog,
    served,
    clock,
    caller,
    create: (type, properties) => gateway.resourceTypes[`AWS::ApiGateway::${type}`]!.create({ properties }).ref,
    onInvoke: (next) => (answer = next),
    request: (path, given) => send(portOf(data), path, given),
    async close() {
      client.destroy();
      await Promise.all([control, data].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function listen(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

/** Without a client's own headers and decoding, unlike fetch. */
function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: RequestOptions = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      buffer(response).then((content) => {
        const json = (): unknown => JSON.parse(content.toString('utf8'));
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content, json });
      }, reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}

export interface MethodSpec {
  readonly path: string;
  readonly method: string;
  /** More of AWS::ApiGateway::Method. */
  readonly properties?: Properties;
}

export interface ApiSpec {
  readonly api?: Properties;
  readonly methods: readonly MethodSpec[];
  readonly stage?: Properties;
  /** What is made between the API and its methods; its answer is given to `properties` of no method. */
  readonly before?: (apiId: string) => void;
}

/** An API with its resources, methods, a deployment and the stage `dev`. Answers the API's id. */
export function deployApi(test: TestGateway, { api = {}, methods, stage, before }: ApiSpec): string {
  const { RootResourceId: root = '', RestApiId: apiId = '' } = test.gateway.resourceTypes[
    'AWS::ApiGateway::RestApi'
  ]!.create({ properties: { Name: 'test', ...api } }).attributes;
  before?.(apiId);
  const resources = new Map([['', root]]);
  const resourceOf = (path: string): string => {
    const known = resources.get(path);
    if (known !== undefined) return known;
    const [, parent = '', part = ''] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
    const id = test.create('Resource', { RestApiId: apiId, ParentId: resourceOf(parent), PathPart: part });
    resources.set(path, id);
    return id;
  };
  for (const { path, method, properties } of methods) {
    const ResourceId = resourceOf(path === '/' ? '' : path);
    test.create('Method', {
      RestApiId: apiId,
      ResourceId,
      HttpMethod: method,
      Integration: proxyTo('api'),
      ...properties,
    });
  }
  test.create('Deployment', {
    RestApiId: apiId,
    StageName: 'dev',
    ...(stage !== undefined && { StageDescription: stage }),
  });
  return apiId;
}

export const proxyTo = (name: string): Properties => ({
  Type: 'AWS_PROXY',
  IntegrationHttpMethod: 'POST',
  Uri: lambdaUri(name),
});
