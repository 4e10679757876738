import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { proxy } from '../../../src/workspace/front-door/proxy.ts';
import { INTEGRATION_HEADER } from '../../../src/services/lambda/pool/proxy-response.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const open: Server[] = [];
const agent = new Agent({ keepAlive: true });

afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(answer: Answer): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  open.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as { port: number }).port;
}

/** A front door with one service behind it, which answers in this way. */
async function doorTo(service: Answer | number, timeoutMs = 300): Promise<string> {
  const port = typeof service === 'number' ? service : await listen(service);
  const door = await listen((request, response) =>
    proxy(request, response, { port, path: request.url ?? '/', agent }, timeoutMs),
  );
  return `http://127.0.0.1:${door}`;
}

describe('what a service does wrong', () => {
  it('by not answering is a 504 after the time-out', async () => {
    const response = await fetch(await doorTo(() => {}));
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ status: 504, detail: expect.stringContaining('0.3 seconds') });
  });

  it('by being gone is a 503', async () => {
    const port = await listen(() => {});
    open.pop()?.close();
    const response = await fetch(await doorTo(port));
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('by hanging up is a 503, and half an answer is not passed off as a whole one', async () => {
    expect((await fetch(await doorTo((request) => request.socket.destroy()))).status).toBe(503);
    const half = await doorTo((_request, response) => {
      response.writeHead(200, { [INTEGRATION_HEADER]: 'lambda', 'content-length': 100 });
      response.write('half', () => response.destroy());
    });
    await expect(fetch(half).then((response) => response.text())).rejects.toThrow();
  });
});

describe('an answer', () => {
  it('of the function is passed on as it is, without the mark', async () => {
    const door = await doorTo((_request, response) => {
      response.writeHead(418, { [INTEGRATION_HEADER]: 'lambda', 'x-own': 'yes', 'content-type': 'text/plain' });
      response.end('teapot');
    });
    const response = await fetch(door);
    expect([response.status, await response.text()]).toEqual([418, 'teapot']);
    expect(response.headers.get('x-own')).toBe('yes');
    expect(response.headers.has(INTEGRATION_HEADER)).toBe(false);
  });

  it.each([
    [400, 400],
    [401, 401],
    [403, 403],
    [404, 403],
    [413, 413],
    [415, 415],
    [500, 502],
  ])('of the gateway itself with %i becomes the problem %i', async (from, to) => {
    const response = await fetch(await doorTo((_request, answer) => answer.writeHead(from).end('own words')));
    expect(response.status).toBe(to);
    expect(await response.json()).toMatchObject({ type: 'about:blank', status: to });
  });
});

it('passes a body of ten megabytes on as it is', async () => {
  const door = await doorTo((request, response) => {
    let size = 0;
    request.on('data', (chunk: Buffer) => (size += chunk.length));
    request.on('end', () => response.writeHead(200, { [INTEGRATION_HEADER]: 'lambda' }).end(String(size)));
  });
  const body = Buffer.alloc(10 * 1024 * 1024);
  expect(await (await fetch(door, { method: 'POST', body })).text()).toBe(String(body.length));
});
