import { BatchGetCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import { describe, expect, it } from '@jest/globals';
import { readItems } from '../src/binding/read-items.ts';
import { openTable, type Table } from '../src/binding/table.ts';

const { tableName } = await createTestTable();
const table = openTable(tableName);

const ids = ['a', 'b', 'c'];
const key = (id: string) => ({ pk: `THING#${id}`, sk: 'THING' });
const keys = ids.map(key);
for (const id of ids) await table.client.send(new PutCommand({ TableName: tableName, Item: { ...key(id), id } }));

/** A table that processes at most `most` keys of each request; it records what it was asked. */
function busyTable(most: number) {
  const requests: { keys: number; consistent: boolean | undefined }[] = [];
  const client = {
    async send({ input }: BatchGetCommand) {
      const { Keys = [], ConsistentRead } = input.RequestItems![tableName]!;
      requests.push({ keys: Keys.length, consistent: ConsistentRead });
      const unprocessed = Keys.slice(most);
      const UnprocessedKeys = unprocessed.length > 0 ? { [tableName]: { Keys: unprocessed, ConsistentRead } } : {};
      if (most === 0) return { Responses: {}, UnprocessedKeys };
      const some = { [tableName]: { Keys: Keys.slice(0, most), ConsistentRead } };
      return { ...(await table.client.send(new BatchGetCommand({ RequestItems: some }))), UnprocessedKeys };
    },
  };
  return { requests, table: { name: tableName, client: client as unknown as DynamoDBDocumentClient } satisfies Table };
}

const idsOf = (items: Record<string, unknown>[]) => items.map(({ id }) => id).sort();

describe('readItems', () => {
  it('reads the items that exist', async () => {
    expect(idsOf(await readItems(table, [...keys, key('missing')], { consistent: true }))).toEqual(ids);
  });

  it('makes no request without keys', async () => {
    const busy = busyTable(1);
    expect(await readItems(busy.table, [], { consistent: true })).toEqual([]);
    expect(busy.requests).toEqual([]);
  });

  it.each([true, false])('reads unprocessed keys again, as consistent as requested: %s', async (consistent) => {
    const busy = busyTable(1);
    expect(idsOf(await readItems(busy.table, keys, { consistent }))).toEqual(ids);
    expect(busy.requests).toEqual([3, 2, 1].map((count) => ({ keys: count, consistent })));
  });

  it('throws after six attempts', async () => {
    const stuck = busyTable(0);
    await expect(readItems(stuck.table, keys, { consistent: true })).rejects.toThrow('unread 6 times');
    expect(stuck.requests).toHaveLength(6);
  });
});
