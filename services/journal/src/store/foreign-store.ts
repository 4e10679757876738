import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import type { ForeignEvent } from '../domain/foreign-event.ts';

/*
 * item           pk            sk       attributes
 * foreign event  FOREIGN#<id>  FOREIGN  the whole event; position = <recordedAt>#<id>; expiresAt
 *
 * index  partition                   sorted by
 * all    shard, FOREIGN              position
 * type   type, FOREIGN#<source>      position
 *
 * No event type begins with FOREIGN#, so a list of events never contains a foreign one.
 */
const key = (id: string) => ({ pk: `FOREIGN#${id}`, sk: 'FOREIGN' });
const SHARD = 'FOREIGN';
const typeOf = (source: string) => `FOREIGN#${source}`;

export interface ForeignFilter {
  readonly source?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface ForeignStore {
  /** @throws {@link AlreadyHandled} when it exists */
  record(event: ForeignEvent, expiresAt: number | undefined): Promise<void>;
  load(id: string): Promise<ForeignEvent | undefined>;
  /** Earliest recorded first; `end` is set while more may follow. */
  list(
    filter: ForeignFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ events: Omit<ForeignEvent, 'detail'>[]; end?: string }>;
}

export function createForeignStore({ client, name: TableName }: Table): ForeignStore {
  return {
    async record(event, expiresAt) {
      const Item = {
        ...key(event.id),
        ...event,
        position: positionOf(event),
        shard: SHARD,
        type: typeOf(event.source),
        expiresAt,
      };
      try {
        await client.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        throw new AlreadyHandled(`The foreign event ${event.id} is recorded.`, { cause: error });
      }
    },

    async load(id) {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: key(id), ConsistentRead: true }));
      return item && { ...toListed(item), detail: String(item['detail']) };
    },

    async list({ source, from, to }, { after, limit }) {
      const [index, partition, value] =
        source === undefined ? ['all', 'shard', SHARD] : ['type', 'type', typeOf(source)];
      const [low, high] = [largest(instant(from), after && `${after}~`), instant(to) ?? '~'];
      if (low > high) return { events: [] };
      const { Items: items = [], LastEvaluatedKey: last } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: index,
          KeyConditionExpression: '#partition = :value AND #position BETWEEN :low AND :high',
          ProjectionExpression: 'id, #source, detailType, reason, #bytes, recordedAt',
          ExpressionAttributeNames: {
            '#partition': partition,
            '#position': 'position',
            '#source': 'source',
            '#bytes': 'bytes',
          },
          ExpressionAttributeValues: { ':value': value, ':low': low, ':high': high },
          Limit: limit,
        }),
      );
      const events = items.map(toListed);
      const end = events.at(-1);
      return { events, ...(last !== undefined && end !== undefined && { end: positionOf(end) }) };
    },
  };
}

const positionOf = ({ recordedAt, id }: Pick<ForeignEvent, 'recordedAt' | 'id'>) => `${recordedAt}#${id}`;

/** Instants of any precision as sortable text. */
const instant = (time: string | undefined) => time && new Date(time).toISOString();

const largest = (a = '0', b = '0') => (a > b ? a : b);

function toListed(item: Record<string, unknown>): Omit<ForeignEvent, 'detail'> {
  const { id, source, detailType, reason, bytes, recordedAt } = item as unknown as ForeignEvent;
  return { id, source, detailType, reason, bytes, recordedAt };
}
