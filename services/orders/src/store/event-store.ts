import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import {
  OrderCancellationRequested,
  OrderCancelled,
  OrderCompleted,
  OrderConfirmed,
  OrderPlaced,
  OrderRejected,
  OrderShipped,
} from '@dure/contracts/orders';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import { evolve, initialOrder, isOpen, type Order, type OrderEvent } from '../domain/order.ts';

/*
 * Key design of the orders themselves.
 *
 * item      pk               sk                       attributes
 * event     ORDER#<orderId>  E#<sequence>#EVENT       type, data, time, actor; append is conditional on the sequence
 * snapshot  ORDER#<orderId>  E#<sequence>#SNAPSHOT    order: the state after that event
 * workflow  ORDER#<orderId>  WORKFLOW                 attempts; while work is left openPk = OPEN, or STUCK, and
 *                                                     openSk = when it last moved, or when it is to be checked again
 *
 * An event and the snapshot after it are neighbours, so that one query backwards finds the newest snapshot and the
 * events after it.
 */
const pk = (orderId: string) => `ORDER#${orderId}`;
const number = (sequence: number) => String(sequence).padStart(9, '0');

const contracts = {
  OrderPlaced,
  OrderConfirmed,
  OrderShipped,
  OrderCompleted,
  OrderRejected,
  OrderCancellationRequested,
  OrderCancelled,
};

/** An order after some of its events. */
export interface Loaded {
  readonly orderId: string;
  readonly order: Order;
  readonly sequence: number;
  readonly placedAt: string;
  readonly updatedAt: string;
}

export interface StoredEvent {
  readonly sequence: number;
  readonly event: OrderEvent;
  readonly time: string;
  readonly actor: string;
}

/** At an instant, or after the event with that sequence. */
export type Moment = { readonly sequence: number } | { readonly instant: string };

export interface EventStore {
  /** The order as it is, or as it was; `sequence` is 0 when it did not exist. */
  load(orderId: string, at?: Moment): Promise<Loaded>;
  history(orderId: string): Promise<StoredEvent[]>;
  /** Appends events in one transaction with their outbox items. @throws Conflict when others appended first */
  append(call: Call, loaded: Loaded, events: readonly OrderEvent[]): Promise<Loaded>;
}

interface Row {
  readonly sk: string;
  readonly sequence: number;
  readonly time: string;
  readonly actor: string;
  readonly type: OrderEvent['type'];
  readonly data: OrderEvent['data'];
  readonly order?: Order;
  readonly placedAt: string;
}

const PAGE = 30;

/** @param snapshotEvery the number of events after which a snapshot is stored */
export function createEventStore(table: Table, snapshotEvery = 10): EventStore {
  const { client, name: TableName } = table;

  /** Newest first, backwards from `to`. */
  async function* backwards(orderId: string, to: string): AsyncGenerator<Row> {
    let start: Record<string, unknown> | undefined;
    do {
      const { Items: items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': pk(orderId), ':from': 'E#', ':to': to },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: PAGE,
          ExclusiveStartKey: start,
        }),
      );
      yield* items as unknown as Row[];
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }

  return {
    async load(orderId, at) {
      const to = at && 'sequence' in at ? `E#${number(at.sequence)}#~` : 'E#~';
      const instant = at && 'instant' in at ? Date.parse(at.instant) : Infinity;
      const events: Row[] = [];
      let start: Loaded = { orderId, order: initialOrder, sequence: 0, placedAt: '', updatedAt: '' };
      for await (const row of backwards(orderId, to)) {
        if (Date.parse(row.time) > instant) {
          events.length = 0;
        } else if (row.order === undefined) {
          events.push(row);
        } else {
          const { order, sequence, placedAt, time } = row;
          start = { orderId, order, sequence, placedAt, updatedAt: time };
          break;
        }
      }
      const loaded = events.reverse().reduce(apply, start);
      return at && 'sequence' in at && loaded.sequence < at.sequence ? { ...loaded, sequence: 0 } : loaded;
    },

    async history(orderId) {
      const events: StoredEvent[] = [];
      for await (const row of backwards(orderId, 'E#~')) {
        if (row.order !== undefined) continue;
        const event = { type: row.type, data: row.data } as OrderEvent;
        events.push({ sequence: row.sequence, event, time: row.time, actor: row.actor });
      }
      return events.reverse();
    },

    async append(call, loaded, events) {
      const rows = events.map((event, index) => toRow(event, loaded.sequence + index + 1, call));
      const after = rows.reduce(apply, loaded);
      const crossed = Math.floor(after.sequence / snapshotEvery) > Math.floor(loaded.sequence / snapshotEvery);
      await commit(table, call, {
        writes: [
          ...rows.map((row) => insert(loaded.orderId, row)),
          ...(crossed ? [insert(loaded.orderId, toSnapshot(after))] : []),
          workflow(after, call.time),
        ],
        events: events.map((event, index) =>
          publish(contracts[event.type], loaded.orderId, loaded.sequence + index + 1, event.data as never),
        ),
        result: after,
      });
      return after;
    },
  };
}

function apply(loaded: Loaded, row: Row): Loaded {
  const event = { type: row.type, data: row.data } as OrderEvent;
  return {
    orderId: loaded.orderId,
    order: evolve(loaded.order, event),
    sequence: row.sequence,
    placedAt: loaded.sequence === 0 ? row.time : loaded.placedAt,
    updatedAt: row.time,
  };
}

const toRow = ({ type, data }: OrderEvent, sequence: number, call: Call): Row => ({
  sk: `E#${number(sequence)}#EVENT`,
  sequence,
  type,
  data,
  time: call.time,
  actor: call.actor,
  placedAt: '',
});

const toSnapshot = ({ order, sequence, placedAt, updatedAt }: Loaded) => ({
  sk: `E#${number(sequence)}#SNAPSHOT`,
  sequence,
  order,
  placedAt,
  time: updatedAt,
});

const insert = (orderId: string, row: object): Write => ({
  Put: { Item: { pk: pk(orderId), ...row }, ConditionExpression: 'attribute_not_exists(pk)' },
});

/** Maintains the index of open orders, so that the sweep finds every order whose workflow was lost. */
function workflow({ orderId, order }: Loaded, time: string): Write {
  const Key = { pk: pk(orderId), sk: 'WORKFLOW' };
  if (!isOpen(order)) {
    return {
      Update: {
        Key,
        UpdateExpression: 'SET orderId = :orderId REMOVE openPk, openSk',
        ExpressionAttributeValues: { ':orderId': orderId },
      },
    };
  }
  return {
    Update: {
      Key,
      UpdateExpression: 'SET orderId = :orderId, openPk = :open, openSk = :time',
      ExpressionAttributeValues: { ':orderId': orderId, ':open': 'OPEN', ':time': time },
    },
  };
}
