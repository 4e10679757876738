import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import type { Table } from '@dure/contracts/binding/table';
import * as z from 'zod/mini';

export interface Range {
  readonly pk: string;
  /** Beginning of the sort keys. */
  readonly prefix?: string;
  readonly descending?: boolean;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Cursor of what follows. */
  readonly next?: string;
}

const Cursor = z.strictObject({ pk: z.string(), sk: z.string() });

/** A page of a partition; undefined when the cursor is not one of this list. Every page but the last is full. */
export async function readPage<Item>(
  table: Table,
  range: Range,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<Item> | undefined> {
  const after = cursor === undefined ? undefined : decodeCursor(Cursor, cursor);
  if (cursor !== undefined && (after?.pk !== range.pk || !after.sk.startsWith(range.prefix ?? ''))) return undefined;
  const items = await query<Item & Key>(table, range, { after: after?.sk, limit: limit + 1 });
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  const next = items.length > limit && last ? encodeCursor({ pk: range.pk, sk: last.sk }) : undefined;
  return { items: shown, ...(next !== undefined && { next }) };
}

/** Everything of a partition, in pages of 1 MB. */
export const readAll = <Item>(table: Table, range: Range): Promise<Item[]> => query<Item>(table, range, {});

interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** At most `limit` items. Reads on while DynamoDB's own pages end before that. */
async function query<Item>(
  { client, name: TableName }: Table,
  { pk, prefix = '', descending = false }: Range,
  { after, limit }: { readonly after?: string | undefined; readonly limit?: number },
): Promise<Item[]> {
  const items: Item[] = [];
  const begins = prefix === '' ? '' : ' AND begins_with(sk, :prefix)';
  let start = after === undefined ? undefined : { pk, sk: after };
  do {
    const { Items = [], LastEvaluatedKey: last } = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: `pk = :pk${begins}`,
        ExpressionAttributeValues: { ':pk': pk, ...(prefix !== '' && { ':prefix': prefix }) },
        ConsistentRead: true,
        ScanIndexForward: !descending,
        ExclusiveStartKey: start,
        ...(limit !== undefined && { Limit: limit - items.length }),
      }),
    );
    items.push(...(Items as Item[]));
    start = last as Key | undefined;
  } while (start !== undefined && (limit === undefined || items.length < limit));
  return items;
}
