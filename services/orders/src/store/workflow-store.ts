import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { epochSeconds } from '@dure/contracts/binding/outbox';
import { queryShards, shardOf } from '@dure/contracts/binding/shards';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { closing } from './event-store.ts';
import type { Ending } from '../domain/ending.ts';
import type { Fulfilment, FulfilmentPart } from '../domain/fulfilment.ts';
import type { Parcel } from '../domain/order.ts';

/** The workflow item of an order: see the key design in event-store.ts. */
const key = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'WORKFLOW' });

/** An item apart, because each write to the other one is also a write to the index of open orders. */
const fulfilmentKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'FULFILMENT' });

/** Longer than an execution takes. Each answer of shipping stores the parcels again. */
const FULFILMENT_DAYS = 60;

/** What is known of an order's executions. */
export interface StoredWorkflow {
  /** How often a lost execution was resumed. */
  readonly attempts: number;
  /** Set once it was decided that the order is undone. */
  readonly ending?: Ending;
  /** Set once shipping refused to cancel: a parcel was delivered or is lost. */
  readonly tooLate?: boolean;
}

export interface WorkflowStore {
  load(orderId: string): Promise<StoredWorkflow>;
  /** Stores how an order ends, unless that was decided before; returns the first decision. */
  decideEnding(orderId: string, ending: Ending): Promise<Ending>;
  /** Stores that the order continues to its end, although it was decided to undo it. */
  markTooLate(orderId: string): Promise<void>;
  keepParcels(call: Call, orderId: string, parcels: readonly Parcel[]): Promise<void>;
  /** Stores a part of an order's fulfilment; returns all that is known of it, this part included. */
  noteFulfilled(call: Call, orderId: string, part: FulfilmentPart): Promise<Fulfilment>;
  /** Counts a recovery; false when another sweep did so at the same time. */
  countAttempt(orderId: string, attempts: number): Promise<boolean>;
  /** Orders with work left that are to be checked before `before`, the longest waiting first. */
  listOpen(before: string, limit: number): Promise<string[]>;
  /** Checks an order again not before `at`, unless it moves; a no-op when no work is left. */
  postpone(orderId: string, at: string, stuck: boolean): Promise<void>;
  /** No longer checks an order, because it has ended. */
  close(orderId: string): Promise<void>;
  /** How many orders are stuck, up to `limit`. */
  countStuck(limit: number): Promise<number>;
}

export function createWorkflowStore(table: Table): WorkflowStore {
  const { client, name: TableName } = table;
  const query = async (partition: 'OPEN' | 'STUCK', limit: number, to?: string) =>
    (await queryShards(table, { index: 'open', partition, pk: 'openPk', sk: 'openSk', to, limit })).items;

  /** Sets one attribute, which has the same value in every repetition. */
  async function keep({ time }: Call, orderId: string, name: keyof Fulfilment, value: unknown): Promise<Fulfilment> {
    const { Attributes: item = {} } = await client.send(
      new UpdateCommand({
        TableName,
        Key: fulfilmentKey(orderId),
        UpdateExpression: 'SET #name = :value, expiresAt = :expiresAt',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':value': value, ':expiresAt': epochSeconds(time) + FULFILMENT_DAYS * 86_400 },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return {
      parcels: item['parcels'] as Fulfilment['parcels'],
      captured: item['captured'] === true,
      committed: item['committed'] === true,
    };
  }

  return {
    async load(orderId) {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: key(orderId), ConsistentRead: true }));
      const { attempts = 0, ending, tooLate } = (item ?? {}) as Partial<StoredWorkflow>;
      return { attempts, ending, tooLate };
    },

    async decideEnding(orderId, ending) {
      const { Attributes: item } = await client.send(
        new UpdateCommand({
          TableName,
          Key: key(orderId),
          UpdateExpression: 'SET ending = if_not_exists(ending, :ending)',
          ExpressionAttributeValues: { ':ending': ending },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return item?.['ending'] as Ending;
    },

    async markTooLate(orderId) {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: key(orderId),
          UpdateExpression: 'SET tooLate = :true',
          ExpressionAttributeValues: { ':true': true },
        }),
      );
    },

    async keepParcels(call, orderId, parcels) {
      await keep(call, orderId, 'parcels', parcels);
    },

    noteFulfilled: (call, orderId, part) => keep(call, orderId, part, true),

    async countAttempt(orderId, attempts) {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: key(orderId),
            UpdateExpression: 'SET attempts = :next',
            ConditionExpression: attempts === 0 ? 'attribute_not_exists(attempts)' : 'attempts = :attempts',
            ExpressionAttributeValues: {
              ':next': attempts + 1,
              ...(attempts > 0 && { ':attempts': attempts }),
            },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async listOpen(before, limit) {
      const pages = await Promise.all([query('OPEN', limit, before), query('STUCK', limit, before)]);
      return pages.flat().map((item) => String(item['orderId']));
    },

    async postpone(orderId, at, stuck) {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: key(orderId),
            UpdateExpression: 'SET openPk = :open, openSk = :at',
            ConditionExpression: 'attribute_exists(openPk) AND openSk < :at',
            ExpressionAttributeValues: { ':open': shardOf(stuck ? 'STUCK' : 'OPEN', orderId), ':at': at },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    async close(orderId) {
      try {
        await client.send(new UpdateCommand(closing(TableName, orderId)));
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    countStuck: async (limit) => (await query('STUCK', limit)).length,
  };
}
