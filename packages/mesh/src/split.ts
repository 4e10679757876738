/**
 * A number below 10,000 of a text: the same in every environment, evenly spread. FNV-1a with a finish, since the last
 * characters of ids differ most.
 * Source: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
 */
export function bucketOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % 10_000;
}

/**
 * The target of a bucket. Targets stand in the order of the document: while a weight grows at the cost of the one before it,
 * who has the growing one keeps it.
 */
export function targetAt(weights: Readonly<Record<string, number>>, bucket: number): string {
  let below = 0;
  let last = '';
  for (const [name, weight] of Object.entries(weights)) {
    if (weight === 0) continue;
    below += weight;
    last = name;
    if (bucket < below) return name;
  }
  return last;
}
