import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import type { Table } from '@dure/contracts/binding/table';
import * as z from 'zod/mini';

export interface PageWish {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Cursor of what follows. */
  readonly next?: string | undefined;
}

const Cursor = z.strictObject({ pk: z.string(), sk: z.string() });

interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A page of a partition; undefined when the cursor is not one of this list. */
export async function readPage<Item>(
  { client, name: TableName }: Table,
  { pk, descending = false }: { readonly pk: string; readonly descending?: boolean },
  { cursor, limit }: PageWish,
): Promise<Page<Item> | undefined> {
  const after = cursor === undefined ? undefined : decodeCursor(Cursor, cursor);
  if (cursor !== undefined && after?.pk !== pk) return undefined;
  const items: (Item & Key)[] = [];
  let start = after;
  // Up to one more than is shown says whether a page follows. DynamoDB's own pages may end before that.
  do {
    const { Items = [], LastEvaluatedKey: last } = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ScanIndexForward: !descending,
        ExclusiveStartKey: start,
        Limit: limit + 1 - items.length,
      }),
    );
    items.push(...(Items as (Item & Key)[]));
    start = last as Key | undefined;
  } while (start !== undefined && items.length <= limit);
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: items.length > limit && last ? encodeCursor({ pk, sk: last.sk }) : undefined };
}
