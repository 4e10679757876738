import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  GetCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/call';
import { commit, type Write } from '@dure/contracts/commit';
import {
  ReservationRefused,
  StockAdjusted,
  StockCommitRefused,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
} from '@dure/contracts/inventory/index';
import { type OutgoingEvent, publish } from '@dure/contracts/outbox';
import type { Table } from '@dure/contracts/table';
import type { Decision, Move, Reservation, ReservationEvent } from './domain/reservation.ts';
import { available, initialStock, type Stock, type StockAdjustment } from './domain/stock.ts';

/*
 * Key design. `version` counts the changes of an item, `sequence` the events that were published of it.
 *
 * item         pk                     sk            besides
 * stock        STOCK#<sku>            STOCK         location, onHand, reserved, available (kept for the condition of a reservation)
 * reservation  RESERVATION#<orderId>  RESERVATION   status, lines, expiresAt, held, returned, shortages
 *
 * index `expiring` holds what is reserved and may expire: expiringPk = RESERVED, expiringSk = <expiresAt>#<orderId>
 */
const stockKey = (sku: string) => ({ pk: `STOCK#${sku}`, sk: 'STOCK' });
const reservationKey = (orderId: string) => ({ pk: `RESERVATION#${orderId}`, sk: 'RESERVATION' });

/** A reservation as it stands in the table. */
export interface StoredReservation {
  readonly orderId: string;
  readonly reservation: Reservation | undefined;
  readonly version: number;
  readonly sequence: number;
  readonly updatedAt: string;
}

export interface Store {
  loadStock(sku: string): Promise<Stock | undefined>;
  /** Saves a count or receipt of the version that was decided upon. */
  saveStock(call: Call, stock: Stock, adjustment: StockAdjustment): Promise<void>;
  loadReservation(orderId: string): Promise<StoredReservation>;
  /** One read of a reservation, and of some products what is available and where. */
  loadForReservation(
    orderId: string,
    skus: readonly string[],
  ): Promise<{ stored: StoredReservation; availability: Map<string, number>; places: Map<string, string | undefined> }>;
  /** Saves a decision with its event; refuses to take more than is available at that moment. */
  saveDecision(call: Call, stored: StoredReservation, decision: Decision): Promise<void>;
  /** Orders whose reservation ended before `now`, the oldest first. */
  listExpired(now: string, limit: number): Promise<string[]>;
}

export function createStore(table: Table): Store {
  const { client, name: TableName } = table;

  async function getAll(keys: Record<string, string>[]): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let request: BatchGetCommandInput['RequestItems'] = { [TableName]: { Keys: keys, ConsistentRead: true } };
    for (let attempt = 0; request?.[TableName]?.Keys?.length; attempt += 1) {
      if (attempt === 5) throw new Error('DynamoDB left keys of a BatchGetItem unread five times.');
      const read: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: request }));
      items.push(...(read.Responses?.[TableName] ?? []));
      request = read.UnprocessedKeys;
    }
    return items;
  }

  return {
    async loadStock(sku) {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: stockKey(sku), ConsistentRead: true }));
      return item && toStock(item);
    },

    async saveStock(call, stock, adjustment) {
      const event = publish(StockAdjusted, stock.sku, stock.sequence + 1, adjustment);
      await commit(table, call, {
        writes: [putStock(call, stock, adjustment)],
        events: [event],
        result: { ...stock, onHand: adjustment.onHand, version: stock.version + 1, updatedAt: call.time },
      });
    },

    async loadReservation(orderId) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: reservationKey(orderId), ConsistentRead: true }),
      );
      return toStored(orderId, item);
    },

    async loadForReservation(orderId, skus) {
      const items = await getAll([reservationKey(orderId), ...skus.map(stockKey)]);
      const stocks = items.filter((item) => item['sk'] === 'STOCK').map(toStock);
      return {
        stored: toStored(
          orderId,
          items.find((item) => item['sk'] === 'RESERVATION'),
        ),
        availability: new Map(stocks.map((stock) => [stock.sku, available(stock)])),
        places: new Map(stocks.map((stock) => [stock.sku, stock.location])),
      };
    },

    async saveDecision(call, stored, decision) {
      await commit(table, call, {
        writes: [putReservation(call, stored, decision), ...decision.moves.map((move) => moveStock(call, move))],
        events: decision.event && [outgoing(stored.orderId, stored.sequence + 1, decision.event)],
      });
    },

    async listExpired(now, limit) {
      const { Items: items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'expiring',
          KeyConditionExpression: 'expiringPk = :reserved AND expiringSk < :now',
          ExpressionAttributeValues: { ':reserved': 'RESERVED', ':now': now },
          Limit: limit,
        }),
      );
      return items.map((item) => String(item['orderId']));
    },
  };
}

function putStock(call: Call, stock: Stock, { onHand }: StockAdjustment): Write {
  return {
    Put: {
      Item: {
        ...stockKey(stock.sku),
        ...stock,
        onHand,
        available: onHand - stock.reserved,
        version: stock.version + 1,
        sequence: stock.sequence + 1,
        updatedAt: call.time,
      },
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
        expiringPk: expiring && 'RESERVED',
        expiringSk: expiring && `${expiring.expiresAt}#${orderId}`,
      },
      ...ifVersion(version),
    },
  };
}

const ifVersion = (version: number) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } };

/**
 * Adds to the stock instead of writing what was read, so that orders of one product do not fail one another: only the
 * last goods are contended for. The conditions are the invariants: never oversold, never negative.
 */
function moveStock(call: Call, { sku, onHand, reserved }: Move): Write {
  return {
    Update: {
      Key: stockKey(sku),
      UpdateExpression:
        'SET onHand = onHand + :onHand, reserved = reserved + :reserved, available = available + :available, ' +
        'version = version + :one, updatedAt = :time',
      ConditionExpression: 'available >= :needed AND reserved >= :held AND onHand >= :taken',
      ExpressionAttributeValues: {
        ':onHand': onHand,
        ':reserved': reserved,
        ':available': onHand - reserved,
        ':needed': Math.max(0, reserved - onHand),
        ':held': Math.max(0, -reserved),
        ':taken': Math.max(0, -onHand),
        ':one': 1,
        ':time': call.time,
      },
    },
  };
}

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
  const { sku, location, onHand, reserved, version, sequence, updatedAt } = { ...initialStock(''), ...item };
  return { sku, location, onHand, reserved, version, sequence, updatedAt };
}

function toStored(orderId: string, item: Record<string, unknown> | undefined): StoredReservation {
  if (item === undefined) return { orderId, reservation: undefined, version: 0, sequence: 0, updatedAt: '' };
  const { status, lines, expiresAt, held, returned, shortages, version, sequence, updatedAt } =
    item as unknown as StoredItem;
  const reservation = status && ({ status, lines, expiresAt, held, returned, shortages } as Reservation);
  return { orderId, reservation, version, sequence, updatedAt };
}

interface StoredItem extends StoredReservation {
  readonly status: Reservation['status'] | undefined;
  readonly lines: Reservation['lines'];
  readonly expiresAt: string | undefined;
  readonly held: boolean | undefined;
  readonly returned: Reservation['lines'] | undefined;
  readonly shortages: unknown;
}
