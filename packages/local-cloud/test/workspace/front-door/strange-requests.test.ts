import { connect } from 'node:net';
import { type IncomingHttpHeaders, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningCloud, copyWorkspace, startCloud } from '../harness.ts';

const workspace = copyWorkspace();
let cloud: RunningCloud;
let port: number;

beforeAll(async () => {
  cloud = await startCloud(workspace.root, '--services', 'alpha');
  port = Number(new URL(cloud.url).port);
});

afterAll(async () => {
  await cloud?.end('SIGTERM');
  workspace.remove();
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** Sends what fetch would refuse to. */
function send(
  method: string,
  path: string,
  headers: Record<string, string | string[]> = {},
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body: Buffer.concat(chunks).toString('utf8'),
          headers: response.headers,
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends bytes that are not HTTP and reads the answer as text. */
function sendRaw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

const ECHO = '/alpha/local/v1/echo/x';
const PROBLEM = 'application/problem+json';

describe('the front door', () => {
  it.each([
    ['an unknown service', 'GET', '/nobody/local/v1', 404],
    ['a catalogue of APIs where no registry runs', 'GET', '/.well-known/api-catalog', 404],
    ['a document of the same', 'HEAD', '/openapi/alpha.json?x', 404],
    ['no stage', 'GET', '/alpha', 403],
    ['an unknown stage', 'GET', '/alpha/prod/v1/environment', 403],
    ['broken percent-encoding', 'GET', '/alpha/local/v1/echo/%zz', 400],
    ['half a UTF-8 character', 'GET', '/alpha/local/v1/echo/%C3', 400],
    ['an unknown view', 'GET', '/_cloud/nothing', 404],
    ['a view that every object has', 'GET', '/_cloud/constructor', 404],
    ['another that every object has', 'GET', '/_cloud/toString', 404],
    ['the prototype of all views', 'GET', '/_cloud/__proto__', 404],
    ['a posted view that every object has', 'POST', '/_cloud/constructor', 403],
    ['a view that is written to', 'DELETE', '/_cloud/logs', 405],
  ])('answers %s with a problem', async (_what, method, path, status) => {
    const answer = await send(method, path);
    expect(answer).toMatchObject({ status, type: PROBLEM });
    if (method !== 'HEAD') expect(JSON.parse(answer.body)).toMatchObject({ status, type: 'about:blank' });
  });

  it.each([
    ['an unknown path', 'GET', '/v2/environment'],
    ['a path that goes on', 'GET', '/v1/environment/more'],
    ['a method that the path does not have', 'DELETE', '/v1/environment'],
    ['HEAD, which the API does not have', 'HEAD', '/v1/environment'],
    ['OPTIONS without CORS', 'OPTIONS', '/v1/environment'],
    ['a method that ANY does not stand for', 'PROPFIND', '/v1/echo/x'],
    ['an empty segment', 'GET', '/v1//echo/x'],
  ])('leaves %s to API Gateway', async (_what, method, path) => {
    const answer = await send(method, `/alpha/local${path}`);
    expect(answer).toMatchObject({ status: 403, type: 'application/json' });
    if (method === 'HEAD') return;
    const { message } = JSON.parse(answer.body) as { message: string };
    expect(message).toMatch(/^Missing Authentication Token\. There is no route /);
  });

  it('looks for the catalogue of APIs in the registry', async () => {
    const { body } = await send('GET', '/.well-known/api-catalog');
    expect(JSON.parse(body)).toMatchObject({ detail: expect.stringContaining('no service "registry"') });
  });

  it('has all services below one address, as behind base paths', async () => {
    const path = '/v1/echo/x?a=b';
    const [own, all] = [await send('GET', `/alpha/local${path}`), await send('GET', `/api/alpha${path}`)];
    expect([all.status, all.type]).toEqual([own.status, own.type]);
    const [one, other] = [own, all].map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(one).toMatchObject({ query: { a: ['b'] }, requestedPath: '/local/v1/echo/x' });
    expect(other).toMatchObject({ query: { a: ['b'] }, requestedPath: '/api/alpha/v1/echo/x' });
  });

  it.each([
    ['a service that there is not', '/api/nobody/v1', 404],
    ['no service', '/api', 404],
    ['what every object has', '/api/constructor/v1', 404],
    ['a path that a service does not have', '/api/alpha/v2/environment', 403],
    ['a stage, which it has not', '/api/alpha/local/v1/echo/x', 403],
    ['broken percent-encoding', '/api/%zz/v1', 400],
  ])('refuses %s there', async (_what, path, status) => {
    expect((await send('GET', path)).status).toBe(status);
  });

  it('names the services that there are', async () => {
    const { body } = await send('GET', '/nobody/local/v1');
    expect(JSON.parse(body)).toMatchObject({ services: ['alpha'], detail: expect.stringContaining('alpha') });
  });

  it.each([
    ['JSON that is none', 'POST', ECHO, { 'content-type': 'application/json' }, '{"a":'],
    ['an empty body said to be JSON', 'POST', ECHO, { 'content-type': 'application/json' }, ''],
    ['a strange content type', 'POST', ECHO, { 'content-type': 'a/b; c=d; e' }, 'x'],
    ['multipart without parts', 'POST', ECHO, { 'content-type': 'multipart/form-data' }, 'x'],
    ['compressed said, plain sent', 'POST', ECHO, { 'content-encoding': 'gzip' }, 'x'],
    ['a body on DELETE', 'DELETE', ECHO, {}, '{"a":1}'],
    ['a body on GET', 'GET', ECHO, {}, '{"a":1}'],
    ['a broken cookie', 'GET', ECHO, { cookie: 'a=b; ;;=; "' }, undefined],
    ['broken ranges and conditions', 'GET', ECHO, { range: 'bytes=9-1', 'if-modified-since': 'never' }, undefined],
    ['a trailing slash', 'GET', `${ECHO}/`, {}, undefined],
    ['slashes too many after the stage', 'GET', '/alpha/local//v1/echo/x', {}, undefined],
    ['a null byte in the path', 'GET', '/alpha/local/v1/echo/%00', {}, undefined],
    ['a slash in a parameter', 'GET', '/alpha/local/v1/echo/a%2Fb', {}, undefined],
    ['dots in a parameter', 'GET', '/alpha/local/v1/echo/..%2f..', {}, undefined],
    ['prototype keys in the query', 'GET', `${ECHO}?__proto__=1&constructor=2&a[b]=3`, {}, undefined],
    ['a broken query', 'GET', `${ECHO}?%zz=%&&==&`, {}, undefined],
    ['a greedy path', 'GET', '/alpha/local/v1/files/a/b/c.txt', {}, undefined],
    ['another origin', 'GET', ECHO, { origin: 'null' }, undefined],
  ])('%s is not a server error', async (_what, method, path, headers: Record<string, string>, body) => {
    const answer = await send(method, path, headers, body);
    expect(answer.status).toBeLessThan(500);
    expect(answer.type).toMatch(/^application\/(?:problem\+)?json$/);
  });

  it('passes on invalid JSON, for the function to judge', async () => {
    const answer = await send('POST', ECHO, { 'content-type': 'application/json' }, '{"a":');
    expect(JSON.parse(answer.body)).toMatchObject({ method: 'POST', body: '{"a":' });
  });

  it('passes on repeated headers and parameters, and adds where the request came from', async () => {
    const answer = await send('GET', `${ECHO}?a=1&a=2`, { 'x-repeated': ['1', '2'], 'x-forwarded-proto': 'gopher' });
    const { headers, query } = JSON.parse(answer.body) as { headers: Record<string, string[]>; query: object };
    expect(query).toEqual({ a: ['1', '2'] });
    expect(headers['x-repeated']).toEqual(['1', '2']);
    expect(headers).not.toHaveProperty('x-forwarded-proto');
    expect(headers).toMatchObject({ 'X-Forwarded-Proto': ['https'], 'X-Forwarded-For': ['127.0.0.1'] });
  });

  it.each([
    ['declared', { 'content-length': String(11 * 1024 * 1024) }],
    ['in chunks', {}],
  ])('refuses a body of 11 MB, %s', async (_how, headers) => {
    const answer = await send('POST', ECHO, headers, Buffer.alloc(11 * 1024 * 1024, 'x'));
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toEqual({ message: 'HTTP content length exceeded 10485760 bytes.' });
  });

  it('answers headers that are too large, and bytes that are not HTTP', async () => {
    const tooLarge = await send('GET', ECHO, { 'x-large': 'x'.repeat(20_000) });
    expect(tooLarge).toMatchObject({ status: 431, type: PROBLEM });
    expect(await sendRaw('HELLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json/);
  });

  it('keeps answering while 300 clients send their bodies slowly', async () => {
    const head = `POST ${ECHO} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n`;
    const slow = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => undefined);
        await new Promise((resolve) => socket.write(`${head}{`, resolve));
        return socket;
      }),
    );
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send('POST', ECHO, { 'content-type': 'application/json' }, '{}')),
    );
    for (const socket of slow) socket.destroy();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  it('answers preflight requests by the configuration, whoever asks', async () => {
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-own' };
    const shared = '/alpha/local/v1/shared';
    const of = async (path: string, origin: string) => {
      const { status, headers } = await send('OPTIONS', path, { origin, ...asked });
      const names = ['origin', 'methods', 'headers', 'credentials'].map((name) => `access-control-allow-${name}`);
      return [status, ...[...names, 'access-control-max-age'].map((name) => headers[name])];
    };
    const headers =
      'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent,X-Amzn-Trace-Id';
    const rest = ['OPTIONS,POST', headers, 'true', '600'];
    expect(await of(shared, 'https://evil.example')).toEqual([200, 'https://shop.example', ...rest]);
    expect(await of(shared, 'https://de.shop.example')).toEqual([200, 'https://de.shop.example', ...rest]);
    const all = [200, '*', 'OPTIONS,GET', headers, undefined, undefined];
    expect(await of('/alpha/local/v1/public', 'https://evil.example')).toEqual(all);
  });

  it('lets the function alone say which origins may read its answer', async () => {
    const shared = '/alpha/local/v1/shared';
    const answer = await send('POST', shared, { Origin: 'https://shop.example', 'x-own': 'a' }, '{}');
    expect(answer.headers['access-control-allow-origin']).toBe('https://other.example');
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    expect(JSON.parse(answer.body)).toMatchObject({ headers: { Origin: 'https://shop.example', 'x-own': 'a' } });
    const open = await send('GET', '/alpha/local/v1/public', { origin: 'https://any.example' });
    expect(open.status).toBe(200);
    expect(Object.keys(open.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect((await send('POST', shared, { origin: 'https://evil.example' }, '{}')).status).toBe(403);
  });

  it('keeps answering after all that', async () => {
    expect((await send('GET', '/alpha/local/v1/environment')).status).toBe(200);
  });
});
