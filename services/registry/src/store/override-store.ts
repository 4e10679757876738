import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { OverrideEnded, OverrideRecorded } from '@dure/contracts/registry';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import type { Override } from '../domain/override.ts';
import { stageChangePuts } from './change-store.ts';
import { readAll } from './pages.ts';

/*
 * item      pk         sk      attributes
 * override  OVERRIDE   <id>    stage, contract, consumer, provider, who, why, until, actor, recordedAt
 *
 * The sweep removes an override after its time. Until then it is there, and is no longer in force.
 */
const key = (id: string) => ({ pk: 'OVERRIDE', sk: id });

/** As part of another transaction: it is there, and its time is not over. */
export const overrideInForce = (id: string, now: string): Write => ({
  ConditionCheck: {
    Key: key(id),
    ConditionExpression: '#until > :now',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':now': now },
  },
});

export type OverrideStore = ReturnType<typeof createOverrideStore>;

export function createOverrideStore(table: Table) {
  return {
    /** All of them, oldest first; there are few. */
    async all(): Promise<Override[]> {
      return (await readAll<Override>(table, { pk: 'OVERRIDE' })).map(toOverride);
    },

    async load(id: string): Promise<Override | undefined> {
      const { Item: item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: key(id), ConsistentRead: true }),
      );
      return item && toOverride(item as Override);
    },

    async record(call: Call, override: Override): Promise<void> {
      const { id, stage, contract, who, why, until } = override;
      const what = `${who} overrides what ${contract} would block in ${stage}, until ${until}: ${why}`;
      await commit(table, call, {
        writes: [
          { Put: { Item: { ...key(id), ...override }, ConditionExpression: 'attribute_not_exists(pk)' } },
          ...stageChangePuts({ at: call.time, kind: 'override-recorded', stage, contract, what, actor: call.actor }),
        ],
        events: [publish(OverrideRecorded, id, 1, { ...scopeOf(override), who, why, until })],
        result: override,
      });
    },

    /** Ends an override that is there. Throws `Conflict` when it was ended meanwhile. */
    async end(call: Call, override: Override): Promise<void> {
      const { id, stage, contract, who } = override;
      const what = `The override of ${contract} in ${stage} by ${who} has ended.`;
      const change = { at: call.time, kind: 'override-ended' as const, stage, contract, what, actor: call.actor };
      await commit(table, call, {
        writes: [{ Delete: { Key: key(id), ConditionExpression: 'attribute_exists(pk)' } }, ...stageChangePuts(change)],
        events: [publish(OverrideEnded, id, 2, scopeOf(override))],
      });
    },
  };
}

const scopeOf = ({ stage, contract, consumer, provider }: Override) => ({
  ...{ stage, contract },
  ...(consumer !== undefined && { consumer }),
  ...(provider !== undefined && { provider }),
});

function toOverride(item: Override): Override {
  const { id, who, why, until, actor, recordedAt } = item;
  return { id, ...scopeOf(item), who, why, until, actor, recordedAt };
}
