import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningCloud, copyWorkspace, getJson, startCloud } from './harness.ts';

/** What other people's emulators answered otherwise than AWS, tried through the front door. */
const workspace = copyWorkspace('gateway');
let cloud: RunningCloud;

beforeAll(async () => {
  cloud = await startCloud(workspace.root);
});

afterAll(async () => {
  await cloud?.end('SIGTERM');
  workspace.remove();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  json(): Record<string, unknown>;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** Without a client's own headers and decoding, unlike fetch. */
function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  const { port } = new URL(cloud.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: `/lab/local${path}`, method, headers }, (response) => {
      const { statusCode: status = 0, headers: received } = response;
      buffer(response).then((content) => {
        const json = () => JSON.parse(content.toString('utf8')) as Record<string, unknown>;
        resolve({ status, headers: received, body: content, json });
      }, reject);
    });
    sent.on('error', reject).end(body);
  });
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const say = (answer: object, headers = {}) =>
  send('/say', { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(answer) });
const corsHeaders = ({ headers }: Answer) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control')));

describe('the event of a function', () => {
  it.each([
    ['/cars/7', '/cars/{id}', { id: '7' }],
    ['/cars/a%252Fb', '/cars/{id}', { id: 'a%252Fb' }],
    ['/echo/a/', '/echo/{proxy+}', { proxy: 'a' }],
    ['/echo/user/test%2Balias@example.com', '/echo/{proxy+}', { proxy: 'user/test%2Balias@example.com' }],
    ['/', '/', null],
  ])('has the path %s as it was sent, and the resource %s', async (path, resource, pathParameters) => {
    const event = (await send(path)).json();
    expect(event).toMatchObject({ path, resource, pathParameters });
    expect(event['requestContext']).toMatchObject({
      ...{ path: `/local${path}`, resourcePath: resource, stage: 'local' },
    });
  });

  it('has the headers as they were written, and those of API Gateway', async () => {
    const event = (await send('/cars/7', { headers: { 'X-Own': 'a' } })).json();
    expect(event['headers']).toMatchObject({
      'X-Own': 'a',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Proto': 'https',
    });
    expect(event['requestContext']).toMatchObject({ apiId: event['apiIdInEnvironment'] });
  });

  it('comes of slashes too many as of one', async () => {
    expect((await send('//echo/x')).json()).toMatchObject({ path: '/echo/x' });
  });

  it('comes of OPTIONS where the method is ANY', async () => {
    expect((await send('/echo/x', { method: 'OPTIONS' })).json()).toMatchObject({ httpMethod: 'OPTIONS' });
  });

  it.each(['"just"', '0', 'null', '{"a":'])('has the JSON body %s as text', async (body) => {
    expect((await send('/upload', { method: 'PUT', headers: JSON_TYPE, body })).json()).toMatchObject({ body });
  });

  it('has a body of a binary media type, and no other, in base64', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 256));
    const png = await send('/upload', { method: 'PUT', headers: { 'Content-Type': 'image/png' }, body: bytes });
    expect(png.json()).toMatchObject({ isBase64Encoded: true, body: bytes.toString('base64') });
    const headers = { 'Content-Type': 'application/octet-stream' };
    const other = await send('/upload', { method: 'PUT', headers, body: 'text' });
    expect(other.json()).toMatchObject({ isBase64Encoded: false, body: 'text' });
  });

  it('has a compressed body as it was before', async () => {
    const headers = { ...JSON_TYPE, 'Content-Encoding': 'gzip' };
    const answer = await send('/upload', { method: 'PUT', headers, body: gzipSync('{"a":1}') });
    expect(answer.json()).toMatchObject({ body: '{"a":1}' });
  });

  it('is at most what Lambda takes, six megabytes', async () => {
    const sent = { method: 'PUT', headers: { 'Content-Type': 'text/plain' }, body: Buffer.alloc(7 * 1024 * 1024, 'y') };
    expect((await send('/upload', sent)).status).toBe(413);
  });
});

describe('the answer of a function', () => {
  it('stays base64 where the client asks for no binary media type', async () => {
    const answer = { statusCode: 200, body: 'dGVzdC1kYXRh', isBase64Encoded: true };
    expect((await say(answer)).body.toString()).toBe('dGVzdC1kYXRh');
    expect((await say(answer, { Accept: 'image/png' })).body.toString()).toBe('test-data');
  });

  it('keeps its cookies, all of them, as they are', async () => {
    const cookies = ['a=1; Path=/x; Secure; Partitioned; HttpOnly', 'a=2; Path=/y'];
    const { headers } = await say({ statusCode: 200, multiValueHeaders: { 'Set-Cookie': cookies } });
    expect(headers['set-cookie']).toEqual(cookies);
  });

  it.each<[object, number]>([
    [{ statusCode: 200, wrongValue: 'value' }, 502],
    [{ statusCode: 200, cookies: ['a=1'], body: 'x' }, 502],
    [{ statusCode: 200, multiValueHeaders: { a: 'value1' } }, 502],
    [{ statusCode: 200, headers: { a: ['b'] } }, 502],
    [{ statusCode: 200, headers: { a: null } }, 502],
    [{ headers: { 'test-header': 'value' } }, 200],
    [{}, 200],
  ])('%j is %i', async (answer, status) => {
    expect((await say(answer)).status).toBe(status);
  });
});

describe('CORS', () => {
  it('adds nothing to what functions answer, and replaces nothing', async () => {
    const Origin = 'https://shop.example';
    const post = async (path: string, answer: object) =>
      corsHeaders(
        await send(path, { method: 'POST', headers: { ...JSON_TYPE, Origin }, body: JSON.stringify(answer) }),
      );
    expect(await post('/shared', { statusCode: 200 })).toEqual({});
    const headers = { 'Access-Control-Allow-Origin': 'https://other.example' };
    expect(await post('/shared', { statusCode: 200, headers })).toEqual({
      'access-control-allow-origin': 'https://other.example',
    });
  });

  it('answers preflight requests by what the event says, whoever asks', async () => {
    const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' };
    const answer = await send('/some', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(200);
    expect(corsHeaders(answer)).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'OPTIONS,POST',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '600',
    });
  });
});

describe('what is checked before the function', () => {
  it('is the parameters that are required', async () => {
    const missing = await send('/search');
    expect(missing.status).toBe(400);
    expect(missing.json()).toEqual({ message: 'Missing required request parameters: [q, X-Tenant]' });
    expect((await send('/search?q=x', { headers: { 'X-Tenant': 't' } })).status).toBe(200);
  });

  it('is the body by its model', async () => {
    const search = async (body: string) => {
      const answer = await send('/search', { method: 'POST', headers: JSON_TYPE, body });
      return [answer.status, answer.json()['message']];
    };
    expect(await search('{"q":1}')).toEqual([400, 'Invalid request body']);
    expect(await search('{"q":"x"}')).toEqual([200, undefined]);
  });

  it('is the key of a private method, and its quota', async () => {
    const headers = { 'x-api-key': '0123456789-0123456789' };
    const statuses = [];
    for (const sent of [{}, { headers }, { headers }, { headers }]) statuses.push((await send('/keyed', sent)).status);
    expect(statuses).toEqual([403, 200, 200, 429]);
    const { apis } = await getJson<{ apis: { name: string; usage: object[] }[] }>(`${cloud.url}/_cloud/apis`);
    expect(apis).toEqual([
      expect.objectContaining({
        name: 'local-lab',
        usage: [expect.objectContaining({ keyName: 'lab', keyValue: '0123456789-0123456789', used: 2 })],
      }),
    ]);
  });

  it('is the policy of an authorizer, by the path that was called', async () => {
    const allowed = await send('/orgs/a/members', { headers: { Authorization: 'x' } });
    expect(allowed.status).toBe(200);
    expect((allowed.json()['requestContext'] as { authorizer: object }).authorizer).toMatchObject({
      principalId: 'u',
      path: '/orgs/a/members',
      hasToken: 'false',
    });
    expect((await send('/orgs/b/members', { headers: { Authorization: 'y' } })).status).toBe(403);
    expect((await send('/orgs/a/members')).status).toBe(401);
    expect((await send('/orgs/a/broken', { headers: { Authorization: 'x' } })).status).toBe(500);
  });
});

describe('integration: lambda', () => {
  const post = (path: string, body: object) =>
    send(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });

  it('has the event that the framework maps, and its statuses by the words of errors', async () => {
    const answer = await post('/mapped/7?q=a%22b', { name: "it's" });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      body: { name: "it's" },
      ...{ method: 'POST', stage: 'local', requestPath: '/mapped/{id}' },
      ...{ query: { q: 'a"b' }, path: { id: '7' }, headers: JSON_TYPE, identity: { sourceIp: '127.0.0.1' } },
    });
    expect((await post('/mapped/7', { fail: '[404] none' })).status).toBe(404);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const sent = await send('/mapped/7', { method: 'POST', headers: form, body: 'a=1&b=x+y' });
    expect(sent.json()).toMatchObject({ body: { a: '1', b: 'x y' } });
  });

  it('has templates and headers of its own', async () => {
    const answer = await send('/templated?q=x', { headers: JSON_TYPE });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/html', 'x-own': 'x' } });
    expect(answer.body.toString()).toBe('<p>x</p>');
    const taken = await send('/templated?q=taken', { headers: JSON_TYPE });
    expect([taken.status, taken.body.toString()]).toEqual([409, 'taken']);
  });

  it('answers at once where it is async, and the function runs', async () => {
    const answer = await post('/later', { a: 1 });
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
    const deadline = Date.now() + 60_000;
    for (;;) {
      const logs = await (await fetch(`${cloud.url}/_cloud/logs?q=later`)).text();
      if (/later[^]*a[^]*1/.test(logs)) break;
      if (Date.now() > deadline) throw new Error('The function did not run within a minute.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});

it("refuses in the words of the service's own gateway responses", async () => {
  const answer = await send('/nothing');
  expect(answer).toMatchObject({ status: 404, headers: { 'x-own': 'lab' } });
  expect(answer.json()['message']).toMatch(/^Missing Authentication Token\. There is no route GET \/nothing\. /);
});

it('says which routes there are where a request has none: those of its path, or all', async () => {
  expect((await send('/search', { method: 'PUT' })).json()['message']).toMatch(
    / There is no route PUT \/search\. There are GET \/search, POST \/search\.$/,
  );
  expect((await send('/nothing')).json()['message']).toMatch(
    / There are (?!.*OPTIONS).*ANY \/, ANY \/echo\/\{proxy\+\}/,
  );
});

it('links the routes that a browser can ask for on its page, and each link answers', async () => {
  const page = await (await fetch(cloud.url, { headers: { accept: 'text/html' } })).text();
  const links = [...page.matchAll(/href="([^"]+\/lab\/local[^"]*)">([^<]+)</g)].map(([, href = '', name]) => [
    href,
    name,
  ]);
  expect(links).toContainEqual([`${cloud.url}/lab/local/shared`, 'ANY /shared']);
  expect(page).toContain('<li>GET /cars/{id}</li>');
  for (const [href = ''] of links) expect((await fetch(href)).status).not.toBe(404);
});

it('serves the WebSocket API, and its management API to signed requests', async () => {
  const url = `${cloud.url}/lab/local`;
  const socket = new WebSocket(url.replace(/^http/, 'ws'));
  const messages: string[] = [];
  const next = () =>
    new Promise<string>((resolve) => socket.addEventListener('message', ({ data }) => resolve(data), { once: true }));
  socket.addEventListener('message', ({ data }) => messages.push(data));
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const echoed = next();
  socket.send('hello');
  const { connectionId: ConnectionId, ...rest } = JSON.parse(await echoed) as { connectionId: string };
  expect(rest).toEqual({ body: 'hello', routeKey: '$default' });

  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new ApiGatewayManagementApiClient({ endpoint: url, region: 'us-east-1', credentials });
  const pushed = next();
  await client.send(new PostToConnectionCommand({ ConnectionId, Data: 'pushed' }));
  expect(await pushed).toBe('pushed');
  const closed = new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
  await client.send(new DeleteConnectionCommand({ ConnectionId }));
  await closed;
  await expect(client.send(new PostToConnectionCommand({ ConnectionId, Data: 'late' }))).rejects.toMatchObject({
    name: 'GoneException',
  });
  client.destroy();
});

it('lets a function answer by the address that its event names, as on AWS', async () => {
  const socket = new WebSocket(`${cloud.url.replace(/^http/, 'ws')}/lab/local`);
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const said = new Promise((resolve) =>
    socket.addEventListener('message', ({ data }) => resolve(data), { once: true }),
  );
  socket.send('{"action":"reply"}');
  expect(await said).toBe('replied');
  socket.close();
});

it('is the same API after a restart: its id, and what was used of a quota', async () => {
  const headers = { 'x-api-key': '0123456789-0123456789' };
  const before = (await send('/cars/7')).json();
  await cloud.end('SIGTERM');
  cloud = await startCloud(workspace.root);
  expect((await send('/cars/7')).json()).toMatchObject({ apiIdInEnvironment: before['apiIdInEnvironment'] });
  expect((await send('/keyed', { headers })).status).toBe(429);
  const { apis } = await getJson<{ apis: { stages: string[] }[] }>(`${cloud.url}/_cloud/apis`);
  expect(apis).toEqual([expect.objectContaining({ stages: ['local'] })]);
});
