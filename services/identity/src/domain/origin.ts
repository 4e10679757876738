/** Where somebody signed in, as far as they need it to know it again. */
export interface Origin {
  readonly network: string;
  readonly agent?: string | undefined;
}

const MAX_AGENT = 120;

/** The network of an address: 24 bits of IPv4, 48 of IPv6. Which connection it was is nobody's business later. */
export function networkOf(address: string): string {
  const [, four] = FOUR.exec(address) ?? [];
  if (four !== undefined) return `${four}.0/24`;
  const groups = groupsOf(address);
  return groups === undefined ? 'unknown' : `${groups.slice(0, 3).join(':')}::/48`;
}

const FOUR = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/;

/**
 * What one customer of a network has: an address of IPv4, 64 bits of IPv6, in which each device takes a new address as often
 * as it likes.
 * Source: https://www.rfc-editor.org/rfc/rfc6177#section-2
 */
export function connectionOf(address: string): string {
  const groups = groupsOf(address);
  return groups === undefined ? address : `${groups.slice(0, 4).join(':')}::/64`;
}

const GROUPS = 8;

/** The groups of an IPv6 address, without zeros before a number; undefined for anything else. */
function groupsOf(address: string): string[] | undefined {
  const parts = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const given = parts.flat().length;
  const isWhole = parts.length === 1 ? given === GROUPS : parts.length === 2 && given < GROUPS;
  if (!isWhole || !parts.flat().every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const [before = [], after = []] = parts;
  const between = Array.from({ length: GROUPS - given }, () => '0');
  return [...before, ...between, ...after].map((group) => Number.parseInt(group, 16).toString(16));
}

/** @param agent what the browser calls itself */
export const originOf = (address: string, agent: string | undefined): Origin => ({
  network: networkOf(address),
  agent: agent?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, MAX_AGENT),
});
