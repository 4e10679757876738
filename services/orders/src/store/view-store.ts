import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import type { Table } from '@dure/contracts/binding/table';
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
 * byStatus    STATUS#<generation>#<status>         <placedAt>#<orderId>
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

export function createViewStore({ client, name: TableName }: Table): ViewStore {
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
              customerPk: `CUSTOMER#${generation}#${order.customer.id}`,
              customerSk: place,
              statusPk: `STATUS#${generation}#${order.status}`,
              statusSk: place,
            },
            ConditionExpression: 'attribute_not_exists(pk) OR #sequence < :sequence',
            ExpressionAttributeNames: { '#sequence': 'sequence' },
            ExpressionAttributeValues: { ':sequence': loaded.sequence },
          }),
        );
      } catch (error) {
        if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
      }
    },

    async list(generation, filter, limit, cursor) {
      const index = indexOf(generation, filter);
      let start: Record<string, string> | undefined;
      if (cursor !== undefined) {
        start = decodeCursor(cursorSchema(index), cursor);
        if (start === undefined) return undefined;
      }
      const items: Loaded[] = [];
      for (let query = 0; query < MAX_QUERIES; query += 1) {
        const page = await client.send(
          new QueryCommand({
            TableName,
            IndexName: index.name,
            KeyConditionExpression: `${index.pk} = :pk`,
            ExpressionAttributeValues: { ':pk': index.value, ...(index.filtered && { ':status': filter.status }) },
            ...(index.filtered && {
              FilterExpression: '#status = :status',
              ExpressionAttributeNames: { '#status': 'status' },
            }),
            ScanIndexForward: false,
            Limit: limit - items.length,
            ExclusiveStartKey: start,
          }),
        );
        items.push(...((page.Items ?? []) as unknown as Loaded[]));
        start = page.LastEvaluatedKey as Record<string, string> | undefined;
        if (start === undefined || items.length >= limit) break;
      }
      return { items, cursor: encodeCursor(start) };
    },
  };
}

interface Index {
  readonly name: string;
  readonly pk: string;
  readonly sk: string;
  readonly value: string;
  readonly filtered: boolean;
}

function indexOf(generation: number, { customerId, status }: OrderFilter): Index {
  return customerId === undefined
    ? { name: 'byStatus', pk: 'statusPk', sk: 'statusSk', value: `STATUS#${generation}#${status}`, filtered: false }
    : {
        name: 'byCustomer',
        pk: 'customerPk',
        sk: 'customerSk',
        value: `CUSTOMER#${generation}#${customerId}`,
        filtered: status !== undefined,
      };
}

/** A cursor is only valid within the partition that is asked for. */
const cursorSchema = (index: Index) =>
  z.strictObject({
    pk: z.string().check(z.startsWith('VIEW#')),
    sk: z.literal('VIEW'),
    [index.pk]: z.literal(index.value),
    [index.sk]: z.string().check(z.minLength(1)),
  });
