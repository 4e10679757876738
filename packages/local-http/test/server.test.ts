import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  allowedPages,
  type Callers,
  NOBODY_ELSE,
  ownHost,
  ownPages,
  ownPagesInJson,
  type Rule,
  signed,
} from '../src/access-rules.ts';
import { type LocalServer, openServer } from '../src/server.ts';
import { guardAllServers } from '../src/guard-servers.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

async function open(rule: Rule, callers: Callers = NOBODY_ELSE): Promise<LocalServer> {
  const server = await openServer({ rule, callers, answer: (_request, response) => void response.end('let in') });
  cleanUps.push(server.close);
  return server;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

function send(port: number, headers: Record<string, string>, method = 'GET', path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    sent.on('error', reject).end();
  });
}

const server = await open(ownPages);
const own = `http://localhost:${server.port}`;

describe('by its host', () => {
  it.each([
    ['localhost', 200],
    [`localhost:${server.port}`, 200],
    ['LOCALHOST.', 200],
    ['a1.execute-api.localhost:4566', 200],
    ['127.0.0.1:1', 200],
    ['127.9.8.7', 200],
    ['[::1]:4000', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['evil.example:4000', 403],
    ['127.0.0.1.evil.example', 403],
    ['127.0.0.1@evil.example', 403],
    ['192.168.0.7', 403],
    ['host.docker.internal', 403],
    ['[::2]', 403],
    ['localhost, evil.example', 403],
  ])('%j is answered with %i', async (host, status) => {
    expect((await send(server.port, { host })).status).toBe(status);
  });

  it('is let in when that name was allowed, with pages of it', async () => {
    const { port } = await open(signed, { hosts: ['host.docker.internal'], origins: [] });
    const authorization = 'AWS4-HMAC-SHA256 Credential=a';
    expect((await send(port, { host: 'host.docker.internal:4566', authorization })).status).toBe(200);
    const origin = 'https://host.docker.internal';
    expect((await send(port, { host: `localhost:${port}`, authorization, origin })).status).toBe(200);
    expect((await send(port, { host: 'evil.example', authorization })).status).toBe(403);
  });
});

describe('by the page that asks', () => {
  it.each<[object, number]>([
    [{}, 200],
    [{ origin: own }, 200],
    [{ origin: own, 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ origin: 'null' }, 403],
    [{ origin: `http://localhost:${server.port + 1}` }, 403],
    [{ origin: 'http://localhost' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'what comes next' }, 403],
  ])('%j is answered with %i', async (headers, status) => {
    const answer = await send(server.port, { host: `localhost:${server.port}`, ...headers });
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is let in to a WebSocket API when its origin was allowed, and nowhere else', async () => {
    const callers = { hosts: [], origins: ['http://localhost:5173'] };
    const headers = { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' };
    expect((await send((await open(allowedPages, callers)).port, headers)).status).toBe(200);
    expect((await send((await open(ownPages, callers)).port, headers)).status).toBe(403);
    const host = 'evil.example';
    expect((await send((await open(allowedPages, callers)).port, { ...headers, host })).status).toBe(403);
  });
});

it.each<[string, string, object, number]>([
  ['POST', '/', {}, 403],
  ['POST', '/', { authorization: 'Bearer x' }, 403],
  ['POST', '/', { authorization: 'AWS4-HMAC-SHA256 Credential=a' }, 200],
  ['GET', '/bucket/key?X-Amz-Signature=0', {}, 200],
  ['GET', '/', { origin: 'https://evil.example', authorization: 'AWS4-HMAC-SHA256 Credential=a' }, 403],
])('of AWS: %s %s %j is answered with %i', async (method, path, headers, status) => {
  expect((await send((await open(signed)).port, { ...headers }, method, path)).status).toBe(status);
});

it.each<[string, object, number]>([
  ['GET', {}, 200],
  ['POST', {}, 403],
  ['POST', { 'content-type': 'text/plain' }, 403],
  ['POST', { 'content-type': 'application/jsonp' }, 403],
  ['POST', { 'content-type': 'text/plain; a=application/json' }, 403],
  ['POST', { 'content-type': 'application/json' }, 200],
  ['POST', { 'content-type': 'Application/JSON; charset=utf-8' }, 200],
  ['DELETE', {}, 200],
])('that changes something: %s %j is answered with %i', async (method, headers, status) => {
  expect((await send((await open(ownPagesInJson)).port, { ...headers }, method)).status).toBe(status);
});

it('keeps an idle connection for longer than a client under load pauses', async () => {
  const { headers } = await send(server.port, { host: `localhost:${server.port}`, connection: 'keep-alive' });
  const [, seconds = '0'] = /timeout=(\d+)/.exec(String(headers['keep-alive'])) ?? [];
  expect(Number(seconds)).toBeGreaterThanOrEqual(60);
});

it('refuses a handshake as it does a request', async () => {
  const upgrade = () => undefined;
  const closed = await openServer({ rule: ownHost, answer: () => undefined, upgrade });
  cleanUps.push(closed.close);
  const headers = { host: 'evil.example', connection: 'upgrade', upgrade: 'websocket' };
  expect((await send(closed.port, headers)).status).toBe(403);
});

it('guards servers that others open, also later, until that is ended', async () => {
  const make = () => createServer((_request, response) => void response.end('let in'));
  const [guarded, later, own] = [make(), make(), make()];
  const inside: Rule = ({ headers }) => (headers['x-inside'] === 'yes' ? undefined : 'Only from inside.');
  const end = guardAllServers(inside);
  guarded.listen(0, '127.0.0.1');
  await Promise.resolve().then(() => later.listen(0, '127.0.0.1'));
  end();
  own.listen(0, '127.0.0.1');
  const ports: number[] = [];
  for (const server of [guarded, later, own]) {
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
    ports.push((server.address() as { port: number }).port);
    cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  }
  expect(await Promise.all(ports.map(async (port) => (await send(port, {})).status))).toEqual([403, 403, 200]);
  const marked = { 'x-inside': 'yes' };
  expect(await Promise.all(ports.map(async (port) => (await send(port, marked)).status))).toEqual([200, 200, 200]);
});
