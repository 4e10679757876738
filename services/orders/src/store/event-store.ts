import { QueryCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
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
import { shardOf } from '@dure/contracts/binding/shards';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { evolve, initialOrder, isOpen, type Order, type OrderEvent } from '../domain/order.ts';

/*
 * Key design of the orders themselves.
 *
 * item      pk               sk                       attributes
 * event     ORDER#<orderId>  E#<sequence>#EVENT       type, time, actor, outbox: what was published, which has the data;
 *                                                     data if it was appended with others; append is conditional on the
 *                                                     sequence
 * snapshot  ORDER#<orderId>  E#<sequence>#SNAPSHOT    order: the state after that event
 * workflow  ORDER#<orderId>  WORKFLOW                 attempts, ending, tooLate; while work is left openPk = a shard of
 *                                                     OPEN or STUCK, openSk = when it last moved, or when it is to be
 *                                                     checked again. Removed after the order has ended
 * fulfilment ORDER#<orderId> FULFILMENT               parcels, captured, committed: see domain/fulfilment.ts; expiresAt
 *
 * An event and the snapshot after it are neighbours, so that one query backwards finds the newest snapshot and the
 * events after it.
 */
const pk = (orderId: string) => `ORDER#${orderId}`;
const number = (sequence: number) => String(sequence).padStart(9, '0');

/** Of the one item that every order has, and of its order. */
export const FIRST_EVENT = `E#${number(1)}#EVENT`;
export const orderIdOf = (key: string): string => key.slice(pk('').length);

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
  /**
   * Appends events, which are published. `unlessUndone`: only while the order is not being undone,
   * see domain/ending.ts.
   * @throws Conflict when others appended first, or the order is being undone
   */
  append(
    call: Call,
    loaded: Loaded,
    events: readonly OrderEvent[],
    only?: { readonly unlessUndone: boolean },
  ): Promise<Loaded>;
}

interface Row {
  readonly sk: string;
  readonly sequence: number;
  readonly time: string;
  readonly actor: string;
  readonly type: OrderEvent['type'];
  readonly data?: OrderEvent['data'];
  readonly outbox?: string;
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

  /** What ended needs no sweep. If this fails, the sweep does it. */
  async function close(call: Call, orderId: string): Promise<void> {
    try {
      await client.send(new UpdateCommand(closing(TableName, orderId)));
    } catch (error) {
      if (!isConditionFailure(error)) call.log.warn('an ended order is left to the sweep', { orderId, error });
    }
  }

  return {
    async load(orderId, at) {
      const to = at && 'sequence' in at ? `E#${number(at.sequence)}#~` : 'E#~';
      const instant = at && 'instant' in at ? Date.parse(at.instant) : Infinity;
      const events: Row[] = [];
      let start = notPlaced(orderId);
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
        events.push({ sequence: row.sequence, event: eventOf(row), time: row.time, actor: row.actor });
      }
      return events.reverse();
    },

    async append(call, loaded, events, { unlessUndone } = { unlessUndone: false }) {
      const rows = events.map((event, index) => toRow(event, loaded.sequence + index + 1, call));
      const after = rows.reduce(apply, loaded);
      const stored = rows.length === 1 ? rows.map(({ data: _, ...row }) => row) : rows;
      const crossed = Math.floor(after.sequence / snapshotEvery) > Math.floor(loaded.sequence / snapshotEvery);
      await commit(table, call, {
        writes: [
          ...stored.map((row) => insert(loaded.orderId, row)),
          ...(crossed ? [insert(loaded.orderId, toSnapshot(after))] : []),
          ...workflow(loaded, after, call.time, unlessUndone),
        ],
        events: events.map((event, index) =>
          publish(contracts[event.type], loaded.orderId, loaded.sequence + index + 1, event.data as never),
        ),
        ...(call.marker?.recalled ? { reference: loaded.orderId } : { result: after }),
      });
      if (!isOpen(after.order)) await close(call, after.orderId);
      return after;
    },
  };
}

/** What is loaded of an order that does not exist. */
export const notPlaced = (orderId: string): Loaded => ({
  ...{ orderId, order: initialOrder, sequence: 0, placedAt: '', updatedAt: '' },
});

/** An event that was appended alone is stored as it was published. */
function eventOf({ type, data, outbox = '[]' }: Row): OrderEvent {
  const [published] = data === undefined ? (JSON.parse(outbox) as { data: unknown }[]) : [];
  return { type, data: data ?? published?.data } as OrderEvent;
}

function apply(loaded: Loaded, row: Row): Loaded {
  return {
    orderId: loaded.orderId,
    order: evolve(loaded.order, eventOf(row)),
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

const workflowKey = (orderId: string) => ({ pk: pk(orderId), sk: 'WORKFLOW' });

/** Before this age the sweep does not postpone an order by more than a few seconds, see `nextCheckAt`. */
const YOUNG_MS = 20_000;

/**
 * Maintains the index of open orders, so that the sweep finds every order whose workflow was lost, soon after its last
 * move. A young order stays in its place, where the sweep finds it soon enough: each change of the index is two writes.
 */
function workflow(before: Loaded, { orderId, order }: Loaded, time: string, unlessUndone: boolean): Write[] {
  const Key = workflowKey(orderId);
  const condition = { ConditionExpression: 'attribute_not_exists(ending) OR attribute_exists(tooLate)' };
  const young = before.sequence > 0 && Date.parse(time) - Date.parse(before.placedAt) < YOUNG_MS;
  if (young || !isOpen(order)) return unlessUndone ? [{ ConditionCheck: { Key, ...condition } }] : [];
  return [
    {
      Update: {
        Key,
        UpdateExpression: 'SET orderId = :orderId, openPk = :open, openSk = :time',
        ExpressionAttributeValues: { ':orderId': orderId, ':open': shardOf('OPEN', orderId), ':time': time },
        ...(unlessUndone && condition),
      },
    },
  ];
}

/** Takes an order out of the index of open orders. */
export const closing = (TableName: string, orderId: string): UpdateCommandInput => ({
  TableName,
  Key: workflowKey(orderId),
  UpdateExpression: 'REMOVE openPk, openSk',
  ConditionExpression: 'attribute_exists(openPk)',
});
