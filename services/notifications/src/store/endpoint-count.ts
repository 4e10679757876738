import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Write } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { endpointCountKey } from './keys.ts';

/** The number of endpoints; undefined until they are counted for the first time. */
export async function readCount({ client, name: TableName }: Table): Promise<number | undefined> {
  const { Item: item } = await client.send(new GetCommand({ TableName, Key: endpointCountKey, ConsistentRead: true }));
  return item?.['count'] as number | undefined;
}

/** Starts the count, on condition that it does not exist. */
export const beginCount = (count: number) => ({
  Put: { Item: { ...endpointCountKey, count }, ConditionExpression: 'attribute_not_exists(pk)' },
});

/** Adds one, on condition that there are fewer than `max`. */
export const countOneMore = (max: number): Write => change(1, '#count < :bound', max);

/** Subtracts one. Belongs in the transaction that deletes the endpoint, so that it happens once. */
export const countOneFewer = (): Write => change(-1, '#count > :bound', 0);

const change = (by: 1 | -1, ConditionExpression: string, bound: number): Write => ({
  Update: {
    Key: endpointCountKey,
    UpdateExpression: 'ADD #count :by',
    ConditionExpression,
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: { ':by': by, ':bound': bound },
  },
});
