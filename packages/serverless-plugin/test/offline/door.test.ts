import { createServer as createHttpServer, request } from 'node:http';
import type { Server } from 'node:net';
import { createServer as createHttpsServer } from 'node:https';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Door, guardDoor } from '../../src/offline/door.ts';

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

const answer = (_request: unknown, response: { end(text: string): unknown }): void => void response.end('let in');

/** As in serverless-offline, servers open after the guard. */
async function open(server: Server = createHttpServer(answer)): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

function statusOf(port: number, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}

describe('the servers of serverless-offline', () => {
  it('reject requests of other hosts and pages', async () => {
    const lambdaPort = await open();
    servers.pop()!.close();
    const unguard = await guardDoor({ host: 'shop.example', lambdaPort } as Door);
    const api = await open();
    const lambda = createHttpServer(answer);
    servers.push(lambda);
    await new Promise<void>((resolve) => lambda.listen(lambdaPort, '127.0.0.1', resolve));
    unguard();

    expect(await statusOf(api, { host: 'localhost:3000' }, 'POST')).toBe(200);
    expect(await statusOf(api, { host: 'shop.example:3000' }, 'POST')).toBe(200);
    expect(await statusOf(api, { host: 'evil.example' })).toBe(403);
    const form = { host: 'localhost:3002', 'content-type': 'text/plain' };
    const authorization = 'AWS4-HMAC-SHA256 Credential=a';
    expect(await statusOf(lambdaPort, form, 'POST')).toBe(403);
    expect(await statusOf(lambdaPort, { ...form, origin: 'https://evil.example', authorization }, 'POST')).toBe(403);
    expect(await statusOf(lambdaPort, { ...form, authorization }, 'POST')).toBe(200);
    expect(await statusOf(await open(), { host: 'evil.example' })).toBe(200);
  });

  it('are guarded over TLS too', async () => {
    const unguard = await guardDoor({ host: 'localhost', lambdaPort: 0 } as Door);
    const server = createHttpsServer({}, answer);
    await open(server);
    unguard();
    expect(Object.hasOwn(server, 'emit')).toBe(true);
  });
});
