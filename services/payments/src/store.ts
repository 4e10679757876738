import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, readMarker, type Write } from '@dure/contracts/binding/commit';
import { type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundRefused,
  PaymentVoided,
} from '@dure/contracts/payments';
import type { Table } from '@dure/contracts/binding/table';
import { isPublished, type PaymentEvent, type PublishedEvent } from './domain/events.ts';
import { evolve } from './domain/evolve.ts';
import { debtOf, dueAt, type Payment } from './domain/payment.ts';

/*
 * Key design. `version` counts the changes of an item, `sequence` the published events of its order.
 *
 * item     pk                 sk       attributes
 * payment  PAYMENT#<orderId>  PAYMENT  payment (the whole state), correlationId (of the first call)
 *
 * index `due`: payments that are not settled; duePk = DUE, dueSk = <when the sweep should check it>#<orderId>
 * index `owed`: payments with money owed; owedPk = OWED, owedSk = <orderId>
 */
const key = (orderId: string) => ({ pk: `PAYMENT#${orderId}`, sk: 'PAYMENT' });

/** A payment as it is stored. */
export interface StoredPayment {
  readonly orderId: string;
  readonly payment: Payment;
  readonly version: number;
  readonly sequence: number;
  readonly updatedAt: string;
  /** Of the call that requested it first; empty before. */
  readonly correlationId: string;
}

export interface Store {
  load(orderId: string): Promise<StoredPayment>;
  /** The payment as it will be after `events`. */
  after(stored: StoredPayment, events: readonly PaymentEvent[], call: Call): StoredPayment;
  /** Applies the events to the version that was decided on, and publishes those that are public. */
  save(
    call: Call,
    stored: StoredPayment,
    events: readonly PaymentEvent[],
    resultOf?: (after: StoredPayment) => unknown,
  ): Promise<StoredPayment>;
  /** Whether the call, or another one with its marker, had its effect. */
  wasHandled(call: Call): Promise<boolean>;
  /** Orders whose payment should be checked by `now`, the longest waiting first. */
  listDue(now: string, limit: number): Promise<string[]>;
  /** Orders with money owed that could not be refunded. */
  listOwed(limit: number): Promise<string[]>;
  /** Postpones the next check of a payment, if it has not changed meanwhile. */
  postpone(stored: StoredPayment, until: string): Promise<void>;
}

/** @param authorisationMinutes how long money is held before it is released */
export function createStore(table: Table, authorisationMinutes: number): Store {
  const { client, name: TableName } = table;

  return {
    async load(orderId) {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: key(orderId), ConsistentRead: true }));
      return item === undefined ? nothing(orderId) : toStored(item);
    },

    after,

    async save(call, stored, events, resultOf = () => undefined) {
      if (events.length === 0 && call.marker === undefined) return stored;
      const next = after(stored, events, call);
      await commit(table, call, {
        writes: events.length === 0 ? [] : [put(stored, next, authorisationMinutes)],
        events: events.filter(isPublished).map((event, index) => outgoing(stored, event, index + 1)),
        result: resultOf(next),
      });
      return next;
    },

    async wasHandled({ marker }) {
      return marker !== undefined && (await readMarker(table, marker)) !== undefined;
    },

    async listDue(now, limit) {
      const { Items: items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'due',
          KeyConditionExpression: 'duePk = :due AND dueSk < :now',
          ExpressionAttributeValues: { ':due': 'DUE', ':now': now },
          Limit: limit,
        }),
      );
      return items.map((item) => String(item['orderId']));
    },

    async listOwed(limit) {
      const { Items: items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'owed',
          KeyConditionExpression: 'owedPk = :owed',
          ExpressionAttributeValues: { ':owed': 'OWED' },
          Limit: limit,
        }),
      );
      return items.map((item) => String(item['orderId']));
    },

    async postpone({ orderId, version }, until) {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: key(orderId),
            UpdateExpression: 'SET dueSk = :dueSk',
            ConditionExpression: 'version = :version AND attribute_exists(duePk)',
            ExpressionAttributeValues: { ':dueSk': `${until}#${orderId}`, ':version': version },
          }),
        );
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
      }
    },
  };
}

function after(stored: StoredPayment, events: readonly PaymentEvent[], call: Call): StoredPayment {
  if (events.length === 0) return stored;
  return {
    orderId: stored.orderId,
    payment: events.reduce((payment, event) => evolve(payment, event, call.time), stored.payment),
    version: stored.version + 1,
    sequence: stored.sequence + events.filter(isPublished).length,
    updatedAt: call.time,
    correlationId: stored.correlationId || call.correlationId,
  };
}

function put(stored: StoredPayment, next: StoredPayment, authorisationMinutes: number): Write {
  const due = dueAt(next.payment, authorisationMinutes);
  return {
    Put: {
      Item: {
        ...key(next.orderId),
        ...next,
        duePk: due && 'DUE',
        dueSk: due && `${due}#${next.orderId}`,
        ...(debtOf(next.payment) !== undefined && { owedPk: 'OWED', owedSk: next.orderId }),
      },
      ...(stored.version === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': stored.version } }),
    },
  };
}

const contracts = {
  PaymentAuthorised,
  PaymentDeclined,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentVoided,
  PaymentRefunded,
  PaymentRefundRefused,
};

function outgoing({ orderId, sequence }: StoredPayment, event: PublishedEvent, nth: number): OutgoingEvent {
  return publish(contracts[event.type], orderId, sequence + nth, { orderId, ...event.data } as never);
}

const nothing = (orderId: string): StoredPayment => ({
  orderId,
  payment: { status: 'none' },
  version: 0,
  sequence: 0,
  updatedAt: '',
  correlationId: '',
});

function toStored(item: Record<string, unknown>): StoredPayment {
  const { orderId, payment, version, sequence, updatedAt, correlationId } = item as unknown as StoredPayment;
  return { orderId, payment, version, sequence, updatedAt, correlationId };
}
