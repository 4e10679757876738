import { type HashKeyRange, uniformRanges } from './hash-key.ts';

/** Times are in ms since 1970; `first` and `last` are the numbers of its first and last record that may be. */
export interface Shard {
  readonly index: number;
  readonly range: HashKeyRange;
  /** The indices of the shard that it came from, and of the other one where two were merged. */
  readonly parents: readonly number[];
  readonly first: number;
  readonly openedAt: number;
  /** Of a shard that was split or merged. */
  readonly closed?: { readonly last: number; readonly at: number };
}

/** When something happens: the next number of a record, and the time. */
export interface Moment {
  readonly id: number;
  readonly at: number;
}

export const isOpen = ({ closed }: Shard): boolean => closed === undefined;

export const shardId = (index: number): string => `shardId-${String(index).padStart(12, '0')}`;

/** `shardId-000000000003`, `shard-3`, `3` → 3; undefined for what is not a shard's id. */
export function parseShardId(text: string): number | undefined {
  const [, digits] = /(?:^|-)(\d+)$/.exec(text) ?? [];
  const index = Number(digits);
  return digits === undefined || index > 2_147_483_647 ? undefined : index;
}

/** A stream's first shards. */
export function firstShards(count: number, { id, at }: Moment): Shard[] {
  return uniformRanges(count).map((range, index) => ({ index, range, parents: [], first: id, openedAt: at }));
}

/** The open shard that takes a hash key. Open shards hold all of them. */
export function shardOf(shards: readonly Shard[], hashKey: bigint): Shard {
  return shards.find((shard) => isOpen(shard) && shard.range.start <= hashKey && hashKey <= shard.range.end)!;
}

/** Replaces an open shard by two; the second begins with this hash key. */
export function split(shards: readonly Shard[], parent: Shard, start: bigint, moment: Moment): Shard[] {
  const { range } = parent;
  return replace(
    shards,
    [parent],
    [
      { ...range, end: start - 1n },
      { start, end: range.end },
    ],
    moment,
  );
}

/** Replaces two open shards that adjoin by one. The first given is the parent, the second the adjacent parent. */
export function merge(shards: readonly Shard[], parent: Shard, adjacent: Shard, moment: Moment): Shard[] {
  const [low, high] = parent.range.start < adjacent.range.start ? [parent, adjacent] : [adjacent, parent];
  return replace(shards, [parent, adjacent], [{ start: low.range.start, end: high.range.end }], moment);
}

export function areAdjacent({ range: one }: Shard, { range: other }: Shard): boolean {
  return one.end + 1n === other.start || other.end + 1n === one.start;
}

/**
 * Splits and merges until there are so many open shards of the same size, as UpdateShardCount does: no shard has more
 * than two parents, so that some come and go at once.
 */
export function scale(shards: readonly Shard[], count: number, moment: Moment): Shard[] {
  const wanted = uniformRanges(count);
  let scaled = [...shards];
  for (const { start } of wanted) {
    const holder = shardOf(scaled, start);
    if (holder.range.start !== start) scaled = split(scaled, holder, start, moment);
  }
  for (const { start, end } of wanted) {
    for (let low = shardOf(scaled, start); low.range.end !== end; low = shardOf(scaled, start)) {
      scaled = merge(scaled, low, shardOf(scaled, low.range.end + 1n), moment);
    }
  }
  return scaled;
}

function replace(
  shards: readonly Shard[],
  parents: readonly Shard[],
  ranges: readonly HashKeyRange[],
  { id, at }: Moment,
): Shard[] {
  const next = Math.max(...shards.map(({ index }) => index)) + 1;
  return [
    ...shards.map((shard) => (parents.includes(shard) ? { ...shard, closed: { last: id, at } } : shard)),
    ...ranges.map((range, offset) => ({
      index: next + offset,
      range,
      parents: parents.map(({ index }) => index),
      first: id,
      openedAt: at,
    })),
  ];
}
