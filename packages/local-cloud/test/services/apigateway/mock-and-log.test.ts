import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT_ID, deployApi, ok, REGION, startGateway, type TestGateway } from './gateway.ts';

const LOG_GROUP = `arn:aws:logs:${REGION}:${ACCOUNT_ID}:log-group:access`;
const FORMAT = JSON.stringify({
  id: '$context.requestId',
  ip: '$context.identity.sourceIp',
  agent: '$context.identity.userAgent',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  path: '$context.path',
  status: '$context.status',
  length: '$context.responseLength',
  latency: '$context.responseLatency',
  integration: '$context.integration.status',
  key: '$context.identity.apiKeyId',
  error: '$context.error.responseType',
  detail: '$context.error.message',
});

let test: TestGateway;
let apiId: string;

/** As the Serverless Framework makes it for `cors: true`. */
const cors = {
  AuthorizationType: 'NONE',
  MethodResponses: [{ StatusCode: '200', ResponseParameters: {}, ResponseModels: {} }],
  RequestParameters: {},
  Integration: {
    Type: 'MOCK',
    RequestTemplates: { 'application/json': '{statusCode:200}' },
    ContentHandling: 'CONVERT_TO_TEXT',
    IntegrationResponses: [
      {
        StatusCode: '200',
        ResponseParameters: {
          'method.response.header.Access-Control-Allow-Origin': "'*'",
          'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,GET'",
        },
        ResponseTemplates: { 'application/json': '' },
      },
    ],
  },
};

/** As the framework makes it for `origins: [https://shop.example, https://*.example.org]`. */
const ORIGINS = `#set($origin = $input.params("Origin"))
#if($origin == "") #set($origin = $input.params("origin")) #end
#if($origin.matches("https://shop[.]example") || $origin.matches("https://.+[.]example[.]org")) #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin) #end`;

beforeAll(async () => {
  const [response] = cors.Integration.IntegrationResponses;
  const withOrigins = [{ ...response, ResponseTemplates: { 'application/json': ORIGINS } }];
  test = await startGateway();
  apiId = deployApi(test, {
    methods: [
      { path: '/items', method: 'GET' },
      { path: '/items', method: 'OPTIONS', properties: cors },
      {
        path: '/origins',
        method: 'OPTIONS',
        properties: { ...cors, Integration: { ...cors.Integration, IntegrationResponses: withOrigins } },
      },
      {
        path: '/items',
        method: 'PUT',
        properties: { Integration: { ...cors.Integration, PassthroughBehavior: 'NEVER' } },
      },
    ],
    stage: { AccessLogSetting: { DestinationArn: LOG_GROUP, Format: FORMAT }, TracingEnabled: true },
  });
});

afterAll(() => test.close());

describe('a MOCK integration (how-to-mock-integration.html)', () => {
  it('answers a preflight request', async () => {
    const response = await test.request(`/${apiId}/dev/items`, { method: 'OPTIONS' });
    expect(response).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'OPTIONS,GET' },
    });
    expect(response.body).toHaveLength(0);
  });

  it("answers with the origin of the request where the framework's template allows it", async () => {
    const preflight = async (path: string, origin?: string): Promise<unknown> => {
      const headers = origin === undefined ? undefined : { Origin: origin };
      const response = await test.request(`/${apiId}/dev${path}`, { method: 'OPTIONS', headers: headers ?? {} });
      return response.headers['access-control-allow-origin'];
    };
    expect(await preflight('/origins', 'https://shop.example')).toBe('https://shop.example');
    expect(await preflight('/origins', 'https://a.example.org')).toBe('https://a.example.org');
    expect(await preflight('/origins', 'https://shopxexample')).toBe('*');
    expect(await preflight('/origins')).toBe('*');
  });

  it('is 500 for a body without a template, and 415 where such are never passed through', async () => {
    const headers = { 'Content-Type': 'text/plain' };
    expect(await test.request(`/${apiId}/dev/items`, { method: 'OPTIONS', headers })).toMatchObject({ status: 500 });
    const response = await test.request(`/${apiId}/dev/items`, { method: 'PUT', headers });
    expect(response.status).toBe(415);
    expect(response.json()).toEqual({ message: 'Unsupported Media Type' });
  });
});

describe('the access log (set-up-logging.html)', () => {
  const logged = (): unknown => {
    expect(test.accessLog.at(-1)!.destinationArn).toBe(LOG_GROUP);
    return JSON.parse(test.accessLog.at(-1)!.line) as unknown;
  };

  it('has a line for each call, in the format of the stage', async () => {
    test.onInvoke(() => {
      test.clock.now += 12;
      return ok({ statusCode: 201, body: 'four' });
    });
    const response = await test.request(`/${apiId}/dev/items?q=1`, { headers: { 'User-Agent': 'a "quoted\\" one' } });
    expect(logged()).toEqual({
      id: response.headers['x-amzn-requestid'],
      ip: '127.0.0.1',
      agent: 'a "quoted\\" one',
      method: 'GET',
      resource: '/items',
      path: '/dev/items',
      status: '201',
      length: '4',
      latency: '12',
      integration: '200',
      key: '-',
      error: '-',
      detail: '-',
    });
    expect(response.headers['x-amzn-trace-id']).toMatch(/^Root=1-/);
  });

  it('says why API Gateway refused a call', async () => {
    await test.request(`/${apiId}/dev/nothing`);
    expect(logged()).toMatchObject({
      status: '403',
      resource: '-',
      integration: '-',
      error: 'MISSING_AUTHENTICATION_TOKEN',
      detail: 'Missing Authentication Token',
    });
  });
});
