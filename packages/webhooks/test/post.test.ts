import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkedLookup, isInside, webhookPoster, type WebhookRequest, webhookUrlFault } from '../src/post.ts';

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
const post = (inside: boolean, timeoutMs = 30_000) => {
  const poster = webhookPoster({ inside, userAgent: 'dure-test' });
  return (to: string, what: WebhookRequest) => poster(to, what, timeoutMs);
};
const outside = post(false);

describe('outside of a laptop, a webhook', () => {
  it.each([
    ['http://example.com/hook', 'not an https:// URL'],
    ['ftp://example.com/hook', 'not an https:// URL'],
    ['https://user:password@example.com/hook', 'without credentials'],
    ['example.com', 'not an https:// URL'],
    ['https://127.0.0.1/hook', 'an internal address'],
    ['https://2130706433/hook', 'an internal address'],
    ['https://[::1]/hook', 'an internal address'],
    ['https://[::ffff:10.0.0.1]/hook', 'an internal address'],
    ['https://[64:ff9b::a00:1]/hook', 'an internal address'],
    ['https://[2002:a00:1::]/hook', 'an internal address'],
    ['https://169.254.169.254/latest/meta-data', 'an internal address'],
    ['https://localhost/hook', 'an internal address'],
  ])('to %s is refused', async (url, reason) => {
    await expect(outside(url, request)).rejects.toThrow(reason);
    expect(received).toEqual([]);
  });
});

/**
 * What IANA's registries of special-purpose addresses have, the first and the last of each, and what lies beside them.
 */
describe('an address', () => {
  it.each([
    ...['8.8.8.8', '1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
    ...['172.15.255.255', '172.32.0.0', '192.0.1.0', '192.0.3.0', '192.167.255.255', '192.169.0.0', '223.255.255.255'],
    ...['198.17.255.255', '198.20.0.0', '198.51.99.255', '203.0.112.255', '203.0.114.0'],
    ...['2000::1', '2001:200::1', '2606:4700::1111', '2a00:1450:4001::200e', '2003::1', '3ffe:ffff::1'],
  ])('%s is outside', (address) => {
    expect(isInside(address)).toBe(false);
  });

  it.each([
    ['this network', '0.0.0.0', '0.255.255.255'],
    ['private use', '10.0.0.0', '10.255.255.255'],
    ['shared by carriers', '100.64.0.0', '100.127.255.255'],
    ['loopback', '127.0.0.0', '127.255.255.255'],
    ['link-local', '169.254.0.0', '169.254.255.255'],
    ['private use', '172.16.0.0', '172.31.255.255'],
    ['protocol assignments', '192.0.0.0', '192.0.0.255'],
    ['documentation', '192.0.2.0', '192.0.2.255'],
    ['6to4 relays', '192.88.99.0', '192.88.99.255'],
    ['private use', '192.168.0.0', '192.168.255.255'],
    ['benchmarks', '198.18.0.0', '198.19.255.255'],
    ['documentation', '198.51.100.0', '198.51.100.255'],
    ['documentation', '203.0.113.0', '203.0.113.255'],
    ['multicast', '224.0.0.0', '239.255.255.255'],
    ['reserved and broadcast', '240.0.0.0', '255.255.255.255'],
    ['unspecified and loopback', '::', '::1'],
    ['IPv4-compatible', '::8.8.8.8', '::255.255.255.255'],
    ['IPv4-mapped', '::ffff:0.0.0.0', '::ffff:255.255.255.255'],
    ['IPv4-mapped, of a public address', '::ffff:8.8.8.8', '::ffff:808:808'],
    ['IPv4-translated', '::ffff:0:0.0.0.0', '::ffff:0:255.255.255.255'],
    ['NAT64', '64:ff9b::', '64:ff9b::ffff:ffff'],
    ['NAT64 of a local network', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
    ['discarded', '100::', '100::ffff:ffff:ffff:ffff'],
    ['dummy', '100:0:0:1::', '100:0:0:1:ffff:ffff:ffff:ffff'],
    ['Teredo', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['benchmarks', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
    ['ORCHID', '2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['ORCHIDv2', '2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['protocol assignments', '2001:30::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['documentation', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['documentation', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['segment routing', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['unique local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['link-local', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['link-local, with a zone', 'fe80::1%eth0', '2606:4700::1111%1'],
    ['site-local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['not allocated', '1fff:ffff::1', '4000::1'],
    ['none', 'example.com', ''],
  ])('of %s is inside: %s to %s', (_, first, last) => {
    expect([first, last].filter((it) => !isInside(it))).toEqual([]);
  });
});

describe('outside of a laptop, a port', () => {
  it.each([
    'https://example.com/',
    'https://example.com:443/',
    'https://example.com:8443/',
    'https://example.com:1024/',
  ])('of %s is taken', (url) => {
    expect(webhookUrlFault(url, false)).toBeUndefined();
  });
  it.each([
    'https://example.com:22/',
    'https://example.com:25/',
    'https://example.com:80/',
    'https://example.com:1023/',
  ])('of %s is refused', (url) => {
    expect(webhookUrlFault(url, false)).toContain('port');
  });
});

describe('a name', () => {
  it('is resolved once, and each of its addresses is checked before it is connected to', () => {
    const answers: string[][] = [['2606:4700::1111', '10.0.0.1'], ['64:ff9b::a00:1'], ['2606:4700::1111']];
    const asked: string[] = [];
    const looked = answers.map((addresses) => {
      const check = checkedLookup((hostname, _options, callback) => {
        asked.push(hostname);
        callback(
          null,
          addresses.map((address) => ({ address, family: 6 })),
        );
      });
      let said: unknown;
      check('hooks.example.com', { all: true }, (error, found) => (said = error?.message ?? found));
      return said;
    });
    expect(looked).toEqual([
      'hooks.example.com is 10.0.0.1, an internal address.',
      'hooks.example.com is 64:ff9b::a00:1, an internal address.',
      [{ address: '2606:4700::1111', family: 6 }],
    ]);
    expect(asked).toHaveLength(answers.length);
  });
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

it('reports that nothing listens', async () => {
  await expect(post(true)('http://127.0.0.1:9/', request)).rejects.toThrow('could not be reached');
});

describe('a receiver', () => {
  it.each([
    [
      'changes to another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n',
    ],
    ['hints and then says nothing', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['speaks another language', 'SSH-2.0-other\r\n'],
  ])(
    'that %s has failed, in time',
    async (_what, said) => {
      const receiver = createTcpServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', () => socket.write(said));
      });
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      const { port } = receiver.address() as { port: number };
      try {
        await expect(post(true, 500)(`http://127.0.0.1:${port}/`, request)).rejects.toThrow('could not be reached');
      } finally {
        receiver.close();
      }
    },
    60_000,
  );
});
