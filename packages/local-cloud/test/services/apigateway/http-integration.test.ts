import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deployApi, startGateway, type TestGateway } from './gateway.ts';

/** The other system: what it was asked, and what it answers. */
let upstream: Server;
let seen: { request: IncomingMessage; body: string }[] = [];
let answer: RequestListener;
let test: TestGateway;
let apiId: string;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ request, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  test = await startGateway();
  const proxy = (uri: string, more: object = {}) => ({
    Integration: {
      ...{ Type: 'HTTP_PROXY', IntegrationHttpMethod: 'ANY', Uri: uri, TimeoutInMillis: 1_000 },
      RequestParameters: {
        'integration.request.path.proxy': 'method.request.path.proxy',
        'integration.request.header.x-api-key': "'-'",
      },
      ...more,
    },
  });
  apiId = deployApi(test, {
    methods: [
      { path: '/old/{proxy+}', method: 'ANY', properties: proxy(`${url}/shop/{proxy}`) },
      { path: '/quick/{proxy+}', method: 'GET', properties: proxy(`${url}/{proxy}`, { TimeoutInMillis: 100 }) },
      { path: '/wide/{proxy+}', method: 'GET', properties: proxy(`${url}/{proxy}`) },
      { path: '/gone', method: 'GET', properties: proxy('http://127.0.0.1:9/') },
    ],
  });
});
afterAll(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await test.close();
});
beforeEach(() => {
  seen = [];
  answer = (_, response) => response.end('{}');
});

describe('an upstream', () => {
  it('gets the request as it came, with its query and body, and without what is between two hops', async () => {
    await test.request(`/${apiId}/dev/old/carts/a%20b?tag=x&tag=y%26z`, {
      method: 'POST',
      body: '{"a":1}',
      headers: {
        ...{
          'content-type': 'application/json',
          cookie: 'session=1',
          authorization: 'Bearer one',
          'x-api-key': 'secret',
        },
        ...{ connection: 'x-hop', 'x-hop': '1', 'proxy-authorization': 'Basic x', te: 'trailers' },
      },
    });
    const [{ request, body } = { request: undefined, body: '' }] = seen;
    expect(`${request!.method} ${request!.url}`).toBe('POST /shop/carts/a%20b?tag=x&tag=y%26z');
    expect(body).toBe('{"a":1}');
    expect(request!.headers).toMatchObject({
      ...{
        'content-type': 'application/json',
        'content-length': '7',
        cookie: 'session=1',
        authorization: 'Bearer one',
      },
      ...{ 'x-api-key': '-', 'x-forwarded-for': '127.0.0.1', host: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
    });
    for (const name of ['x-hop', 'proxy-authorization', 'te']) expect(request!.headers).not.toHaveProperty([name]);
  });

  it('answers with its own status, headers and bytes, without what is between two hops', async () => {
    answer = (_, response) => {
      response.writeHead(418, { 'x-own': '1', 'set-cookie': ['a=1', 'b=2'], connection: 'x-gone', 'x-gone': '1' });
      response.end(Buffer.from([0, 255, 1]));
    };
    const { status, headers, body } = await test.request(`/${apiId}/dev/old/x`);
    expect([status, [...body]]).toEqual([418, [0, 255, 1]]);
    expect(headers).toMatchObject({ 'x-own': '1', 'set-cookie': ['a=1', 'b=2'] });
    expect(headers).not.toHaveProperty(['x-gone']);
  });

  it('is not followed when it redirects', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    const { status, headers } = await test.request(`/${apiId}/dev/old/x`);
    expect([status, headers['location'], seen.length]).toEqual([302, 'http://169.254.169.254/latest', 1]);
  });

  it.each([
    ['../admin', 400, undefined],
    // A slash that is escaped is part of a name.
    ['..%2f../admin', 200, '/shop/..%2f../admin'],
    ['%2e%2e/admin', 400, undefined],
    ['..\\\\admin', 400, undefined],
    ['a/../../admin', 400, undefined],
    ['a/../b', 200, '/shop/b'],
  ])('is never asked for what is above its path: %s', async (path, status, asked) => {
    const answered = await test.request(`/${apiId}/dev/old/${path}`);
    expect([answered.status, seen[0]?.request.url]).toEqual([status, asked]);
  });

  it.each([
    ['/evil.example/x', 200, '//evil.example/x'],
    ['@evil.example/x', 200, '/@evil.example/x'],
    ['\\\\evil.example/x', 200, '///evil.example/x'],
    ['//127.0.0.1:9/x', 200, '///127.0.0.1:9/x'],
  ])('is always the same host: %s', async (path, status, asked) => {
    const answered = await test.request(`/${apiId}/dev/wide/${path}`);
    expect([answered.status, seen[0]?.request.url]).toEqual([status, asked]);
    expect(seen).toHaveLength(1);
  });

  it('that does not answer in time, or at all, is a 504', async () => {
    answer = () => undefined;
    const late = await test.request(`/${apiId}/dev/quick/x`);
    expect([late.status, late.json()]).toEqual([504, { message: 'Endpoint request timed out' }]);
    answer = (request) => request.socket.destroy();
    expect((await test.request(`/${apiId}/dev/old/x`)).status).toBe(504);
    expect((await test.request(`/${apiId}/dev/gone`)).status).toBe(504);
  });

  it('that begins an answer and does not end it in time is a 504', async () => {
    answer = (_, response) => void response.writeHead(200).write('{');
    expect((await test.request(`/${apiId}/dev/quick/x`)).status).toBe(504);
  });

  it('that answers more than API Gateway takes is a 504', async () => {
    answer = (_, response) => response.end(Buffer.alloc(11 * 1024 * 1024));
    expect((await test.request(`/${apiId}/dev/old/x`)).status).toBe(504);
  });
});
