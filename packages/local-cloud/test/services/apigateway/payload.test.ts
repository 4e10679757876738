import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deployApi, ok, proxyTo, startGateway, type TestGateway } from './gateway.ts';

let test: TestGateway;
let apiId: string;

beforeAll(async () => {
  test = await startGateway();
  apiId = deployApi(test, {
    api: { MinimumCompressionSize: 100, BinaryMediaTypes: ['image/*', 'application/octet-stream', '*/pdf'] },
    methods: [
      { path: '/items', method: 'ANY' },
      { path: '/slow', method: 'GET', properties: { Integration: { ...proxyTo('slow'), TimeoutInMillis: 50 } } },
    ],
  });
});

afterAll(() => test.close());

const url = (path: string): string => `/${apiId}/dev${path}`;
const lastEvent = (): Record<string, unknown> => test.invocations.at(-1)!.event;

describe('size (api-gateway-execution-service-limits-table.html)', () => {
  it('over 10 MB is refused, and the client reads it', async () => {
    const before = test.invocations.length;
    const response = await test.request(url('/items'), { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(response).toMatchObject({ status: 413, headers: { 'x-amzn-errortype': 'RequestTooLargeException' } });
    expect(response.json()).toEqual({ message: 'HTTP content length exceeded 10485760 bytes.' });
    expect(test.invocations).toHaveLength(before);
  });

  it('over what Lambda takes, 6 MB, is refused too', async () => {
    const response = await test.request(url('/items'), { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024, 'a') });
    expect(response.status).toBe(413);
    test.onInvoke(() => ok({ statusCode: 200 }));
    const body = Buffer.alloc(5 * 1024 * 1024, 'a');
    expect(await test.request(url('/items'), { method: 'POST', body })).toMatchObject({ status: 200 });
  });
});

describe('compression (api-gateway-gzip-compression-decompression.html)', () => {
  const long = JSON.stringify({ text: 'x'.repeat(200) });
  const get = (accept: string | undefined, body = long, headers = {}): ReturnType<TestGateway['request']> => {
    test.onInvoke(() => ok({ statusCode: 200, headers, body }));
    return test.request(url('/items'), { headers: accept === undefined ? {} : { 'Accept-Encoding': accept } });
  };

  it('is what the client accepts', async () => {
    const zipped = await get('deflate;q=0.5, gzip');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body).toString()).toBe(long);
    const deflated = await get('gzip;q=0, deflate');
    expect(deflated.headers['content-encoding']).toBe('deflate');
    expect(inflateSync(deflated.body).toString()).toBe(long);
  });

  it('is left away when not accepted, for a small body and for one that is compressed', async () => {
    for (const accept of [undefined, 'identity', 'br']) {
      const response = await get(accept);
      expect(response.headers).not.toHaveProperty('content-encoding');
      expect(response.body.toString()).toBe(long);
    }
    expect((await get('gzip', 'short')).headers).not.toHaveProperty('content-encoding');
    const own = await get('gzip', long, { 'Content-Encoding': 'br' });
    expect(own.headers['content-encoding']).toBe('br');
  });

  it('of a request is undone (api-gateway-make-request-with-compressed-payload.html)', async () => {
    for (const [encoding, body] of [['gzip', gzipSync(long)] as const, ['deflate', deflateSync(long)] as const]) {
      const headers = { 'Content-Encoding': encoding };
      expect(await test.request(url('/items'), { method: 'POST', headers, body })).toMatchObject({ status: 200 });
      expect(lastEvent()['body']).toBe(long);
    }
    const headers = { 'Content-Encoding': 'gzip' };
    expect(await test.request(url('/items'), { method: 'POST', headers, body: 'not so' })).toMatchObject({
      status: 400,
    });
  });

  it('that unfolds to more than 10 MB is refused', async () => {
    const headers = { 'Content-Encoding': 'gzip' };
    const body = gzipSync(Buffer.alloc(11 * 1024 * 1024));
    expect(await test.request(url('/items'), { method: 'POST', headers, body })).toMatchObject({ status: 413 });
  });
});

it('says Authorization in one way, and other headers as the client writes them', async () => {
  await test.request(url('/items'), { headers: { authorization: 'secret', 'x-mY-headeR': 'Kept' } });
  expect(lastEvent()).toMatchObject({
    headers: { Authorization: 'secret', 'x-mY-headeR': 'Kept' },
    multiValueHeaders: { Authorization: ['secret'] },
  });
});

describe('binary media types (lambda-proxy-binary-media.html)', () => {
  const bytes = Buffer.from([0, 255, 254, 1]);

  it('reach the function in base64', async () => {
    await test.request(url('/items'), { method: 'POST', headers: { 'Content-Type': 'image/png' }, body: bytes });
    expect(lastEvent()).toMatchObject({ body: bytes.toString('base64'), isBase64Encoded: true });
    await test.request(url('/items'), { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'a' });
    expect(lastEvent()).toMatchObject({ body: 'a', isBase64Encoded: false });
  });

  it('are decoded for a client whose Accept begins with one', async () => {
    test.onInvoke(() => ok({ statusCode: 200, body: bytes.toString('base64'), isBase64Encoded: true }));
    const accepting = await test.request(url('/items'), { headers: { Accept: 'image/png,text/html' } });
    expect(accepting.body).toEqual(bytes);
    // No star may stand on the left alone, and half a type is none.
    for (const Accept of ['text/html', '*/pdf', 'application/pdf', 'image']) {
      const other = await test.request(url('/items'), { headers: { Accept } });
      expect(other.body.toString()).toBe(bytes.toString('base64'));
    }
  });

  it('that are not in base64 are an error', async () => {
    test.onInvoke(() => ok({ statusCode: 200, body: 'é+)(', isBase64Encoded: true }));
    expect((await test.request(url('/items'), { headers: { Accept: 'image/png' } })).status).toBe(500);
  });
});

it('a function that takes too long is 504 (supported-gateway-response-types.html, INTEGRATION_TIMEOUT)', async () => {
  const late = Promise.withResolvers<void>();
  test.onInvoke(() => late.promise.then(() => ok({ statusCode: 200 })));
  const response = await test.request(url('/slow'));
  expect(response.status).toBe(504);
  expect(response.json()).toEqual({ message: 'Endpoint request timed out' });
  expect(test.served.at(-1)).toMatchObject({ status: 504, resourcePath: '/slow', method: 'GET', apiName: 'test' });
  late.resolve();
});
