import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import type { Ending } from '../domain/ending.ts';

/** The workflow item of an order: see the key design in event-store.ts. */
const key = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'WORKFLOW' });

/** What is known of an order's executions. */
export interface StoredWorkflow {
  /** How often a lost execution was resumed. */
  readonly attempts: number;
  /** Set once it was decided that the order is undone. */
  readonly ending?: Ending;
}

export interface WorkflowStore {
  load(orderId: string): Promise<StoredWorkflow>;
  /** Stores how an order ends, unless that was decided before; returns the first decision. */
  decideEnding(orderId: string, ending: Ending): Promise<Ending>;
  /** Counts a recovery; false when another sweep did so at the same time. */
  countAttempt(orderId: string, attempts: number): Promise<boolean>;
  /** Orders with work left that are to be checked before `before`, the longest waiting first. */
  listOpen(before: string, limit: number): Promise<string[]>;
  /** Checks an order again not before `at`, unless it moves; a no-op when no work is left. */
  postpone(orderId: string, at: string, stuck: boolean): Promise<void>;
  /** How many orders are stuck, up to `limit`. */
  countStuck(limit: number): Promise<number>;
}

export function createWorkflowStore({ client, name: TableName }: Table): WorkflowStore {
  async function query(open: 'OPEN' | 'STUCK', limit: number, before = '~') {
    const { Items: items = [] } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'open',
        KeyConditionExpression: 'openPk = :open AND openSk < :before',
        ExpressionAttributeValues: { ':open': open, ':before': before },
        Limit: limit,
      }),
    );
    return items;
  }

  return {
    async load(orderId) {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: key(orderId), ConsistentRead: true }));
      return { attempts: Number(item?.['attempts'] ?? 0), ending: item?.['ending'] as Ending | undefined };
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
        if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
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
            ExpressionAttributeValues: { ':open': stuck ? 'STUCK' : 'OPEN', ':at': at },
          }),
        );
      } catch (error) {
        if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
      }
    },

    countStuck: async (limit) => (await query('STUCK', limit)).length,
  };
}
