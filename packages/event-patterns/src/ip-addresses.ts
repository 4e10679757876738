import { BlockList, isIP } from 'node:net';
import { invalidPattern } from './errors.ts';

type TextTest = (actual: string) => boolean;
type Family = 'ipv4' | 'ipv6';

function familyOf(address: string): Family | undefined {
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

/** Equality of strings; an IP address also equals its other spellings (`::1` and `0:0:0:0:0:0:0:1`). */
export function compileExactString(expected: string): TextTest {
  if (familyOf(expected) !== 'ipv6') return (actual) => actual === expected;
  const list = new BlockList();
  list.addAddress(expected, 'ipv6');
  return (actual) => actual === expected || (familyOf(actual) === 'ipv6' && list.check(actual, 'ipv6'));
}

/**
 * An IPv4 or IPv6 block, such as `10.0.0.0/24`. A mask as long as the address is refused, as AWS does.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-ip-matching
 */
export function compileCidr(block: string): TextTest {
  const [address = '', mask = '', ...others] = block.split('/');
  if (mask === '' || others.length > 0) throw invalidPattern("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(mask)) throw invalidPattern('Malformed CIDR, mask bits must be an integer');
  const bits = Number(mask);
  if (bits < 0) throw invalidPattern('Malformed CIDR, mask bits must not be negative');
  const family = familyOf(address);
  if (family === undefined) throw invalidPattern(`Nonstandard IP address: ${address}`);
  if (family === 'ipv4' && bits > 31) throw invalidPattern('IPv4 mask bits must be < 32');
  if (family === 'ipv6' && bits > 127) throw invalidPattern('IPv6 mask bits must be < 128');
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return (actual) => familyOf(actual) === family && list.check(actual, family);
}
