import { BatchWriteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import { describe, expect, it } from '@jest/globals';
import { openTable, type Table } from '../src/binding/table.ts';
import { settleItems, type WriteRequest, writeItems } from '../src/binding/write-items.ts';

const { tableName } = await createTestTable();
const table = openTable(tableName);

const key = (id: string) => ({ pk: `THING#${id}`, sk: 'THING' });
const put = (id: string): WriteRequest => ({ PutRequest: { Item: { ...key(id), id } } });
const exists = async (id: string) =>
  (await table.client.send(new GetCommand({ TableName: tableName, Key: key(id) }))).Item !== undefined;
const statuses = (results: PromiseSettledResult<void>[]) => results.map(({ status }) => status);

/** A table that processes at most `most` writes of each request, and never those of `stuck`; it notes their numbers. */
function busyTable(most: number, stuck: readonly string[] = []) {
  const requests: number[] = [];
  const client = {
    async send({ input }: BatchWriteCommand) {
      const all = input.RequestItems![tableName]!;
      requests.push(all.length);
      const free = all.filter((it) => !stuck.some((id) => it.PutRequest?.Item?.['id'] === id)).slice(0, most);
      const left = structuredClone(all.filter((it) => !free.includes(it)));
      if (free.length > 0) await table.client.send(new BatchWriteCommand({ RequestItems: { [tableName]: free } }));
      return { UnprocessedItems: left.length > 0 ? { [tableName]: left } : {} };
    },
  };
  return { requests, table: { name: tableName, client: client as unknown as DynamoDBDocumentClient } satisfies Table };
}

describe('writing items', () => {
  it('puts and deletes any number', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `many-${index}`);
    await writeItems(table, ids.map(put));
    expect(await Promise.all(ids.map(exists))).toEqual(ids.map(() => true));
    await writeItems(
      table,
      ids.map((id) => ({ DeleteRequest: { Key: key(id) } })),
    );
    expect(await Promise.all(ids.map(exists))).toEqual(ids.map(() => false));
  });

  it('makes no request without items', async () => {
    const busy = busyTable(1);
    expect(await settleItems(busy.table, [])).toEqual([]);
    expect(busy.requests).toEqual([]);
  });

  it('writes again what was left unprocessed', async () => {
    const busy = busyTable(1);
    expect(statuses(await settleItems(busy.table, ['p', 'q', 'r'].map(put)))).toEqual(Array(3).fill('fulfilled'));
    expect(busy.requests).toEqual([3, 2, 1]);
    expect(await Promise.all(['p', 'q', 'r'].map(exists))).toEqual([true, true, true]);
  });

  it('fails only what stays unprocessed, after six attempts', async () => {
    const busy = busyTable(25, ['stuck']);
    const results = await settleItems(busy.table, ['s', 'stuck', 't'].map(put));
    expect(statuses(results)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(busy.requests).toEqual([3, 1, 1, 1, 1, 1]);
    await expect(writeItems(busy.table, [put('stuck')])).rejects.toThrow('unwritten 6 times');
  });

  it('fails only what DynamoDB refuses, though it refuses the whole request', async () => {
    const refused: WriteRequest = { PutRequest: { Item: { pk: '', sk: 'THING' } } };
    const results = await settleItems(table, [put('u'), refused, put('v')]);
    expect(statuses(results)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await Promise.all(['u', 'v'].map(exists))).toEqual([true, true]);
  });

  it('fails all of a request that finds no table', async () => {
    const nowhere: Table = { ...table, name: 'no-such-table' };
    expect(statuses(await settleItems(nowhere, ['x', 'y'].map(put)))).toEqual(['rejected', 'rejected']);
  });
});
