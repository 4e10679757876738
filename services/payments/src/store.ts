import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, readMarker, type Write } from '@dure/contracts/binding/commit';
import { isMark, isMarked, type Marks, marksAfter } from '@dure/contracts/binding/marks';
import { type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundedV2,
  PaymentRefundRefused,
  PaymentVoided,
} from '@dure/contracts/payments';
import { queryShards, shardOf } from '@dure/contracts/binding/shards';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { isPublished, type PaymentEvent, type PublishedEvent } from './domain/events.ts';
import { evolve } from './domain/evolve.ts';
import { debtOf, dueAt, type Payment } from './domain/payment.ts';

/*
 * Key design. `version` counts the changes of an item, `sequence` the published events of its order.
 *
 * item     pk                 sk       attributes
 * payment  PAYMENT#<orderId>  PAYMENT  payment (the whole state), correlationId (of the first call); marks and outbox,
 *                                      see `commit`
 *
 * index `check`: payments that are not settled; checkPk = a shard of CHECK, checkSk = <when to look at it>#<orderId>, which
 * is not after it is due: a payment that moves on keeps its place, because each change of the index is two writes
 * index `due`: the same as earlier versions wrote it, with duePk = a shard of DUE and dueSk = <when it is due>#<orderId>
 * index `owed`: payments with money owed; owedPk = OWED, owedSk = <orderId>
 */
const key = (orderId: string) => ({ pk: `PAYMENT#${orderId}`, sk: 'PAYMENT' });

const CHECK = { index: 'check', partition: 'CHECK', pk: 'checkPk', sk: 'checkSk' };
const DUE = { index: 'due', partition: 'DUE', pk: 'duePk', sk: 'dueSk' };

/** A payment as it is stored. */
export interface StoredPayment {
  readonly orderId: string;
  readonly payment: Payment;
  readonly version: number;
  readonly sequence: number;
  readonly updatedAt: string;
  /** Of the call that requested it first; empty before. */
  readonly correlationId: string;
  /** Of the messages that it handled lately. */
  readonly marks?: Marks;
  /** When the sweep looks at it next. */
  readonly checkAt?: string;
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
  /** Whether the call, or another one with its marker, had its effect: on this payment, if it is known already. */
  wasHandled(call: Call, stored?: StoredPayment): Promise<boolean>;
  /** Orders at whose payment to look by `now`, the longest waiting first. It may not be due yet. */
  listDue(now: string, limit: number): Promise<string[]>;
  /** When a payment should be checked; undefined when it is settled. */
  dueAt(stored: StoredPayment): string | undefined;
  /** Orders with money owed that could not be refunded. */
  listOwed(limit: number): Promise<string[]>;
  /** Postpones the next check of a payment, if it has not changed meanwhile. */
  postpone(stored: StoredPayment, until: string): Promise<void>;
}

/** @param authorisationMinutes how long money is held before it is released */
export function createStore(table: Table, authorisationMinutes: number): Store {
  const { client, name: TableName } = table;
  const dueAfter = (payment: Payment) => dueAt(payment, authorisationMinutes);
  const after: Store['after'] = (stored, events, call) => afterEvents(stored, events, call, dueAfter);

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
        writes: next === stored ? [] : [put(stored, next)],
        events: events.filter(isPublished).flatMap((event, index) => outgoing(stored, event, index + 1)),
        marks: stored.marks ?? {},
        result: resultOf({ ...next, marks: undefined, checkAt: undefined }),
      });
      return next;
    },

    async wasHandled(call, stored) {
      const { marker } = call;
      // What had an effect on a payment made it.
      if (marker === undefined || stored?.version === 0) return false;
      if (stored !== undefined && keepsMark(stored, call)) return isMarked(stored.marks ?? {}, call);
      return (await readMarker(table, marker)) !== undefined;
    },

    async listDue(now, limit) {
      const lists = await Promise.all(
        [CHECK, DUE].map(async (index) => (await queryShards(table, { ...index, to: now, limit })).items),
      );
      const found = lists.flat().map((item) => String(item['checkSk'] ?? item['dueSk']));
      return found
        .toSorted()
        .slice(0, limit)
        .map((sk) => sk.slice(sk.indexOf('#') + 1));
    },

    dueAt: ({ payment }) => dueAfter(payment),

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
            // What the last change published is not published again.
            UpdateExpression: 'SET checkPk = :check, checkSk = :until REMOVE duePk, dueSk, outbox',
            ConditionExpression: 'version = :version AND (attribute_exists(checkPk) OR attribute_exists(duePk))',
            ExpressionAttributeValues: {
              ':check': shardOf(CHECK.partition, orderId),
              ':until': `${until}#${orderId}`,
              ':version': version,
            },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}

function afterEvents(
  stored: StoredPayment,
  events: readonly PaymentEvent[],
  call: Call,
  dueAfter: (payment: Payment) => string | undefined,
): StoredPayment {
  // A message that changed nothing leaves its mark all the same, and that is a change: of the version, too.
  if (events.length === 0 && !keepsMark(stored, call)) return stored;
  const payment = events.reduce((before, event) => evolve(before, event, call.time), stored.payment);
  const due = dueAfter(payment);
  return {
    orderId: stored.orderId,
    payment,
    version: stored.version + 1,
    sequence: stored.sequence + events.filter(isPublished).length,
    updatedAt: events.length === 0 ? stored.updatedAt : call.time,
    correlationId: stored.correlationId || call.correlationId,
    marks: marksAfter(stored.marks ?? {}, call),
    checkAt: due && earlier(due, stored.checkAt),
  };
}

/** What is not there yet has no item to keep a mark in. */
const keepsMark = ({ version }: StoredPayment, { marker }: Call): boolean =>
  version > 0 && marker !== undefined && isMark(marker);

const earlier = (one: string, other: string | undefined) => (other !== undefined && other < one ? other : one);

function put(stored: StoredPayment, next: StoredPayment): Write {
  const { checkAt, ...state } = next;
  return {
    Put: {
      Item: {
        ...key(next.orderId),
        ...state,
        checkPk: checkAt && shardOf(CHECK.partition, next.orderId),
        checkSk: checkAt && `${checkAt}#${next.orderId}`,
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

/** What an event becomes on the bus: itself, and beside it the next version of a contract that has one. */
function outgoing({ orderId, sequence }: StoredPayment, event: PublishedEvent, nth: number): OutgoingEvent[] {
  const number = sequence + nth;
  const first = publish(contracts[event.type], orderId, number, { orderId, ...event.data } as never);
  if (event.type !== 'PaymentRefunded') return [first];
  const { refundId: id, amount, reason, totalRefunded: refunded, captured, owed } = event.data;
  const data = { orderId, refund: { id, amount, reason }, refunded, captured, ...(owed && { owed }) };
  // Whoever waits for an answer gets one: version 1, until workflows read the other.
  return [first, { ...publish(PaymentRefundedV2, orderId, number, data), replyTo: null }];
}

/** What is stored of an order without a payment. */
export const nothing = (orderId: string): StoredPayment => ({
  orderId,
  payment: { status: 'none' },
  version: 0,
  sequence: 0,
  updatedAt: '',
  correlationId: '',
});

function toStored(item: Record<string, unknown>): StoredPayment {
  const { orderId, payment, version, sequence, updatedAt, correlationId, marks } = item as unknown as StoredPayment;
  const { checkSk } = item as { readonly checkSk?: string };
  const checkAt = checkSk?.slice(0, checkSk.indexOf('#'));
  return { orderId, payment, version, sequence, updatedAt, correlationId, marks, checkAt };
}
