import fc from 'fast-check';
import { expect, it } from '@jest/globals';
import { connectionOf, networkOf, originOf } from '../../src/domain/origin.ts';

it.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['2001::1:2:3:4:5:6', '2001:0:1::/48'],
  ['2001:0DB8:01::1', '2001:db8:1::/48'],
  ['2001:db8', 'unknown'],
  ['::1', '0:0:0::/48'],
  ['', 'unknown'],
])('tells the network of %s, not the connection', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it.each([
  ['192.0.2.77', '192.0.2.77'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::9', '2001:db8:1:2::/64'],
  ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('takes %s for the connection %s, within which an address costs nothing', (address, connection) => {
  expect(connectionOf(address)).toBe(connection);
});

it('keeps of a browser what can be shown anywhere', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (agent) => {
      expect(originOf('', agent).agent).toMatch(/^[\x20-\x7e]{0,120}$/);
    }),
  );
});
