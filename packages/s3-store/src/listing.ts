/** What a listing is asked to leave out, and to put together. */
export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Entries, common prefixes included. */
  readonly limit: number;
}

export interface Listing<Item> {
  readonly items: Item[];
  readonly commonPrefixes: string[];
  readonly isTruncated: boolean;
  /** The key or the common prefix that came last. */
  readonly last?: { readonly text: string; readonly item?: Item };
}

/**
 * Puts keys that go on after the delimiter under a common prefix.
 * @param items in the order of their keys
 */
export function list<Item extends { readonly key: string }>(
  { prefix, delimiter, limit }: ListingRequest,
  items: Iterable<Item>,
): Listing<Item> {
  const listed: Item[] = [];
  const commonPrefixes: string[] = [];
  let last: Listing<Item>['last'];
  // Zero entries are asked for to learn nothing but that the bucket is there.
  if (limit === 0) return { items: [], commonPrefixes, isTruncated: false };
  for (const item of items) {
    const common = commonPrefixOf(item.key, prefix, delimiter);
    if (common !== undefined && common === commonPrefixes.at(-1)) continue;
    if (listed.length + commonPrefixes.length === limit) {
      return { items: listed, commonPrefixes, isTruncated: true, ...(last && { last }) };
    }
    if (common === undefined) listed.push(item);
    else commonPrefixes.push(common);
    last = common === undefined ? { text: item.key, item } : { text: common };
  }
  return { items: listed, commonPrefixes, isTruncated: false, ...(last && { last }) };
}

export function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** Greater than every key that has the prefix, and not greater than any other key behind these. */
export function behind(prefix: string): string {
  const points = Array.from(prefix);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = last.codePointAt(0)! + 1;
    // What follows U+D7FF in UTF-8 is U+E000: surrogates are no characters.
    if (next <= 0x10ffff) return points.join('') + String.fromCodePoint(next === 0xd800 ? 0xe000 : next);
  }
  return '\u{10ffff}\u{10ffff}';
}

/** Where a listing goes on that ended with this key or common prefix. */
export const startBehind = (after: string, { prefix, delimiter }: ListingRequest): string =>
  commonPrefixOf(after, prefix, delimiter) === after ? behind(after) : `${after}\0`;

/** As a listing writes keys where its client asks for `encoding-type=url`. */
export const urlEncoded = (text: string): string =>
  encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
