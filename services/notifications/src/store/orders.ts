import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { type News, type Order, unknownOrder } from '../domain/order.ts';
import { expiry, ifVersion, newsKey, ORDER_DAYS, orderKey } from './keys.ts';

export type Orders = ReturnType<typeof createOrders>;

/** The copies of orders, and their progress. */
export function createOrders(table: Table) {
  const { client, name: TableName } = table;
  return {
    async load(orderId: string): Promise<Order> {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: orderKey(orderId), ConsistentRead: true }),
      );
      return (item?.['order'] as Order | undefined) ?? unknownOrder(orderId);
    },

    /** Saves a fact with the message's marker, whose `result` a repetition finds. */
    async save(call: Call, order: Order, news: News, result: unknown): Promise<void> {
      const expiresAt = expiry(call.time, ORDER_DAYS);
      const { orderId, version } = order;
      await commit(table, call, {
        writes: [
          { Put: { Item: { ...orderKey(orderId), order, version, expiresAt }, ...ifVersion(version - 1) } },
          { Put: { Item: { ...newsKey(orderId, news.sequence), news, expiresAt }, ...ifVersion(0) } },
        ],
        result,
      });
    },

    /** An order's progress entries after a sequence, in order. */
    async newsAfter(orderId: string, after: number): Promise<News[]> {
      const { pk, sk } = newsKey(orderId, after + 1);
      const { Items: items = [] } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': pk, ':from': sk, ':to': 'NEWS#~' },
        }),
      );
      return items.map((item) => item['news'] as News);
    },
  };
}
