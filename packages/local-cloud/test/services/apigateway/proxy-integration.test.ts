import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT_ID, deployApi, lambdaArn, lambdaUri, ok, proxyTo, startGateway, type TestGateway } from './gateway.ts';

let test: TestGateway;
let apiId: string;

beforeAll(async () => {
  test = await startGateway();
  apiId = deployApi(test, {
    methods: [
      { path: '/v1/orders/{orderId}', method: 'GET', properties: { OperationName: 'getOrder' } },
      { path: '/v1/orders/{orderId}', method: 'ANY' },
      { path: '/live/{proxy+}', method: 'ANY', properties: { Integration: proxyTo('api:live') } },
      {
        path: '/staged',
        method: 'GET',
        properties: { Integration: { ...proxyTo('x'), Uri: lambdaUri('api:${stageVariables.alias}') } },
      },
    ],
    stage: { Variables: { alias: 'canary', colour: 'blue' } },
  });
});

afterAll(() => test.close());

const eventOf = (): Record<string, unknown> => test.invocations.at(-1)!.event;

describe('the event (set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format)', () => {
  it('is payload format 1.0', async () => {
    test.onInvoke(() => ok({ statusCode: 200, body: '{}' }));
    const response = await test.request(`/${apiId}/dev/v1/orders/a%20b?limit=1&tag=x&tag=y%26z`, {
      headers: { Accept: 'application/json', 'X-Twice': ['1', '2'], 'User-Agent': 'test/1' },
    });
    expect(response.status).toBe(200);
    expect(test.invocations.at(-1)!.arn).toBe(lambdaArn('api'));
    expect(eventOf()).toEqual({
      resource: '/v1/orders/{orderId}',
      path: '/v1/orders/a%20b',
      httpMethod: 'GET',
      headers: expect.objectContaining({
        Accept: 'application/json',
        'X-Twice': '2',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-For': '127.0.0.1',
        'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      }),
      multiValueHeaders: expect.objectContaining({ Accept: ['application/json'], 'X-Twice': ['1', '2'] }),
      queryStringParameters: { limit: '1', tag: 'y&z' },
      multiValueQueryStringParameters: { limit: ['1'], tag: ['x', 'y&z'] },
      pathParameters: { orderId: 'a%20b' },
      stageVariables: { alias: 'canary', colour: 'blue' },
      requestContext: {
        resourceId: expect.stringMatching(/^[a-z0-9]{10}$/),
        resourcePath: '/v1/orders/{orderId}',
        operationName: 'getOrder',
        httpMethod: 'GET',
        extendedRequestId: response.headers['x-amz-apigw-id'],
        requestTime: '14/Jan/2026:12:00:00 +0000',
        path: '/dev/v1/orders/a%20b',
        accountId: ACCOUNT_ID,
        protocol: 'HTTP/1.1',
        stage: 'dev',
        domainPrefix: '127',
        requestTimeEpoch: test.clock.now,
        requestId: response.headers['x-amzn-requestid'],
        identity: {
          cognitoIdentityPoolId: null,
          accountId: null,
          cognitoIdentityId: null,
          caller: null,
          sourceIp: '127.0.0.1',
          principalOrgId: null,
          accessKey: null,
          cognitoAuthenticationType: null,
          cognitoAuthenticationProvider: null,
          userArn: null,
          userAgent: 'test/1',
          user: null,
        },
        domainName: '127.0.0.1',
        deploymentId: expect.stringMatching(/^[a-z0-9]{6}$/),
        apiId,
      },
      body: null,
      isBase64Encoded: false,
    });
    expect(eventOf()['headers']).not.toHaveProperty('Connection');
  });

  it('has null for what a request has none of', async () => {
    await test.request(`/${apiId}/dev/staged`);
    expect(eventOf()).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      body: null,
    });
  });

  it.each(['null', '0', '"just"', '{"a":'])('has the body %s as text', async (body) => {
    const headers = { 'Content-Type': 'application/json' };
    await test.request(`/${apiId}/dev/v1/orders/1`, { method: 'POST', headers, body });
    expect(eventOf()).toMatchObject({ body, httpMethod: 'POST', isBase64Encoded: false });
    expect(Object.keys(eventOf()['headers'] as object).map((name) => name.toLowerCase())).not.toContain(
      'content-length',
    );
  });

  it('has the path as it was sent, but for slashes that it begins with', async () => {
    await test.request(`/${apiId}/dev//live/a/`);
    expect(eventOf()).toMatchObject({ path: '/live/a/', requestContext: { path: '/dev//live/a/' } });
    await test.request(`/${apiId}/dev/live/a%252Fb/c%2Fd?x=1`);
    const path = '/live/a%252Fb/c%2Fd';
    expect(eventOf()).toMatchObject({ path, pathParameters: { proxy: 'a%252Fb/c%2Fd' } });
    expect(eventOf()['requestContext']).toMatchObject({ path: `/dev${path}`, resourcePath: '/live/{proxy+}' });
  });

  it('comes of all methods that ANY stands for, and of no others', async () => {
    const call = async (method: string) => (await test.request(`/${apiId}/dev/live/x`, { method })).status;
    const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
    expect(await Promise.all(methods.map(call))).toEqual(methods.map(() => 200));
    expect(await call('PROPFIND')).toBe(403);
  });

  it('goes to the alias that the URI names', async () => {
    await test.request(`/${apiId}/dev/live/a/b`);
    expect(test.invocations.at(-1)!.arn).toBe(lambdaArn('api:live'));
    expect(eventOf()).toMatchObject({ resource: '/live/{proxy+}', pathParameters: { proxy: 'a/b' } });
    await test.request(`/${apiId}/dev/staged`);
    expect(test.invocations.at(-1)!.arn).toBe(lambdaArn('api:canary'));
  });

  it('appends the caller to X-Forwarded-For', async () => {
    await test.request(`/${apiId}/dev/staged`, { headers: { 'X-Forwarded-For': '203.0.113.9' } });
    expect(eventOf()['headers']).toMatchObject({ 'X-Forwarded-For': '203.0.113.9, 127.0.0.1' });
  });
});

describe('the answer (set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format)', () => {
  const answer = async (payload: unknown): ReturnType<TestGateway['request']> => {
    test.onInvoke(() => ok(payload));
    return test.request(`/${apiId}/dev/staged`);
  };

  it('is status, headers and body; JSON by default', async () => {
    const response = await answer({ statusCode: '201', headers: { 'X-One': 1 }, body: 'done' });
    expect(response).toMatchObject({
      status: 201,
      headers: {
        'content-type': 'application/json',
        'x-one': '1',
        'content-length': '4',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
      },
    });
    expect(response.body.toString()).toBe('done');
  });

  it('merges both kinds of headers', async () => {
    const { headers } = await answer({
      statusCode: 200,
      headers: { 'Set-Cookie': 'a=1', 'Content-Type': 'text/plain' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
    });
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(headers['content-type']).toBe('text/plain');
  });

  it.each([
    ['only headers', { headers: { 'x-one': 'value' } }, { 'x-one': 'value' }],
    ['an empty object', {}, {}],
    ['no headers', { statusCode: 200, headers: null, multiValueHeaders: null }, {}],
    ['a header that is true', { headers: { 'x-one': true } }, { 'x-one': 'true' }],
  ])('is 200 and empty for %s', async (_name, payload, headers) => {
    const response = await answer(payload);
    expect(response).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', ...headers } });
    expect(response.body).toHaveLength(0);
  });

  it('keeps cookies of one name apart, as the function wrote them', async () => {
    const cookies = ['a=1; Path=/x; Secure; Partitioned; HttpOnly', 'a=2; Path=/y'];
    const { headers } = await answer({ statusCode: 200, multiValueHeaders: { 'Set-Cookie': cookies } });
    expect(headers['set-cookie']).toEqual(cookies);
  });

  it('stays base64 where the client asks for no binary media type', async () => {
    const { body } = await answer({ statusCode: 200, body: 'dGVzdC1kYXRh', isBase64Encoded: true });
    expect(body.toString()).toBe('dGVzdC1kYXRh');
  });

  it("remaps headers that are API Gateway's own (api-gateway-known-issues.html)", async () => {
    const { headers } = await answer({ statusCode: 401, headers: { 'WWW-Authenticate': 'Bearer', Server: 'me' } });
    expect(headers).toMatchObject({ 'x-amzn-remapped-www-authenticate': 'Bearer', 'x-amzn-remapped-server': 'me' });
    expect(headers).not.toHaveProperty('www-authenticate');
  });

  it.each([
    ['no object', 'ok'],
    ['nothing', null],
    ['a member that is not of the format', { statusCode: 200, wrongValue: 'value' }],
    ['cookies, which are of HTTP APIs', { statusCode: 200, cookies: ['a=1'], body: 'x' }],
    ['the answer of a failed function', { errorMessage: 'no', errorType: 'Error' }],
    ['a header that is a list', { statusCode: 200, headers: { a: ['b'] } }],
    ['a header that is null', { statusCode: 200, headers: { a: null } }],
    ['a status that is none', { statusCode: 'fine' }],
    ['a body that is not text', { statusCode: 200, body: { a: 1 } }],
    ['a header that is none', { statusCode: 200, headers: { 'a b': 'c' } }],
    ['a header of two lines', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
    ['headers in a list', { statusCode: 200, headers: ['a'] }],
    ['multi-value headers that are not lists', { statusCode: 200, multiValueHeaders: { a: 'b' } }],
  ])('is 502 for a malformed one: %s', async (_name, payload) => {
    const response = await answer(payload);
    expect(response).toMatchObject({ status: 502, headers: { 'x-amzn-errortype': 'InternalServerErrorException' } });
    expect(response.json()).toEqual({ message: 'Internal server error' });
  });

  it('is 502 for a function that failed, and 500 for one that cannot be called', async () => {
    test.onInvoke(() => ({ ok: false, errorType: 'Error', errorMessage: 'no' }));
    expect(await test.request(`/${apiId}/dev/staged`)).toMatchObject({ status: 502 });
    test.onInvoke(() => Promise.reject(new Error('Function not found: api')));
    expect(await test.request(`/${apiId}/dev/staged`)).toMatchObject({ status: 500 });
  });

  it('has no body for HEAD', async () => {
    test.onInvoke(() => ok({ statusCode: 200, body: 'long' }));
    const response = await test.request(`/${apiId}/dev/v1/orders/1`, { method: 'HEAD' });
    expect(response).toMatchObject({ status: 200, headers: { 'content-length': '4' } });
    expect(response.body).toHaveLength(0);
  });
});
