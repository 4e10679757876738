import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTrace } from '../../src/workspace/trace.ts';

const ORDER = '01900000-0000-7000-8000-00000000000f';

/** What a service shows at these paths; `defaults` of any id, as of a customer who has chosen nothing. */
function answerTo(path: string): object | undefined {
  const [, kind, id] = path.split('/');
  if (kind === '_cloud') return { endpoints: {} };
  if (kind === 'orders') return id === ORDER ? { orderId: id, status: 'completed' } : undefined;
  if (kind === 'defaults') return { customerId: id, language: 'en', _links: { self: { href: path } } };
  return { customerId: id, language: id === ORDER ? 'ko' : 'en' };
}

let server: Server;
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    const answer = answerTo(url);
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

it('shows what a service says of one thing, and nothing that it says of any', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const logs = { search: () => [] } as never;
  const deliveries = { search: () => [] } as never;
  const routes = ['GET /orders/{id}', 'GET /defaults/{id}', 'GET /settings/{id}', 'GET /orders'];
  const service = { name: 'shop', state: 'running', url, functions: 1, routes, mocks: 0, more: [] };
  const trace = createTrace(
    { logs, deliveries },
    () => url,
    () => [service],
  );
  expect(await trace({ id: ORDER })).toMatchObject({
    resources: [
      { service: 'shop', url: `${url}/orders/${ORDER}` },
      { service: 'shop', url: `${url}/settings/${ORDER}` },
    ],
  });
});
