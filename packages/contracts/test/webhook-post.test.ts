import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isInside, webhookPoster } from '../src/webhook-post.ts';

const received: IncomingHttpHeaders[] = [];
const answering = { status: 204, headers: {} };
const server = createServer((incoming, response) => {
  received.push(incoming.headers);
  if (answering.status !== 0) response.writeHead(answering.status, answering.headers).end();
});
server.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => void received.splice(0));
const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/hook`;

const request = { body: '{}', headers: { 'webhook-id': 'of-post' } };
const post = (inside: boolean, timeoutMs = 2_000) => webhookPoster({ timeoutMs, inside, userAgent: 'dure-test' });
const outside = post(false);

describe('outside of a laptop, a webhook', () => {
  it.each([
    ['http://example.com/hook', 'not an https:// URL'],
    ['ftp://example.com/hook', 'not an https:// URL'],
    ['https://user:password@example.com/hook', 'without credentials'],
    ['example.com', 'not an https:// URL'],
    ['https://127.0.0.1/hook', 'a network inside'],
    ['https://2130706433/hook', 'a network inside'],
    ['https://[::1]/hook', 'a network inside'],
    ['https://[::ffff:10.0.0.1]/hook', 'a network inside'],
    ['https://169.254.169.254/latest/meta-data', 'a network inside'],
    ['https://localhost/hook', 'a network inside'],
  ])('to %s is refused', async (url, reason) => {
    await expect(outside(url, request)).rejects.toThrow(reason);
    expect(received).toEqual([]);
  });
});

it.each([
  ['8.8.8.8', false],
  ['172.15.0.1', false],
  ['2606:4700::1111', false],
  ['172.16.0.1', true],
  ['0.0.0.0', true],
  ['100.100.0.1', true],
  ['::', true],
  ['fd00::1', true],
  ['fe80::1', true],
  ['::ffff:192.168.1.1', true],
])('%s is inside: %p', (address, expected) => {
  expect(isInside(address)).toBe(expected);
});

it('answers the status, and follows no redirect', async () => {
  expect(await post(true)(url, request)).toBe(204);
  expect(received).toEqual([expect.objectContaining({ 'webhook-id': 'of-post', 'user-agent': 'dure-test' })]);
  Object.assign(answering, { status: 302, headers: { location: `${url}/elsewhere` } });
  expect(await post(true)(url, request)).toBe(302);
  expect(received).toHaveLength(2);
});

it('gives up on a receiver that does not answer', async () => {
  answering.status = 0;
  await expect(post(true, 100)(url, request)).rejects.toThrow('could not be reached in 100 ms');
  expect(received).toHaveLength(1);
});

it('says that nobody listens', async () => {
  await expect(post(true)('http://127.0.0.1:9/', request)).rejects.toThrow('could not be reached');
});
