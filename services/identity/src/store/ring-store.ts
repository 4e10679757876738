import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { SigningKeysChanged } from '@dure/contracts/identity';
import { commit } from '@dure/contracts/binding/commit';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import type { RingStore } from '../application/signing-keys.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { ifVersion, RING_KEY } from './keys.ts';

const SUBJECT = 'signing-keys';

export const createRingStore = (table: Table): RingStore => ({
  async load() {
    const { Item: item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: RING_KEY, ConsistentRead: true }),
    );
    return { keys: (item?.['keys'] ?? []) as KeyRing, version: Number(item?.['version'] ?? 0) };
  },
  save(call, keys, version) {
    const changed = { keys: keys.map(({ kid, activeAt }) => ({ kid, signsFrom: activeAt })) };
    return commit(table, call, {
      writes: [{ Put: { Item: { ...RING_KEY, keys, version: version + 1 }, ...ifVersion(version) } }],
      events: [publish(SigningKeysChanged, SUBJECT, version + 1, changed)],
    });
  },
});
