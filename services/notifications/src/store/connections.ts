import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { connectionKey, connectionLookupKey } from './keys.ts';

export type Connections = ReturnType<typeof createConnections>;

/** A connection that follows an order. */
export interface Connection {
  readonly connectionId: string;
  readonly orderId: string;
  /** It gets nothing of an order of another customer. */
  readonly customerId?: string;
  /** The sequence of the last entry that it has. */
  readonly sent: number;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
}

/** API Gateway ends a connection after two hours. */
export const CONNECTION_LIFE_SECONDS = 2 * 3600 + 600;

export function createConnections({ client, name: TableName }: Table) {
  return {
    /** Writes two items, one after the other: the lookup first, so that a follower can always be found and removed. */
    async open(connection: Connection): Promise<void> {
      const { connectionId, orderId, openedAt } = connection;
      const expiresAt = Math.floor(openedAt / 1000) + CONNECTION_LIFE_SECONDS;
      const lookup = { ...connectionLookupKey(connectionId), orderId, expiresAt };
      await client.send(new PutCommand({ TableName, Item: lookup }));
      const Item = { ...connectionKey(orderId, connectionId), connection, sent: connection.sent, expiresAt };
      await client.send(new PutCommand({ TableName, Item }));
    },

    async load(connectionId: string): Promise<Connection | undefined> {
      const found = await client.send(
        new GetCommand({ TableName, Key: connectionLookupKey(connectionId), ConsistentRead: true }),
      );
      const orderId = found.Item?.['orderId'] as string | undefined;
      if (orderId === undefined) return undefined;
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: connectionKey(orderId, connectionId), ConsistentRead: true }),
      );
      return item && toConnection(item);
    },

    /** All connections that follow an order. */
    async following(orderId: string): Promise<Connection[]> {
      const found: Connection[] = [];
      let after: Record<string, unknown> | undefined;
      do {
        const { Items: items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': connectionKey(orderId, '').pk, ':prefix': 'CONNECTION#' },
            ExclusiveStartKey: after,
          }),
        );
        found.push(...items.map(toConnection));
        after = LastEvaluatedKey;
      } while (after !== undefined);
      return found;
    },

    /** Records what a connection has by now; ignored when it had more, or is gone. */
    async noteSent({ orderId, connectionId }: Connection, sent: number): Promise<void> {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: connectionKey(orderId, connectionId),
            UpdateExpression: 'SET sent = :sent',
            ConditionExpression: 'attribute_exists(pk) AND sent < :sent',
            ExpressionAttributeValues: { ':sent': sent },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    async close({ orderId, connectionId }: Pick<Connection, 'orderId' | 'connectionId'>): Promise<void> {
      const keys = [connectionKey(orderId, connectionId), connectionLookupKey(connectionId)];
      await client.send(
        new TransactWriteCommand({ TransactItems: keys.map((Key) => ({ Delete: { TableName, Key } })) }),
      );
    },
  };
}

const toConnection = (item: Record<string, unknown>): Connection => ({
  ...(item['connection'] as Connection),
  sent: Number(item['sent']),
});
