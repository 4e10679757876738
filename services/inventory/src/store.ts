import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import {
  ReservationRefused,
  StockAdjusted,
  StockCommitRefused,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
} from '@dure/contracts/inventory';
import type { Marks } from '@dure/contracts/binding/marks';
import { type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import { readItems } from '@dure/contracts/binding/read-items';
import { queryShards, shardOf } from '@dure/contracts/binding/shards';
import type { Table } from '@dure/contracts/binding/table';
import type { OrderLine } from '@dure/contracts/values';
import type { Decision, Reservation, ReservationEvent } from './domain/reservation.ts';
import type { Level, Move } from './domain/shortage.ts';
import { available, evolveStock, initialStock, type Stock, type StockAdjustment } from './domain/stock.ts';

/*
 * Key design. `version` counts the changes of an item, `sequence` the events that were published of it.
 *
 * item         pk                     sk            attributes
 * stock        STOCK#<sku>            STOCK         location, onHand, reserved, available (kept for the condition of a reservation), shortage
 * reservation  RESERVATION#<orderId>  RESERVATION   status, lines, expiresAt, held, missing, returned, shortages; marks, see `commit`
 *
 * index `expiring`: reservations that can expire; expiringPk = a shard of RESERVED, expiringSk = <expiresAt>#<orderId>
 * index `short`: products with a shortage; shortPk = SHORT, shortSk = <sku>
 */
const stockKey = (sku: string) => ({ pk: `STOCK#${sku}`, sk: 'STOCK' });
const reservationKey = (orderId: string) => ({ pk: `RESERVATION#${orderId}`, sk: 'RESERVATION' });

const EXPIRING = { index: 'expiring', partition: 'RESERVED', pk: 'expiringPk', sk: 'expiringSk' };

/** A reservation as it is stored. */
export interface StoredReservation {
  readonly orderId: string;
  readonly reservation: Reservation | undefined;
  readonly version: number;
  readonly sequence: number;
  readonly updatedAt: string;
  /** Of the messages that it handled lately. */
  readonly marks?: Marks;
}

export interface Store {
  loadStock(sku: string): Promise<Stock | undefined>;
  /** Of those of these products that have one, by SKU; at most 100. */
  listStock(skus: readonly string[]): Promise<Stock[]>;
  /** Saves a count or a receipt for the version that was decided on. */
  saveStock(call: Call, stock: Stock, adjustment: StockAdjustment): Promise<void>;
  loadReservation(orderId: string): Promise<StoredReservation>;
  /** Reads a reservation together with the levels and locations of some products. */
  loadForReservation(
    orderId: string,
    skus: readonly string[],
  ): Promise<{ stored: StoredReservation; levels: Map<string, Level>; places: Map<string, string | undefined> }>;
  /** Reads the levels of some products. */
  loadLevels(skus: readonly string[]): Promise<Map<string, Level>>;
  /** Saves a decision with its event; fails when less is available by now. */
  saveDecision(call: Call, stored: StoredReservation, decision: Decision): Promise<void>;
  /** Orders whose reservation ended before `now`, oldest first. */
  listExpired(now: string, limit: number): Promise<string[]>;
  /** Products with a shortage. */
  listShort(limit: number): Promise<string[]>;
}

export function createStore(table: Table): Store {
  const { client, name: TableName } = table;

  return {
    async loadStock(sku) {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: stockKey(sku), ConsistentRead: true }));
      return item && toStock(item);
    },

    async listStock(skus) {
      const items = await readItems(table, skus.map(stockKey), { consistent: false });
      return items.map(toStock).sort((a, b) => (a.sku < b.sku ? -1 : 1));
    },

    async saveStock(call, stock, adjustment) {
      const event = publish(StockAdjusted, stock.sku, stock.sequence + 1, adjustment);
      await commit(table, call, {
        writes: [putStock(call, stock, adjustment)],
        events: [event],
        result: evolveStock(stock, adjustment, call.time),
      });
    },

    async loadReservation(orderId) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: reservationKey(orderId), ConsistentRead: true }),
      );
      return toStored(orderId, item);
    },

    async loadForReservation(orderId, skus) {
      const items = await readItems(table, [reservationKey(orderId), ...skus.map(stockKey)], { consistent: true });
      const stocks = items.filter((item) => item['sk'] === 'STOCK').map(toStock);
      return {
        stored: toStored(
          orderId,
          items.find((item) => item['sk'] === 'RESERVATION'),
        ),
        levels: levelsOf(stocks),
        places: new Map(stocks.map((stock) => [stock.sku, stock.location])),
      };
    },

    loadLevels: async (skus) =>
      levelsOf((await readItems(table, skus.map(stockKey), { consistent: true })).map(toStock)),

    async saveDecision(call, stored, decision) {
      await commit(table, call, {
        writes: [putReservation(call, stored, decision), ...decision.moves.map((move) => moveStock(call, move))],
        events: decision.event && [outgoing(stored.orderId, stored.sequence + 1, decision.event)],
        marks: stored.marks ?? {},
      });
    },

    async listExpired(now, limit) {
      const { items } = await queryShards(table, { ...EXPIRING, to: now, limit });
      return items.map((item) => String(item['orderId']));
    },

    async listShort(limit) {
      const { Items: items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'short',
          KeyConditionExpression: 'shortPk = :short',
          ExpressionAttributeValues: { ':short': 'SHORT' },
          Limit: limit,
        }),
      );
      return items.map((item) => String(item['sku']));
    },
  };
}

const levelsOf = (stocks: readonly Stock[]) =>
  new Map(
    stocks.map((stock): [string, Level] => [stock.sku, { available: available(stock), shortage: stock.shortage }]),
  );

function putStock(call: Call, stock: Stock, adjustment: StockAdjustment): Write {
  const after = evolveStock(stock, adjustment, call.time);
  return {
    Put: {
      Item: { ...stockKey(stock.sku), ...after, available: available(after), ...shortKey(after) },
      ...ifVersion(stock.version),
    },
  };
}

function putReservation(call: Call, stored: StoredReservation, { reservation, event }: Decision): Write {
  const { orderId, version, sequence } = stored;
  const expiring = reservation?.status === 'reserved' && !reservation.held ? reservation : undefined;
  return {
    Put: {
      Item: {
        ...reservationKey(orderId),
        orderId,
        ...reservation,
        version: version + 1,
        sequence: event === undefined ? sequence : sequence + 1,
        updatedAt: call.time,
        expiringPk: expiring && shardOf(EXPIRING.partition, orderId),
        expiringSk: expiring && `${expiring.expiresAt}#${orderId}`,
      },
      ...ifVersion(version),
    },
  };
}

const shortKey = ({ sku, shortage }: Pick<Stock, 'sku' | 'shortage'>) =>
  shortage > 0 ? { shortPk: 'SHORT', shortSk: sku } : {};

const ifVersion = (version: number) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } };

/**
 * Uses ADD-like updates instead of writing back what was read, so that orders of the same product do not conflict: they
 * contend for the last items only. The conditions are the invariants: never oversold, never negative. A move that
 * changes a shortage is valid only for the shortage that was read.
 */
function moveStock(call: Call, { sku, onHand, reserved, shortage = 0, expected = {} }: Move): Write {
  const after = (expected.shortage ?? 0) + shortage;
  const changes = [
    'SET onHand = onHand + :onHand, reserved = reserved + :reserved, available = available + :available, ' +
      'version = version + :one, updatedAt = :time',
    ...(shortage === 0
      ? []
      : [after > 0 ? ', shortage = :after, shortPk = :short, shortSk = :sku' : ', shortage = :after']),
    ...(shortage !== 0 && after === 0 ? [' REMOVE shortPk, shortSk'] : []),
  ];
  const conditions = [
    'available >= :needed AND reserved >= :held AND onHand >= :taken',
    ...(expected.available === undefined ? [] : ['available = :there']),
    ...(expected.shortage === undefined ? [] : [expected.shortage > 0 ? 'shortage = :seen' : NONE_SHORT]),
  ];
  return {
    Update: {
      Key: stockKey(sku),
      UpdateExpression: changes.join(''),
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeValues: {
        ':onHand': onHand,
        ':reserved': reserved,
        ':available': onHand - reserved,
        ':needed': Math.max(0, reserved - onHand),
        ':held': Math.max(0, -reserved),
        ':taken': Math.max(0, -onHand),
        ':one': 1,
        ':time': call.time,
        ...(expected.available !== undefined && { ':there': expected.available }),
        ...(expected.shortage !== undefined && { ':seen': expected.shortage }),
        ...(shortage !== 0 && { ':after': after }),
        ...(shortage !== 0 && after > 0 && { ':short': 'SHORT', ':sku': sku }),
      },
    },
  };
}

/** Items written before shortages existed have no such attribute. */
const NONE_SHORT = '(attribute_not_exists(shortage) OR shortage = :seen)';

function outgoing(orderId: string, sequence: number, event: ReservationEvent): OutgoingEvent {
  const { type, ...rest } = event;
  const data = { orderId, ...rest };
  const contracts = {
    StockReserved,
    ReservationRefused,
    StockCommitted,
    StockCommitRefused,
    StockReleased,
    StockReturned,
  };
  return publish(contracts[type], orderId, sequence, data as never);
}

function toStock(item: Record<string, unknown>): Stock {
  const { sku, location, onHand, reserved, shortage, version, sequence, updatedAt } = { ...initialStock(''), ...item };
  return { sku, location, onHand, reserved, shortage, version, sequence, updatedAt };
}

function toStored(orderId: string, item: Record<string, unknown> | undefined): StoredReservation {
  if (item === undefined) return { orderId, reservation: undefined, version: 0, sequence: 0, updatedAt: '' };
  const { status, lines, held, missing, returned, shortages, version, sequence, updatedAt, marks } =
    item as unknown as StoredItem;
  // Expired reservations written by older versions have no `expiresAt`.
  const expiresAt = (item as unknown as StoredItem).expiresAt ?? (status === 'expired' ? updatedAt : undefined);
  const reservation = status && ({ status, lines, expiresAt, held, missing, returned, shortages } as Reservation);
  return { orderId, reservation, version, sequence, updatedAt, marks };
}

interface StoredItem extends StoredReservation {
  readonly status: Reservation['status'] | undefined;
  readonly lines: Reservation['lines'];
  readonly expiresAt: string | undefined;
  readonly held: boolean | undefined;
  readonly missing: readonly OrderLine[] | undefined;
  readonly returned: Reservation['lines'] | undefined;
  readonly shortages: unknown;
}
