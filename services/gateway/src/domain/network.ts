/**
 * The network of an address, which its owner can hardly choose: a /24 of IPv4, a /48 of IPv6.
 *
 * @example
 * ```ts
 * networkOf('203.0.113.7'); // 203.0.113.0/24
 * ```
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return `${[...head, ...zeros, ...tail].slice(0, 3).join(':').toLowerCase()}::/48`;
}
