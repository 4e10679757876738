import { PutCommand, QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import { queryShards, shardOf } from '@dure/contracts/binding/shards';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import * as z from 'zod/mini';
import type { PlacedOrder } from '../domain/order.ts';
import type { Loaded } from './event-store.ts';

/*
 * The read model of orders: a projection of the events that can be rebuilt from them.
 *
 * item  pk              sk    attributes
 * view  VIEW#<generation>#<orderId>  VIEW  the order; sequence of its last event
 *
 * index       pk                                   sk
 * byCustomer  CUSTOMER#<generation>#<customerId>   <placedAt>#<orderId>
 * byStatus    a shard of STATUS#<generation>#<status>  <placedAt>#<orderId>
 */

export interface OrderFilter {
  readonly customerId?: string;
  readonly status?: string;
}

export interface ViewPage {
  readonly items: Loaded[];
  readonly cursor: string | undefined;
}

export interface ViewStore {
  /** Stores the order in a generation of the read model, unless a newer state is stored already. */
  put(generation: number, loaded: Loaded): Promise<void>;
  /** Newest first; undefined when the cursor belongs to another list. */
  list(generation: number, filter: OrderFilter, limit: number, cursor?: string): Promise<ViewPage | undefined>;
}

/** A page makes this many queries at most when its filter matches little; then it ends early, with a cursor. */
const MAX_QUERIES = 5;

export function createViewStore(table: Table): ViewStore {
  const { client, name: TableName } = table;
  return {
    async put(generation, loaded) {
      const order = loaded.order as PlacedOrder;
      const place = `${loaded.placedAt}#${loaded.orderId}`;
      try {
        await client.send(
          new PutCommand({
            TableName,
            Item: {
              pk: `VIEW#${generation}#${loaded.orderId}`,
              sk: 'VIEW',
              ...loaded,
              status: order.status,
              customerPk: customerOf(generation, order.customer.id),
              customerSk: place,
              statusPk: shardOf(statusOf(generation, order.status), loaded.orderId),
              statusSk: place,
            },
            ConditionExpression: 'attribute_not_exists(pk) OR #sequence < :sequence',
            ExpressionAttributeNames: { '#sequence': 'sequence' },
            ExpressionAttributeValues: { ':sequence': loaded.sequence },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    async list(generation, { customerId, status = '' }, limit, cursor) {
      const list = customerId === undefined ? statusOf(generation, status) : customerOf(generation, customerId);
      const after = cursor === undefined ? undefined : decodeCursor(Cursor, cursor);
      if (cursor !== undefined && after?.list !== list) return undefined;
      const { items, end } =
        customerId === undefined
          ? await queryShards(table, { ...BY_STATUS, partition: list, newestFirst: true, after: after?.after, limit })
          : await ofCustomer(list, status, limit, after?.after);
      return { items: items as unknown as Loaded[], cursor: end && encodeCursor({ list, after: end }) };
    },
  };

  /** Orders of a customer, of one status if it is not empty. */
  async function ofCustomer(list: string, status: string, limit: number, after = LAST) {
    const items: Record<string, unknown>[] = [];
    let end: string | undefined = after;
    for (let query = 0; query < MAX_QUERIES && end !== undefined && items.length < limit; query += 1) {
      const page: QueryCommandOutput = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'byCustomer',
          KeyConditionExpression: 'customerPk = :list AND customerSk < :before',
          ExpressionAttributeValues: { ':list': list, ':before': end, ...(status !== '' && { ':status': status }) },
          ...(status !== '' && {
            FilterExpression: '#status = :status',
            ExpressionAttributeNames: { '#status': 'status' },
          }),
          ScanIndexForward: false,
          Limit: limit - items.length,
        }),
      );
      items.push(...(page.Items ?? []));
      end = page.LastEvaluatedKey && String(page.LastEvaluatedKey['customerSk']);
    }
    return { items, end };
  }
}

const BY_STATUS = { index: 'byStatus', pk: 'statusPk', sk: 'statusSk' };
const statusOf = (generation: number, status: string): string => `STATUS#${generation}#${status}`;
const customerOf = (generation: number, customerId: string): string => `CUSTOMER#${generation}#${customerId}`;

/** A cursor is valid within its list alone. */
const Cursor = z.strictObject({ list: z.string(), after: z.string().check(z.minLength(1), z.maxLength(100)) });

/** Sorts behind every instant. */
const LAST = '~';
