import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TooManyRequestsException } from '@dure/lambda-runtime';
import { ACCOUNT_ID, ok } from '../apigateway/gateway.ts';
import { startApi, type TestApi } from './http-api.ts';

let test: TestApi;

beforeAll(async () => {
  test = await startApi({}, { StageVariables: { colour: 'blue' } });
  test.route('GET /orders/{id}');
  test.route('ANY /files/{proxy+}');
  test.route('POST /echo');
  test.route('GET /old/{id}', {}, '1.0');
  test.route('POST /old', {}, '1.0');
  test.create('Stage', { StageName: 'beta', AutoDeploy: true });
});

afterAll(() => test.close());

const eventOf = (): Record<string, unknown> => test.invocations.at(-1)!.event;

describe('the event (http-api-develop-integrations-lambda.html)', () => {
  it('is payload format 2.0', async () => {
    test.onInvoke(() => ok({ statusCode: 200 }));
    const { headers } = await test.request('/orders/1?tag=x&tag=y%26z&limit=%31', {
      headers: { 'X-Twice': ['1', '2'], Cookie: 'a=1; b=2', 'User-Agent': 'test/1' },
    });
    expect(eventOf()).toEqual({
      version: '2.0',
      routeKey: 'GET /orders/{id}',
      rawPath: '/orders/1',
      rawQueryString: 'tag=x&tag=y%26z&limit=%31',
      cookies: ['a=1', 'b=2'],
      headers: {
        'content-length': '0',
        host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        'user-agent': 'test/1',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': expect.stringMatching(/^\d+$/),
        'x-forwarded-proto': 'https',
        'x-twice': '1,2',
      },
      queryStringParameters: { tag: 'x,y&z', limit: '1' },
      requestContext: {
        accountId: ACCOUNT_ID,
        apiId: test.apiId,
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: {
          ...{ method: 'GET', path: '/orders/1', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test/1' },
        },
        requestId: headers['apigw-requestid'],
        routeKey: 'GET /orders/{id}',
        stage: '$default',
        time: '14/Jan/2026:12:00:00 +0000',
        timeEpoch: test.clock.now,
      },
      pathParameters: { id: '1' },
      stageVariables: { colour: 'blue' },
      isBase64Encoded: false,
    });
  });

  it('leaves out what a request has none of', async () => {
    await test.request('/beta/files/x', { method: 'PUT' });
    const event = eventOf();
    for (const name of ['cookies', 'queryStringParameters', 'stageVariables', 'body']) {
      expect(event).not.toHaveProperty(name);
    }
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });

  it('has the path decoded, once, with the stage unless that is $default', async () => {
    await test.request('/files/a%20b/c%252Fd/e%2Ff');
    expect(eventOf()).toMatchObject({
      rawPath: '/files/a b/c%2Fd/e/f',
      pathParameters: { proxy: 'a b/c%2Fd/e/f' },
      requestContext: { http: { path: '/files/a b/c%2Fd/e/f' }, stage: '$default' },
    });
    await test.request('/beta/files/x');
    expect(eventOf()).toMatchObject({
      rawPath: '/beta/files/x',
      pathParameters: { proxy: 'x' },
      requestContext: { stage: 'beta', http: { path: '/beta/files/x' } },
    });
  });

  it.each([
    ['application/json', '{"a":1}', false],
    ['application/vnd.api+json; charset=utf-8', '{}', false],
    ['text/csv', 'a,b', false],
    ['application/x-www-form-urlencoded', 'a=1', true],
    ['image/png', '\u0089PNG', true],
    [undefined, 'plain', false],
  ])('has a body of the type %s: %j, in base64: %s', async (type, body, isBase64Encoded) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type };
    await test.request('/echo', { method: 'POST', headers, body });
    const expected = isBase64Encoded ? Buffer.from(body).toString('base64') : body;
    expect(eventOf()).toMatchObject({ body: expected, isBase64Encoded });
  });

  it('is payload format 1.0 where the integration says so', async () => {
    await test.request('/old/1?tag=x&tag=y', { headers: { 'X-Twice': ['1', '2'] } });
    expect(eventOf()).toMatchObject({
      version: '1.0',
      resource: '/old/{id}',
      path: '/old/1',
      httpMethod: 'GET',
      headers: { 'X-Twice': '2', 'X-Forwarded-Proto': 'https' },
      multiValueHeaders: { 'X-Twice': ['1', '2'] },
      queryStringParameters: { tag: 'y' },
      multiValueQueryStringParameters: { tag: ['x', 'y'] },
      pathParameters: { id: '1' },
      stageVariables: { colour: 'blue' },
      requestContext: {
        resourceId: 'GET /old/{id}',
        resourcePath: '/old/{id}',
        path: '/old/1',
        stage: '$default',
        identity: { sourceIp: '127.0.0.1', accountId: null },
      },
      body: null,
      isBase64Encoded: false,
    });
  });
});

describe('the answer', () => {
  const answer = async (payload: unknown, path = '/echo') => {
    test.onInvoke(() => ok(payload));
    return test.request(path, { method: 'POST' });
  };

  it('is status, headers, cookies and body', async () => {
    const { status, headers, body } = await answer({
      statusCode: 201,
      headers: { 'X-One': 1, 'Content-Type': 'text/html' },
      cookies: ['a=1; Path=/x', 'b=2'],
      body: 'done',
      more: 'is ignored',
    });
    expect(status).toBe(201);
    expect(headers).toMatchObject({ 'x-one': '1', 'content-type': 'text/html', 'set-cookie': ['a=1; Path=/x', 'b=2'] });
    expect(body).toBe('done');
  });

  it.each([
    ['an object', { hello: 'world' }, '{"hello":"world"}'],
    ['a text', 'hello', 'hello'],
    ['a list', ['hello', 3, true], '["hello",3,true]'],
    ['a number', 3.1, '3.1'],
    ['nothing', null, 'null'],
  ])('is 200 and JSON for %s without a status', async (_name, payload, expected) => {
    const { status, headers, body } = await answer(payload);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(body).toBe(expected);
  });

  it('is plain text where it has a status and names no type, and decoded where it is base64', async () => {
    const { headers, body } = await answer({ statusCode: 200, body: 'dGVzdA==', isBase64Encoded: true });
    expect(headers['content-type']).toBe('text/plain; charset=UTF-8');
    expect(body).toBe('test');
  });

  it.each([
    ['a status that is none', { statusCode: 'fine' }],
    ['a body that is not text', { statusCode: 200, body: { a: 1 } }],
    ['a header that is a list', { statusCode: 200, headers: { a: ['b'] } }],
    ['a header of two lines', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
    ['cookies that are not a list', { statusCode: 200, cookies: 'a=1' }],
  ])('is 500 for %s', async (_name, payload) => {
    expect(await answer(payload)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  it('has several values of a header in the format 1.0, which needs a status', async () => {
    const multiValueHeaders = { 'Set-Cookie': ['a=1', 'b=2'] };
    const { headers } = await answer({ statusCode: 200, headers: { 'Set-Cookie': 'c=3' }, multiValueHeaders }, '/old');
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect((await answer({ hello: 'world' }, '/old')).status).toBe(500);
  });

  it('is 500 for a function that failed or is not there', async () => {
    test.onInvoke(() => ({ ok: false, errorType: 'Error', errorMessage: 'no' }));
    expect(await test.request('/echo', { method: 'POST' })).toMatchObject({ status: 500 });
    test.onInvoke(() => Promise.reject(new Error('Function not found: api')));
    expect(await test.request('/echo', { method: 'POST' })).toMatchObject({ status: 500 });
  });

  // Source: https://repost.aws/knowledge-center/api-gateway-internal-server-error, "Throttling occurs"
  it('is 500 for a function that is throttled', async () => {
    test.onInvoke(() => Promise.reject(new TooManyRequestsException()));
    const body = '{"message":"Internal Server Error"}';
    expect(await test.request('/echo', { method: 'POST' })).toMatchObject({ status: 500, body });
  });

  it('is 503 for a function that takes longer than its integration waits', async () => {
    const integration = test.create('Integration', {
      ...{ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', TimeoutInMillis: 50 },
      IntegrationUri: 'arn:aws:lambda:us-east-1:123456789012:function:api',
    });
    test.create('Route', { RouteKey: 'GET /slow', Target: `integrations/${integration}` });
    const { promise, resolve } = Promise.withResolvers<void>();
    test.onInvoke(async () => {
      await promise;
      return ok('late');
    });
    const answered = await test.request('/slow');
    resolve();
    expect(answered).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });

  it('is 413 for a request that is larger than Lambda takes', async () => {
    const body = Buffer.alloc(7 * 1024 * 1024, 'y');
    expect(await test.request('/echo', { method: 'POST', body })).toMatchObject({ status: 413 });
  });
});
