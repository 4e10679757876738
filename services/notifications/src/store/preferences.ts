import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { noPreferences, type Preferences } from '../domain/preferences.ts';
import { ifVersion, preferencesKey } from './keys.ts';

export type PreferencesStore = ReturnType<typeof createPreferences>;

export function createPreferences(table: Table) {
  const { client, name: TableName } = table;
  return {
    async load(customerId: string): Promise<Preferences> {
      const Key = preferencesKey(customerId);
      const { Item: item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return (item?.['preferences'] as Preferences | undefined) ?? noPreferences;
    },

    /** Saves the next version. @throws Conflict when it was changed meanwhile */
    async save(call: Call, customerId: string, preferences: Preferences): Promise<void> {
      const { version } = preferences;
      const Item = { ...preferencesKey(customerId), preferences, version };
      await commit(table, call, { writes: [{ Put: { Item, ...ifVersion(version - 1) } }] });
    },
  };
}
