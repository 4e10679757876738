import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyWorkspace, getJson, type RunningCloud, startCloud } from './harness.ts';

/** The `httpApi` events of a service, as the framework compiles them, through the front door. */
const workspace = copyWorkspace('gateway');
let cloud: RunningCloud;
let url: string;

beforeAll(async () => {
  cloud = await startCloud(workspace.root, '--services', 'web');
  url = `${cloud.url}/web/local`;
});

afterAll(async () => {
  await cloud?.end('SIGTERM');
  workspace.remove();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers });

describe('a service with httpApi events', () => {
  it('answers at its address and at /http, with the payload format of each function', async () => {
    const event = await getJson<object>(`${url}/cars/7?a=b`);
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /cars/{id}',
      rawPath: '/cars/7',
      rawQueryString: 'a=b',
      pathParameters: { id: '7' },
      requestContext: { stage: '$default' },
    });
    expect(await getJson(`${cloud.url}/web/http/files/a/b`)).toMatchObject({ pathParameters: { proxy: 'a/b' } });
    expect(await getJson(`${url}/old`)).toMatchObject({ version: '1.0', resource: '/old' });
  });

  it('has a function for what no route is for', async () => {
    const answer = await get('/nothing');
    expect([answer.status, await answer.text()]).toEqual([404, 'nothing at /nothing']);
  });

  it('asks its authorizer', async () => {
    expect((await get('/secret')).status).toBe(401);
    expect((await get('/secret', { authorization: 'shut' })).status).toBe(403);
    const open = await get('/secret', { authorization: 'open' });
    expect(await open.json()).toMatchObject({ requestContext: { authorizer: { lambda: { a: 1 } } } });
  });

  it('answers preflight requests as its CORS says', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET' };
    const answer = await fetch(`${url}/cars/7`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(answer.headers.get('access-control-allow-methods')).toMatch(/GET/);
    expect(answer.headers.get('access-control-max-age')).toBe('600');
  });

  it('is called by its functions at the address that it has on AWS', async () => {
    expect(await getJson(`${url}/caller`)).toMatchObject({ rawPath: '/cars/9' });
  });

  it('is listed with its routes', async () => {
    const { httpApis } = await getJson<{ httpApis: object[] }>(`${cloud.url}/_cloud/apis`);
    expect(httpApis).toEqual([
      expect.objectContaining({ name: 'local-web', routes: expect.arrayContaining(['GET /cars/{id}', '$default']) }),
    ]);
    expect(cloud.services).toEqual([
      expect.objectContaining({
        routes: expect.arrayContaining(['GET /old']),
        more: [`${cloud.url}/web/url/plain/`, `${cloud.url}/web/url/streamed/`],
      }),
    ]);
  });
});

describe('a function with a URL', () => {
  it('answers at /url and its name', async () => {
    expect(await getJson(`${cloud.url}/web/url/plain/a%20b/?q=1`)).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%20b/',
      rawQueryString: 'q=1',
      requestContext: { accountId: 'anonymous', stage: '$default' },
    });
    expect(await getJson(`${cloud.url}/web/url/plain`)).toMatchObject({ rawPath: '/' });
  });

  it('streams, with status, headers and cookies first', async () => {
    const answer = await fetch(`${cloud.url}/web/url/streamed/x`, { headers: { origin: 'https://shop.example' } });
    expect(answer.status).toBe(201);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/plain',
      'set-cookie': 'a=1',
      'access-control-allow-origin': 'https://shop.example',
    });
    expect(await answer.text()).toBe('at /x, bit by bit');
  });

  it('is called by other functions at the address that it has on AWS', async () => {
    expect(await getJson(`${url}/url-caller`)).toMatchObject({ rawPath: '/deep/path' });
  });

  it('is named where another is asked for', async () => {
    const answer = await fetch(`${cloud.url}/web/url/nothing/`);
    expect([answer.status, await answer.json()]).toEqual([
      403,
      expect.objectContaining({ stages: ['local', 'http', 'url/plain', 'url/streamed'] }),
    ]);
  });
});
