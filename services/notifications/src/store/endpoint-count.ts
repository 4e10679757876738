import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Write } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { endpointCountKey } from './keys.ts';

/** How many endpoints there are; undefined while nobody has counted them. */
export async function readCount({ client, name: TableName }: Table): Promise<number | undefined> {
  const { Item: item } = await client.send(new GetCommand({ TableName, Key: endpointCountKey, ConsistentRead: true }));
  return item?.['count'] as number | undefined;
}

/** Begins the count; its condition is that nobody else has. */
export const beginCount = (count: number): Write => ({
  Put: { Item: { ...endpointCountKey, count }, ConditionExpression: 'attribute_not_exists(pk)' },
});

/** Counts one more; its condition is that there are fewer than `max`. */
export const countOneMore = (max: number): Write => change(1, '#count < :bound', max);

/** Counts one fewer. It belongs beside the conditional deletion of the endpoint, so that it happens once. */
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
