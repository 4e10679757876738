import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import type { Death, DeadLetter } from '../domain/dead-letter.ts';

/*
 * item         pk               sk           attributes
 * dead letter  DEADLETTER#<id>  DEADLETTER   the facts of its deaths; messageIds: those that were collected; expiresAt
 *
 * In the index `all`, shard DEADLETTERS#<status>, sorted by <last death>#<id>.
 */
const key = (id: string) => ({ pk: `DEADLETTER#${id}`, sk: 'DEADLETTER' });

export interface DeadLetterFilter {
  readonly service?: string;
  readonly consumer?: string;
  readonly type?: string;
  readonly errorName?: string;
}

export interface DeadLetterStore {
  load(id: string): Promise<DeadLetter | undefined>;
  /** Adds a death; the same message of a dead-letter queue counts once. */
  bury(id: string, death: Death, expiresAt: number | undefined): Promise<void>;
  /** Records that it was sent back. */
  noteRedrive(id: string, at: string, actor: string): Promise<void>;
  /** Earliest death first; `end` is set while more may follow. */
  list(
    status: DeadLetter['status'],
    filter: DeadLetterFilter,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ letters: DeadLetter[]; end?: string }>;
  /** How many are open that died after an instant, up to 100. */
  countOpenSince(instant: string): Promise<number>;
}

/** A page makes this many queries at most when its filter matches little; then it ends early, with a cursor. */
const MAX_QUERIES = 10;
const READ_AT_ONCE = 100;

export function createDeadLetterStore({ client, name: TableName }: Table): DeadLetterStore {
  return {
    async load(id) {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: key(id), ConsistentRead: true }));
      return item && toDeadLetter(item);
    },

    async bury(id, death, expiresAt) {
      const { messageId, diedAt, firstFailedAt, ...facts } = death;
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: key(id),
            UpdateExpression:
              'SET facts = :facts, firstFailedAt = if_not_exists(firstFailedAt, :first), lastDiedAt = :died, ' +
              '#status = :open, #shard = :shard, #position = :position, redrives = if_not_exists(redrives, :none), ' +
              'consumer = :consumer, service = :service, eventType = :type, errorName = :errorName ' +
              (expiresAt === undefined ? '' : ', expiresAt = :expiresAt ') +
              'ADD deaths :one, messageIds :messageIds',
            ConditionExpression: 'NOT contains(messageIds, :messageId)',
            ExpressionAttributeNames: { '#status': 'status', '#position': 'position', '#shard': 'shard' },
            ExpressionAttributeValues: {
              ':facts': facts,
              ':first': firstFailedAt,
              ':died': diedAt,
              ':open': 'open',
              ':shard': shardOf('open'),
              ':position': `${diedAt}#${id}`,
              ':none': [],
              ':consumer': death.consumer,
              ':service': death.service,
              ':type': death.event?.type ?? '-',
              ':errorName': death.errorName ?? '-',
              ':one': 1,
              ':expiresAt': expiresAt,
              ':messageIds': new Set([messageId]),
              ':messageId': messageId,
            },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },

    async noteRedrive(id, at, actor) {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: key(id),
          UpdateExpression: 'SET #status = :redriven, #shard = :shard, redrives = list_append(redrives, :redrive)',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#status': 'status', '#shard': 'shard' },
          ExpressionAttributeValues: {
            ':redriven': 'redriven',
            ':shard': shardOf('redriven'),
            ':redrive': [{ at, actor }],
          },
        }),
      );
    },

    async list(status, filter, { after, limit }) {
      const letters: DeadLetter[] = [];
      // Before every position: DynamoDB takes no empty text for a key.
      let position = after ?? '0';
      for (let query = 0; query < MAX_QUERIES && letters.length < limit; query += 1) {
        const { Items: items = [], LastEvaluatedKey: last } = await client.send(
          new QueryCommand({
            TableName,
            IndexName: 'all',
            KeyConditionExpression: '#shard = :shard AND #position > :after',
            ExpressionAttributeNames: { '#position': 'position', '#shard': 'shard' },
            ExpressionAttributeValues: { ':shard': shardOf(status), ':after': position },
            Limit: READ_AT_ONCE,
          }),
        );
        for (const item of items) {
          position = String(item['position']);
          if (matches(item, filter)) letters.push(toDeadLetter(item));
          if (letters.length === limit) return { letters, end: position };
        }
        if (last === undefined) return { letters };
      }
      return { letters, end: position };
    },

    async countOpenSince(instant) {
      const { Count: count = 0 } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'all',
          KeyConditionExpression: '#shard = :shard AND #position > :instant',
          ExpressionAttributeNames: { '#position': 'position', '#shard': 'shard' },
          ExpressionAttributeValues: { ':shard': shardOf('open'), ':instant': instant },
          Limit: READ_AT_ONCE,
          Select: 'COUNT',
        }),
      );
      return count;
    },
  };
}

const shardOf = (status: DeadLetter['status']) => `DEADLETTERS#${status}`;

function matches(item: Record<string, unknown>, { service, consumer, type, errorName }: DeadLetterFilter): boolean {
  const wanted = { service, consumer, eventType: type, errorName };
  return Object.entries(wanted).every(([name, value]) => value === undefined || item[name] === value);
}

function toDeadLetter(item: Record<string, unknown>): DeadLetter {
  const { pk, facts, status, deaths, firstFailedAt, lastDiedAt, redrives } = item as unknown as StoredItem;
  return { ...facts, id: pk.replace('DEADLETTER#', ''), status, deaths, firstFailedAt, lastDiedAt, redrives };
}

interface StoredItem extends Pick<DeadLetter, 'status' | 'deaths' | 'firstFailedAt' | 'lastDiedAt' | 'redrives'> {
  readonly pk: string;
  readonly facts: Omit<Death, 'messageId' | 'diedAt' | 'firstFailedAt'>;
}
