import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Observed } from '../cost/counting-proxy.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

/** What a request writes: an item as it will be, or its key alone. */
export interface Written {
  readonly table: string;
  readonly kind: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
  readonly item: Item;
}

interface WriteInput {
  readonly TableName?: string;
  readonly Item?: Item;
  readonly Key?: Item;
}

/** The items that a request writes, in its order; none when it reads. */
export function writesOf({ action, input }: Pick<Observed, 'action' | 'input'>): Written[] {
  if (action === 'TransactWriteItems') {
    const items = input['TransactItems'] as Record<Written['kind'], WriteInput>[];
    return items.flatMap((one) => Object.entries(one).map(([kind, write]) => written(kind as Written['kind'], write)));
  }
  if (action === 'BatchWriteItem') {
    const tables = input['RequestItems'] as Record<string, { PutRequest?: WriteInput; DeleteRequest?: WriteInput }[]>;
    return Object.entries(tables).flatMap(([TableName, requests]) =>
      requests.map(({ PutRequest: put, DeleteRequest: deletion }) =>
        put ? written('Put', { TableName, ...put }) : written('Delete', { TableName, ...deletion }),
      ),
    );
  }
  const [, kind] = /^(Put|Update|Delete)Item$/.exec(action) ?? [];
  return kind === undefined ? [] : [written(kind as Written['kind'], input as WriteInput)];
}

const written = (kind: Written['kind'], { TableName = '', Item, Key }: WriteInput): Written => ({
  table: TableName,
  kind,
  item: Item ?? Key ?? {},
});

/** What a request reads: keys of a table, or a partition of a table or an index. */
export interface Read {
  readonly table: string;
  readonly index?: string;
  /** An item's key, or the values that a query compares key attributes with, by their names. */
  readonly key: Item;
}

interface QueryInput {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

/** The items and partitions that a request reads; a scan has none of its own. */
export function readsOf({ action, input }: Pick<Observed, 'action' | 'input'>): Read[] {
  if (action === 'GetItem') {
    const { TableName: table = '', Key: key = {} } = input as WriteInput;
    return [{ table, key }];
  }
  if (action === 'BatchGetItem') {
    const tables = input['RequestItems'] as Record<string, { Keys: Item[] }>;
    return Object.entries(tables).flatMap(([table, { Keys }]) => Keys.map((key) => ({ table, key })));
  }
  if (action !== 'Query') return [];
  const { TableName: table = '', IndexName: index, ...rest } = input as QueryInput;
  const { KeyConditionExpression: condition = '', ExpressionAttributeNames: names = {} } = rest;
  const key: Record<string, AttributeValue> = {};
  for (const [, name = '', value = ''] of condition.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)) {
    const compared = rest.ExpressionAttributeValues?.[value];
    if (compared !== undefined) key[names[name] ?? name] = compared;
  }
  return [{ table, index, key }];
}

/** About the bytes of an item, as DynamoDB counts them: enough to share out the units of one request. */
export const sizeOf = (item: Item): number => Buffer.byteLength(JSON.stringify(item));
