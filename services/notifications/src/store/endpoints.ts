import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import { WebhookEndpointDisabled } from '@dure/contracts/notifications';
import { publish } from '@dure/contracts/binding/outbox';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import type { Endpoint } from '../domain/webhook.ts';
import { beginCount, countOneFewer, countOneMore, readCount } from './endpoint-count.ts';
import { endpointKey, ifVersion } from './keys.ts';
import { forgetLane } from './lanes.ts';

export type Endpoints = ReturnType<typeof createEndpoints>;

export function createEndpoints(table: Table) {
  const { client, name: TableName } = table;

  /** All endpoints: their maximum fits one page. */
  async function list(): Promise<Endpoint[]> {
    const found: Endpoint[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const { Items: items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': endpointKey('').pk },
          ExclusiveStartKey: after,
        }),
      );
      found.push(...items.map((item) => item['endpoint'] as Endpoint));
      after = LastEvaluatedKey;
    } while (after !== undefined);
    return found;
  }

  let reading: Promise<Endpoint[]> | undefined;

  return {
    list,

    /**
     * All endpoints. Calls at the same time share one read: the messages of a batch, which all came before it began, so
     * that no endpoint is missed that was there when its message was sent.
     */
    listTogether(): Promise<Endpoint[]> {
      reading ??= list().finally(() => (reading = undefined));
      return reading;
    },

    /** Counts the endpoints, if they were never counted. Returns their number; undefined when others counted meanwhile. */
    async countFirst(): Promise<number | undefined> {
      const count = (await list()).length;
      try {
        await client.send(new PutCommand({ TableName, ...beginCount(count).Put }));
        return count;
      } catch (error) {
        if (isConditionFailure(error)) return undefined;
        throw error;
      }
    },

    async load(endpointId: string): Promise<Endpoint | undefined> {
      const Key = endpointKey(endpointId);
      const { Item: item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return item?.['endpoint'] as Endpoint | undefined;
    },

    /**
     * Stores a new endpoint and counts it, in one transaction, unless there are `max` already. Returns whether it was stored.
     * @throws Conflict when others were counted meanwhile
     */
    async add(call: Call, endpoint: Endpoint, { max, reference }: Adding): Promise<boolean> {
      const known = await readCount(table);
      const count = known ?? (await list()).length;
      if (count >= max) return false;
      const counting = known === undefined ? beginCount(count + 1) : countOneMore(max);
      await commit(table, call, { writes: [put(endpoint), counting], reference });
      return true;
    },

    /**
     * Saves the next version, and publishes when it was disabled. A new URL, or enabling it again, deletes its health record.
     * @throws Conflict when it was changed meanwhile
     */
    async save(call: Call, endpoint: Endpoint, { was, reference }: Saving): Promise<void> {
      const disabled = endpoint.status === 'disabled' && was.status !== 'disabled';
      await commit(table, call, {
        writes: isAnother(endpoint, was) ? [put(endpoint), forgetLane(endpoint.endpointId)] : [put(endpoint)],
        events: disabled ? [disabledEvent(endpoint)] : [],
        reference,
      });
    },

    /** Removes an endpoint and its count, in one transaction. @throws Conflict when it was changed meanwhile */
    async remove(call: Call, { endpointId, version }: Endpoint): Promise<void> {
      const counting = (await readCount(table)) === undefined ? beginCount((await list()).length - 1) : countOneFewer();
      await commit(table, call, {
        writes: [{ Delete: { Key: endpointKey(endpointId), ...ifVersion(version) } }, counting, forgetLane(endpointId)],
      });
    },
  };
}

interface Adding {
  /** The maximum number of endpoints. */
  readonly max: number;
  /** The id of the secret that the response shows. */
  readonly reference?: string;
}

interface Saving {
  readonly was: Endpoint;
  /** The id of the secret that the response shows. */
  readonly reference?: string;
}

const isAnother = (endpoint: Endpoint, was: Endpoint): boolean =>
  endpoint.url !== was.url || (endpoint.status === 'enabled' && was.status === 'disabled');

const put = (endpoint: Endpoint): Write => {
  const { endpointId, version } = endpoint;
  return { Put: { Item: { ...endpointKey(endpointId), endpoint, version }, ...ifVersion(version - 1) } };
};

const disabledEvent = ({ endpointId, sequence, disabledReason, failingSince }: Endpoint) =>
  publish(WebhookEndpointDisabled, endpointId, sequence, {
    ...{ endpointId, reason: disabledReason ?? 'operator' },
    ...(failingSince !== undefined && { failingSince }),
  });
