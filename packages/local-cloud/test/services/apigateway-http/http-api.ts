import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import type { InvokeResult } from '@dure/lambda-runtime';
import { createHttpApis, type HttpApis, type HttpApisOptions } from '../../../src/services/apigateway-http/index.ts';
import { createIam } from '../../../src/services/iam/index.ts';
import { ACCOUNT_ID, lambdaArn, ok, REGION } from '../apigateway/gateway.ts';

type Properties = Record<string, unknown>;
type Event = Record<string, unknown>;

export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

export interface TestApi {
  readonly apis: HttpApis;
  readonly apiId: string;
  readonly invocations: { readonly arn: string; readonly event: Event }[];
  readonly accessLog: string[];
  /** The clock; moves only when the test moves it. */
  readonly clock: { now: number };
  create(type: string, properties: Properties): string;
  /** A route to a function, by default of the payload format 2.0. Answers its id. */
  route(routeKey: string, more?: Properties, format?: string): string;
  onInvoke(answer: (event: Event, arn: string) => InvokeResult | Promise<InvokeResult>): void;
  request(path: string, sent?: Sent): Promise<Response>;
  close(): Promise<void>;
}

/** An HTTP API that deploys by itself, with the stage `$default`, behind a port. */
export async function startApi(
  api: Properties = {},
  stage: Properties = {},
  options: Partial<HttpApisOptions> = {},
): Promise<TestApi> {
  let answer: Parameters<TestApi['onInvoke']>[0] = () => ok({ statusCode: 200 });
  const invocations: TestApi['invocations'] = [];
  const accessLog: string[] = [];
  const clock = { now: Date.UTC(2026, 0, 14, 12) };
  const iam = createIam({ database: new DatabaseSync(':memory:'), accountId: ACCOUNT_ID, region: REGION });
  const apis = createHttpApis({
    iam,
    ...{ database: new DatabaseSync(':memory:'), accountId: ACCOUNT_ID, region: REGION },
    async invokeLambda(arn, payload) {
      const event = JSON.parse(JSON.stringify(payload)) as Event;
      invocations.push({ arn, event });
      return answer(event, arn);
    },
    log(_level, message, fields) {
      throw new Error(`${message} ${JSON.stringify(fields)}`);
    },
    writeAccessLog: (_arn, line) => void accessLog.push(line),
    now: () => clock.now,
    ...options,
  });
  const create = (type: string, properties: Properties): string =>
    apis.resourceTypes[`AWS::ApiGatewayV2::${type}`]!.create({ properties }).ref;
  const ApiId = create('Api', { Name: 'test', ProtocolType: 'HTTP', ...api });
  create('Stage', { ApiId, StageName: '$default', AutoDeploy: true, ...stage });
  const server = await listen(
    createServer((request, response) => void apis.serve({ apiId: ApiId, path: request.url ?? '' }, request, response)),
  );
  const { port } = server.address() as { port: number };
  return {
    ...{ apis, apiId: ApiId, invocations, accessLog, clock },
    create: (type, properties) => create(type, type === 'Api' ? properties : { ApiId, ...properties }),
    route(RouteKey, more = {}, PayloadFormatVersion = '2.0') {
      const integration = create('Integration', {
        ...{ ApiId, IntegrationType: 'AWS_PROXY', IntegrationUri: lambdaArn('api'), PayloadFormatVersion },
      });
      return create('Route', { ApiId, RouteKey, Target: `integrations/${integration}`, ...more });
    },
    onInvoke: (next) => (answer = next),
    request: (path, sent) => send(port, path, sent),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function listen(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

/** Without a client's own headers and decoding, unlike fetch. */
function send(port: number, path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      buffer(response).then((content) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content.toString('utf8') });
      }, reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}
