import { afterEach, describe, expect, it } from '@jest/globals';
import { ok } from '../apigateway/gateway.ts';
import { startApi, type TestApi } from './http-api.ts';

let test: TestApi;

afterEach(() => test.close());

const keyOf = async (method: string, path: string): Promise<unknown> => {
  const before = test.invocations.length;
  const { status } = await test.request(path, { method });
  return test.invocations.length === before ? status : test.invocations.at(-1)!.event['routeKey'];
};

describe('the route of a request (http-api-develop-routes.html)', () => {
  it('is the most specific one', async () => {
    test = await startApi();
    const keys = ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default'];
    for (const key of keys.toReversed()) test.route(key);
    test.route('POST /');
    expect(await keyOf('GET', '/pets/dog/1')).toBe('GET /pets/dog/1');
    expect(await keyOf('GET', '/pets/dog/2')).toBe('GET /pets/dog/{id}');
    expect(await keyOf('GET', '/pets/cat/1')).toBe('GET /pets/{proxy+}');
    expect(await keyOf('POST', '/test/5')).toBe('ANY /{proxy+}');
    expect(await keyOf('POST', '/pets/dog/1')).toBe('ANY /{proxy+}');
    expect(await keyOf('POST', '/')).toBe('POST /');
    expect(await keyOf('GET', '/')).toBe('$default');
  });

  it('is one of the method before ANY, and one without a greedy variable before one with it', async () => {
    test = await startApi();
    for (const key of ['ANY /a', 'GET /a', 'GET /a/b/{proxy+}', 'GET /a/{x}/{y}']) test.route(key);
    expect(await keyOf('GET', '/a')).toBe('GET /a');
    expect(await keyOf('PATCH', '/a')).toBe('ANY /a');
    expect(await keyOf('GET', '/a/b/c')).toBe('GET /a/{x}/{y}');
    expect(await keyOf('GET', '/a/b/c/d')).toBe('GET /a/b/{proxy+}');
    expect(test.invocations.at(-1)!.event['pathParameters']).toEqual({ proxy: 'c/d' });
  });

  it('is none where a slash is too many, a segment too few, or the method another', async () => {
    test = await startApi();
    for (const key of ['GET /a', 'GET /b/{id}', 'GET /c/{proxy+}']) test.route(key);
    for (const path of ['/a/', '/b', '/b/', '/c', '/c/', '/nothing']) expect(await keyOf('GET', path)).toBe(404);
    expect(await keyOf('POST', '/a')).toBe(404);
    expect((await test.request('/nothing')).body).toBe('{"message":"Not Found"}');
  });

  it('is told where nobody else would be: npm start says which there are', async () => {
    test = await startApi({}, {}, { explain: true });
    test.route('GET /a');
    const { status, body } = await test.request('/b');
    expect([status, JSON.parse(body)]).toEqual([
      404,
      { message: 'Not Found. There is no route GET /b. There are GET /a.' },
    ]);
  });
});

describe('a stage', () => {
  it('runs the picture of its deployment, unless it deploys by itself', async () => {
    test = await startApi();
    test.route('GET /a');
    const DeploymentId = test.create('Deployment', {});
    test.create('Stage', { StageName: 'fixed', DeploymentId });
    test.route('GET /b');
    expect(await keyOf('GET', '/fixed/a')).toBe('GET /a');
    expect(await keyOf('GET', '/fixed/b')).toBe(404);
    expect(await keyOf('GET', '/b')).toBe('GET /b');
  });

  it('lets in what its settings, or the route’s own, let in', async () => {
    const limit = { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 };
    test = await startApi(
      {},
      { DefaultRouteSettings: limit, RouteSettings: { 'GET /b': { ...limit, ThrottlingBurstLimit: 1 } } },
    );
    test.route('GET /a');
    test.route('GET /b');
    const statuses = [];
    for (const path of ['/a', '/a', '/a', '/b', '/b']) statuses.push((await test.request(path)).status);
    expect(statuses).toEqual([200, 200, 429, 200, 429]);
    test.clock.now += 1000;
    expect((await test.request('/b')).status).toBe(200);
    expect(await test.request('/b')).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' });
  });

  it('writes an access log', async () => {
    const Format = '$context.requestId $context.routeKey $context.status $context.responseLength $context.path';
    test = await startApi({}, { AccessLogSettings: { DestinationArn: 'arn', Format } });
    test.route('GET /a');
    test.onInvoke(() => ok({ statusCode: 202, body: 'four' }));
    const { headers } = await test.request('/a');
    await test.request('/b');
    expect(test.accessLog).toEqual([
      `${headers['apigw-requestid']} GET /a 202 4 /a`,
      expect.stringMatching(/ - 404 23 \/b$/),
    ]);
  });
});
