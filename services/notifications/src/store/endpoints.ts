import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/call';
import { commit, type Write } from '@dure/contracts/commit';
import { WebhookEndpointDisabled } from '@dure/contracts/notifications/webhook-endpoint-disabled';
import { publish } from '@dure/contracts/outbox';
import type { Table } from '@dure/contracts/table';
import type { Endpoint } from '../domain/webhook.ts';
import { endpointKey, ifVersion } from './keys.ts';

export type Endpoints = ReturnType<typeof createEndpoints>;

export function createEndpoints(table: Table) {
  const { client, name: TableName } = table;
  return {
    async load(endpointId: string): Promise<Endpoint | undefined> {
      const Key = endpointKey(endpointId);
      const { Item: item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return item?.['endpoint'] as Endpoint | undefined;
    },

    /** All of them: there are as many as fit one answer. */
    async list(): Promise<Endpoint[]> {
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
    },

    /**
     * Saves the next version, and publishes that it was disabled where it was. Throws Conflict when it was changed
     * meanwhile.
     */
    async save(call: Call, endpoint: Endpoint, { was, reference }: Saving): Promise<void> {
      const disabled = endpoint.status === 'disabled' && was?.status !== 'disabled';
      await commit(table, call, {
        writes: [put(endpoint)],
        events: disabled ? [disabledEvent(endpoint)] : [],
        reference,
      });
    },

    /** Throws Conflict when it was changed meanwhile. */
    async remove(call: Call, { endpointId, version }: Endpoint): Promise<void> {
      await commit(table, call, { writes: [{ Delete: { Key: endpointKey(endpointId), ...ifVersion(version) } }] });
    },
  };
}

interface Saving {
  readonly was?: Endpoint;
  /** The id of the secret that the request is shown. */
  readonly reference?: string;
}

const put = (endpoint: Endpoint): Write => {
  const { endpointId, version } = endpoint;
  return { Put: { Item: { ...endpointKey(endpointId), endpoint, version }, ...ifVersion(version - 1) } };
};

const disabledEvent = ({ endpointId, sequence, disabledReason, failingSince }: Endpoint) =>
  publish(WebhookEndpointDisabled, endpointId, sequence, {
    ...{ endpointId, reason: disabledReason ?? 'operator' },
    ...(failingSince !== undefined && { failingSince }),
  });
