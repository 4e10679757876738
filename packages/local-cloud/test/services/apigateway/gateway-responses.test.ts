import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deployApi, ok, startGateway, type TestGateway } from './gateway.ts';

let test: TestGateway;
let plain: string;
let custom: string;

const PROBLEM = `{"type":"about:blank","title":$context.error.messageString,"status":$context.identity.sourceIp}`;

beforeAll(async () => {
  test = await startGateway();
  const methods = [
    { path: '/items', method: 'GET' },
    { path: '/items', method: 'POST', properties: { ApiKeyRequired: true } },
  ];
  plain = deployApi(test, { methods });
  custom = deployApi(test, {
    methods,
    before(apiId) {
      const respond = (ResponseType: string, properties: object): string =>
        test.create('GatewayResponse', { RestApiId: apiId, ResponseType, ...properties });
      respond('MISSING_AUTHENTICATION_TOKEN', {
        StatusCode: '404',
        ResponseParameters: {
          'gatewayresponse.header.Content-Type': "'application/problem+json'",
          'gatewayresponse.header.X-Request': 'context.requestId',
          'gatewayresponse.header.X-Sent': 'method.request.header.X-Sent',
          'gatewayresponse.header.X-Query': 'method.request.querystring.q',
          'gatewayresponse.header.X-Absent': 'method.request.header.X-Absent',
        },
        ResponseTemplates: { 'application/json': '{"title":"Not Found","was":$context.error.messageString}' },
      });
      respond('DEFAULT_4XX', {
        ResponseTemplates: {
          'text/plain': 'plain $context.error.responseType',
          'application/json': '{"type":"$context.error.responseType"}',
        },
      });
      respond('DEFAULT_5XX', {
        StatusCode: 503,
        ResponseTemplates: { 'application/json': '{"status":"$context.stage"}' },
      });
    },
  });
});

afterAll(() => test.close());

describe('without settings of the API (supported-gateway-response-types.html)', () => {
  it('an unknown path and a method that is not there miss a token', async () => {
    for (const [path, method] of [
      ['/nothing', 'GET'],
      ['/items', 'DELETE'],
    ] as const) {
      const response = await test.request(`/${plain}/dev${path}`, { method });
      expect(response).toMatchObject({
        status: 403,
        headers: { 'x-amzn-errortype': 'MissingAuthenticationTokenException', 'content-type': 'application/json' },
      });
      expect(response.json()).toEqual({ message: 'Missing Authentication Token' });
    }
  });

  it('an unknown stage and an unknown API are forbidden', async () => {
    for (const path of [`/${plain}/prod/items`, '/abcdefghij/dev/items']) {
      const response = await test.request(path);
      expect(response).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': 'ForbiddenException' } });
    }
  });

  it('a missing API key is forbidden', async () => {
    const response = await test.request(`/${plain}/dev/items`, { method: 'POST' });
    expect(response).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': 'ForbiddenException' } });
    expect(response.json()).toEqual({ message: 'Forbidden' });
  });
});

describe('with settings of the API (api-gateway-gatewayResponse-definition.html)', () => {
  it('sets status, headers and body', async () => {
    const response = await test.request(`/${custom}/dev/nothing?q=1`, { headers: { 'X-Sent': 'mine' } });
    expect(response).toMatchObject({
      status: 404,
      headers: {
        'content-type': 'application/problem+json',
        'x-request': response.headers['x-amzn-requestid'],
        'x-sent': 'mine',
        'x-query': '1',
      },
    });
    expect(response.headers).not.toHaveProperty('x-absent');
    expect(response.json()).toEqual({ title: 'Not Found', was: 'Missing Authentication Token' });
  });

  it('lets no query add a header', async () => {
    const { headers } = await test.request(`/${custom}/dev/nothing?q=1%0d%0aX-Evil:%201`);
    expect(headers['x-query']).toBe('1X-Evil: 1');
    expect(headers).not.toHaveProperty('x-evil');
  });

  it('falls back to DEFAULT_4XX, with the status that it had', async () => {
    const response = await test.request(`/${custom}/dev/items`, { method: 'POST' });
    expect(response.status).toBe(403);
    expect(response.json()).toEqual({ type: 'INVALID_API_KEY' });
  });

  it('chooses the template by Accept', async () => {
    const response = await test.request(`/${custom}/dev/items`, { method: 'POST', headers: { Accept: 'text/plain' } });
    expect(response.headers['content-type']).toBe('text/plain');
    expect(response.body.toString()).toBe('plain INVALID_API_KEY');
  });

  it('takes DEFAULT_5XX for a function that failed', async () => {
    test.onInvoke(() => ({ ok: false, errorType: 'Error', errorMessage: 'no' }));
    const response = await test.request(`/${custom}/dev/items`);
    expect(response.status).toBe(503);
    expect(response.json()).toEqual({ status: 'dev' });
  });

  it('is not part of what a function answers', async () => {
    test.onInvoke(() => ok({ statusCode: 404, body: '{"own":true}' }));
    expect((await test.request(`/${custom}/dev/items`)).json()).toEqual({ own: true });
  });
});

it('is in effect from the next deployment on, not before (how-to-deploy-api.html)', async () => {
  const apiId = deployApi(test, { methods: [{ path: '/items', method: 'GET' }] });
  test.create('GatewayResponse', {
    RestApiId: apiId,
    ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
    StatusCode: '404',
    ResponseTemplates: { 'application/json': PROBLEM },
  });
  expect(await test.request(`/${apiId}/dev/nothing`)).toMatchObject({ status: 403 });
  test.create('Deployment', { RestApiId: apiId, StageName: 'dev' });
  expect(await test.request(`/${apiId}/dev/nothing`)).toMatchObject({ status: 404 });
});

it('on a laptop, a problem of the API’s own says in its detail which routes there are', async () => {
  const explaining = await startGateway(undefined, { explain: true });
  try {
    const template = '{"title":"Not Found","status":404}';
    const api = deployApi(explaining, {
      methods: [{ path: '/items', method: 'GET' }],
      before: (RestApiId) =>
        void explaining.create('GatewayResponse', {
          ...{ RestApiId, ResponseType: 'MISSING_AUTHENTICATION_TOKEN', StatusCode: '404' },
          ResponseTemplates: { 'application/json': template },
        }),
    });
    expect((await explaining.request(`/${api}/dev/item`)).json()).toEqual({
      ...{ title: 'Not Found', status: 404 },
      detail: 'There is no route GET /item. There are GET /items.',
    });
  } finally {
    await explaining.close();
  }
});
