import { createHash } from 'node:crypto';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

/**
 * A partition takes 1,000 write units a second, and every order writes an index by status or time about ten times. With
 * sixteen shards such an index bears more than 1,000 orders a second.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-sharding.html
 */
const SHARDS = 16;

/**
 * The key of an index partition that would be hot alone, for an item with this id: `shardOf('DUE', id)` is `DUE#9`.
 *
 * @example
 * ```ts
 * import { shardOf } from '@dure/contracts/binding/shards';
 *
 * export const keys = (id: string, at: string) => ({ duePk: shardOf('DUE', id), dueSk: `${at}#${id}` });
 * ```
 */
export const shardOf = (partition: string, id: string): string =>
  `${partition}#${(createHash('md5').update(id).digest()[0] ?? 0) % SHARDS}`;

/** The keys of all shards of a partition, and of the partition itself: what is from before it was sharded is there. */
export const shardsOf = (partition: string): string[] => [
  partition,
  ...Array.from({ length: SHARDS }, (_, shard) => `${partition}#${shard}`),
];

export interface ShardedQuery {
  readonly index: string;
  /** The partition, as `shardOf` takes it. */
  readonly partition: string;
  /** The names of the index's keys. */
  readonly pk: string;
  readonly sk: string;
  /** Sort keys from this one on, and up to this one. */
  readonly from?: string;
  readonly to?: string;
  /** Continues behind this sort key, in the direction of the query. */
  readonly after?: string;
  readonly limit: number;
  readonly newestFirst?: boolean;
}

/**
 * Reads a page of a sharded partition, in the order of its sort keys, which have to be distinct. All of
 * {@link shardsOf} are asked at once. `end` is the last sort key, to continue
 * after, and is set while more may follow.
 *
 * @example
 * ```ts
 * import { queryShards } from '@dure/contracts/binding/shards';
 * import type { Table } from '@dure/contracts/binding/table';
 *
 * export const due = (table: Table, now: string) =>
 *   queryShards(table, { index: 'due', partition: 'DUE', pk: 'duePk', sk: 'dueSk', to: now, limit: 100 });
 * ```
 */
export async function queryShards(
  { client, name: TableName }: Table,
  { index, partition, pk, sk, from = FIRST, to = LAST, after, limit, newestFirst = false }: ShardedQuery,
): Promise<{ items: Record<string, unknown>[]; end?: string }> {
  const [low, high] = after === undefined ? [from, to] : newestFirst ? [from, after] : [after, to];
  if (low > high) return { items: [] };
  const read = async (value: string) => {
    const { Items: items = [], LastEvaluatedKey: more } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: index,
        KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :low AND :high',
        ExpressionAttributeNames: { '#pk': pk, '#sk': sk },
        ExpressionAttributeValues: { ':pk': value, ':low': low, ':high': high },
        ScanIndexForward: !newestFirst,
        // One more than asked for: the bounds include the sort key after which the page continues.
        Limit: limit + 1,
      }),
    );
    return { items, cut: more !== undefined };
  };
  const lists = await Promise.all(shardsOf(partition).map(read));
  const key = (item: Record<string, unknown> | undefined): string => String(item?.[sk]);
  const precedes = (one: string, other: string): boolean => (newestFirst ? one > other : one < other);
  // A shard whose list was cut says nothing about what follows its last item.
  const ends = lists.filter(({ cut }) => cut).map(({ items }) => key(items.at(-1)));
  const known = lists
    .flatMap(({ items }) => items)
    .filter((item) => key(item) !== after && !ends.some((end) => precedes(end, key(item))))
    .sort((one, other) => (precedes(key(one), key(other)) ? -1 : 1));
  const page = known.slice(0, limit);
  const more = known.length > page.length || ends.length > 0;
  return { items: page, ...(more && page.length > 0 && { end: key(page.at(-1)) }) };
}

/** Sort before and after every time, id or name. */
const FIRST = ' ';
const LAST = '~';
