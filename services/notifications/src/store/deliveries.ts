import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, Conflict, readMarker } from '@dure/contracts/binding/commit';
import { queryShards, shardOf } from '@dure/contracts/binding/shards';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import type { Delivery } from '../domain/webhook.ts';
import { deliveryKey, expiry, ifVersion } from './keys.ts';

export type Deliveries = ReturnType<typeof createDeliveries>;

const DELIVERY_DAYS = 30;

export function createDeliveries(table: Table) {
  const { client, name: TableName } = table;
  return {
    async load(endpointId: string, deliveryId: string): Promise<Delivery | undefined> {
      const Key = deliveryKey(endpointId, deliveryId);
      const { Item: item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return item?.['delivery'] as Delivery | undefined;
    },

    /** Stores a new delivery with the marker of the request. */
    async add(call: Call, delivery: Delivery): Promise<void> {
      await commit(table, call, { writes: [{ Put: { Item: itemOf(delivery), ...ifVersion(0) } }], result: delivery });
    },

    /** Stores a delivery unless it exists, in any state. */
    async addOnce(delivery: Delivery): Promise<void> {
      try {
        await client.send(new PutCommand({ TableName, Item: itemOf(delivery), ...ifVersion(0) }));
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    /** Whether all deliveries of a message were created; see `noteMade`. */
    areMade: async ({ marker }: Call): Promise<boolean> =>
      marker !== undefined && (await readMarker(table, marker)) !== undefined,

    /** Writes the marker of a message whose deliveries all exist. @throws AlreadyHandled when it exists */
    noteMade: (call: Call): Promise<void> => commit(table, call, { writes: [] }),

    /** Saves the next version. @throws Conflict when it was changed meanwhile */
    async save(delivery: Delivery): Promise<void> {
      try {
        await client.send(new PutCommand({ TableName, Item: itemOf(delivery), ...ifVersion(delivery.version - 1) }));
      } catch (error) {
        throw isConditionFailure(error) ? new Conflict('The delivery was changed meanwhile.', { cause: error }) : error;
      }
    },

    /** Newest first; `end` is set while more may follow. */
    async list(
      endpointId: string,
      { before = '~', limit }: { before?: string; limit: number },
    ): Promise<{ deliveries: Delivery[]; end?: string }> {
      const { Items: items = [], LastEvaluatedKey: last } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk < :before',
          ExpressionAttributeValues: { ':pk': deliveryKey(endpointId, '').pk, ':before': before },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const deliveries = items.map((item) => item['delivery'] as Delivery);
      return { deliveries, end: last === undefined ? undefined : deliveries.at(-1)?.deliveryId };
    },

    /** Pages of pending deliveries that are due before an instant, the longest waiting first. */
    async *due(before: string): AsyncGenerator<Pick<Delivery, 'endpointId' | 'deliveryId'>[]> {
      let after: string | undefined;
      do {
        const { items, end } = await queryShards(table, { ...DUE, to: before, after, limit: DUE_AT_ONCE });
        yield items.map((item) => item['delivery'] as Delivery);
        after = end;
      } while (after !== undefined);
    },
  };
}

const DUE_AT_ONCE = 500;
const DUE = { index: 'due', partition: 'DUE', pk: 'due', sk: 'dueAt' };

const itemOf = (delivery: Delivery) => ({
  ...deliveryKey(delivery.endpointId, delivery.deliveryId),
  ...{ delivery, version: delivery.version, expiresAt: expiry(delivery.createdAt, DELIVERY_DAYS) },
  ...(delivery.nextAttemptAt !== undefined && {
    due: shardOf(DUE.partition, delivery.deliveryId),
    dueAt: `${delivery.nextAttemptAt}#${delivery.deliveryId}`,
  }),
});
