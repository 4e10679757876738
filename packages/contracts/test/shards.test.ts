import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { queryShards, type ShardedQuery, shardOf } from '../src/binding/shards.ts';
import { openTable } from '../src/binding/table.ts';

const { tableName } = await createTestTable({ indexes: [{ name: 'due', pk: 'duePk', sk: 'dueSk' }] });
const table = openTable(tableName);

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

/** Puts an item into a partition; one of five as before there were shards. */
async function put(partition: string, second: number, index: number): Promise<string> {
  const id = `${partition}-${index}`;
  const dueSk = `${at(second)}#${id}`;
  const duePk = index % 5 === 0 ? partition : shardOf(partition, id);
  await table.client.send(new PutCommand({ TableName: tableName, Item: { pk: id, sk: 'ITEM', duePk, dueSk } }));
  return dueSk;
}

async function pages(query: Omit<ShardedQuery, 'index' | 'pk' | 'sk'>): Promise<string[][]> {
  const read: string[][] = [];
  let after: string | undefined;
  do {
    const page = await queryShards(table, { index: 'due', pk: 'duePk', sk: 'dueSk', ...query, after });
    read.push(page.items.map((item) => String(item['dueSk'])));
    after = page.end;
  } while (after !== undefined);
  return read;
}

let partitions = 0;

it('pages through all shards in one order, in both directions and within bounds', async () => {
  const second = fc.integer({ min: 0, max: 50 });
  const drawn = fc.record({
    seconds: fc.array(second, { maxLength: 40 }),
    bounds: fc.tuple(second, second),
    limit: fc.integer({ min: 1, max: 9 }),
    newestFirst: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ seconds, bounds: [one, other], limit, newestFirst }) => {
      const partition = `P${(partitions += 1)}`;
      const all = await Promise.all(seconds.map((due, index) => put(partition, due, index)));
      const [from, to] = [at(Math.min(one, other)), `${at(Math.max(one, other))}~`];
      const wanted = all.filter((sk) => sk >= from && sk <= to).sort();
      if (newestFirst) wanted.reverse();
      const read = await pages({ partition, from, to, limit, newestFirst });
      expect(read.flat()).toEqual(wanted);
      expect(read.every((page) => page.length <= limit)).toBe(true);
      expect((await pages({ partition, limit })).flat()).toEqual([...all].sort());
    }),
    { numRuns: 25 },
  );
});

it('spreads ids evenly, and keeps an id where it is', () => {
  const shards = Map.groupBy(
    Array.from({ length: 4_800 }, (_, index) => shardOf('DUE', `order-${index}`)),
    (shard) => shard,
  );
  expect(shards.size).toBe(16);
  for (const ids of shards.values()) expect(ids.length).toBeLessThan(450);
  expect(shardOf('DUE', 'order-1')).toBe(shardOf('DUE', 'order-1'));
});
