import { describe, expect, it } from '@jest/globals';
import { isInside, poster } from '../src/channels/post.ts';
import { openReceiver } from './operators.ts';

const receiver = await openReceiver();
const request = { body: '{}', headers: { 'webhook-id': 'of-post' } };
const outside = poster({ timeoutMs: 2_000, inside: false });

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
    expect(receiver.received).toEqual([]);
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

it('gives up on a receiver that does not answer', async () => {
  receiver.answering.status = 0;
  const impatient = poster({ timeoutMs: 100, inside: true });
  await expect(impatient(receiver.url, request)).rejects.toThrow('could not be reached in 100 ms');
  expect(receiver.of('of-post')).toHaveLength(1);
});

it('says that nobody listens', async () => {
  await expect(poster({ timeoutMs: 1_000, inside: true })('http://127.0.0.1:9/', request)).rejects.toThrow(
    'could not be reached',
  );
});
