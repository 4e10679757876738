import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import { ProjectionRebuildProgressed } from '@dure/contracts/orders';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import { writeItems } from '@dure/contracts/binding/write-items';
import * as z from 'zod/mini';
import { FIRST_EVENT, orderIdOf } from './event-store.ts';
import { initialProjection, type Projection } from '../domain/projection.ts';

/*
 * item        pk                 sk          attributes
 * projection  PROJECTION#orders  PROJECTION  generation, sequence, rebuild
 */
const Key = { pk: 'PROJECTION#orders', sk: 'PROJECTION' };

export interface ProjectionStore {
  load(): Promise<Projection>;
  /** Saves a step with the event that triggers the next one. @throws Conflict when another step was saved first */
  save(call: Call, before: Projection, after: Projection): Promise<void>;
  /** Some orders in no particular order, and where to continue. */
  scanOrders(cursor: string | undefined): Promise<{ orderIds: string[]; cursor: string | undefined }>;
  /** Deletes some views of a generation; returns where to continue. */
  purge(generation: number, cursor: string | undefined): Promise<{ count: number; cursor: string | undefined }>;
}

/** Items read per step: few enough for a function's time-out, many enough that a rebuild has few steps. */
const SCANNED = 400;

const ScanKey = z.strictObject({ pk: z.string(), sk: z.string() });

export function createProjectionStore(table: Table): ProjectionStore {
  const { client, name: TableName } = table;

  async function scan(filter: string, values: Record<string, string>, cursor: string | undefined) {
    const { Items: items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName,
        FilterExpression: filter,
        ExpressionAttributeValues: values,
        ConsistentRead: true,
        Limit: SCANNED,
        ExclusiveStartKey: cursor === undefined ? undefined : decodeCursor(ScanKey, cursor),
      }),
    );
    return { items, cursor: encodeCursor(LastEvaluatedKey) };
  }

  return {
    async load() {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      if (item === undefined) return initialProjection;
      const { generation, sequence, rebuild } = item as unknown as Projection;
      return { generation, sequence, rebuild };
    },

    async save(call, before, after) {
      if (after.rebuild === undefined) throw new Error('A projection is saved with its rebuild.');
      const { rebuildId, phase, orders } = after.rebuild;
      const data = { projection: 'orders' as const, rebuildId, phase, orders };
      await commit(table, call, {
        writes: [
          {
            Put: {
              Item: { ...Key, ...after },
              ...(before.sequence === 0
                ? { ConditionExpression: 'attribute_not_exists(pk)' }
                : {
                    ConditionExpression: '#sequence = :sequence',
                    ExpressionAttributeNames: { '#sequence': 'sequence' },
                    ExpressionAttributeValues: { ':sequence': before.sequence },
                  }),
            },
          },
        ],
        events: [publish(ProjectionRebuildProgressed, 'projection:orders', after.sequence, data)],
        result: after,
      });
    },

    async scanOrders(cursor) {
      const page = await scan('sk = :first', { ':first': FIRST_EVENT }, cursor);
      return { orderIds: page.items.map((item) => orderIdOf(String(item['pk']))), cursor: page.cursor };
    },

    async purge(generation, cursor) {
      const page = await scan('begins_with(pk, :view)', { ':view': `VIEW#${generation}#` }, cursor);
      const keys = page.items.map((item) => ({ pk: String(item['pk']), sk: String(item['sk']) }));
      await writeItems(
        table,
        keys.map((it) => ({ DeleteRequest: { Key: it } })),
      );
      return { count: keys.length, cursor: page.cursor };
    },
  };
}
