import type { Schema } from '@dure/compatibility';
import { ReleaseRegistered } from '@dure/contracts/registry';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import { type WriteRequest, writeItems } from '@dure/contracts/binding/write-items';
import { nameOf } from '@dure/compatibility';
import { dayOf, keysOf, type StoredRelease } from '../domain/release.ts';
import { readMany } from './batches.ts';
import { changePut } from './change-store.ts';
import { Memory } from './memory.ts';
import { readPage } from './pages.ts';

/*
 * item      pk                          sk                          attributes
 * release   RELEASE#<service>#<label>   RELEASE                     the release; never changes
 * digest    DIGEST#<service>#<digest>   DIGEST                      its label
 * counter   LABEL#<service>#<major>#<yyyy-mm-dd>   LABEL            fix: the last number that was given
 * listed    RELEASES#<service>          <registeredAt>#<label>      a summary
 * schema    SCHEMA#<sha>                SCHEMA                      the schema; never changes
 * contract  CONTRACTS                   <contract>@<major>          kind
 * provider  CONTRACT#<contract>@<major> PROVIDER#<registeredAt>#<digest>   service, digest, schema
 * consumer  CONTRACT#<contract>@<major> CONSUMER#<service>#<digest>        owner, use, fields, schema
 *
 * A manifest may have more contracts than a transaction has items. So schemas and the rows by contract are written
 * before the release, by its digest; who reads them trusts only those whose digest has a label.
 */
type Numbered = Pick<StoredRelease, 'service' | 'major'>;

const releaseKey = (service: string, label: string) => ({ pk: `RELEASE#${service}#${label}`, sk: 'RELEASE' });
const digestKey = (service: string, digest: string) => ({ pk: `DIGEST#${service}#${digest}`, sk: 'DIGEST' });
const schemaKey = (hash: string) => ({ pk: `SCHEMA#${hash}`, sk: 'SCHEMA' });
const counterKey = ({ service, major }: Numbered, day: string) => ({
  pk: `LABEL#${service}#${major}#${day}`,
  sk: 'LABEL',
});

/** What an item of 400 KB holds of a release, beside keys and events. */
const MAX_RELEASE_BYTES = 200 * 1024;
const KEPT_RELEASES = 5_000;
const KEPT_SCHEMAS = 2_000;

export interface ReleaseSummary {
  readonly service: string;
  readonly label: string;
  readonly owner: string;
  readonly commit: string;
  readonly digest: string;
  readonly urgent?: boolean;
  readonly registeredAt: string;
}

export const fits = (release: StoredRelease): boolean =>
  Buffer.byteLength(JSON.stringify(release)) <= MAX_RELEASE_BYTES;

export type ReleaseStore = ReturnType<typeof createReleaseStore>;

export function createReleaseStore(table: Table) {
  const releases = new Memory<StoredRelease>(KEPT_RELEASES);
  const schemas = new Memory<Schema>(KEPT_SCHEMAS);
  const get = async (Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }))).Item;

  /** Releases by `service#label`, as far as they are registered. */
  async function loadMany(
    wanted: readonly { readonly service: string; readonly label: string }[],
  ): Promise<Map<string, StoredRelease>> {
    const keys = new Map(wanted.map(({ service, label }) => [`${service}#${label}`, releaseKey(service, label)]));
    const unknown = [...keys].filter(([key]) => !releases.has(key)).map(([, key]) => key);
    // A release never changes, but it may have been registered a moment ago.
    const found = await readMany<{ release: StoredRelease }>(table, unknown, { consistent: true });
    const loaded = new Map(found.map(({ release }) => [`${release.service}#${release.label}`, release]));
    for (const [key, release] of loaded) releases.set(key, release);
    return new Map(
      [...keys.keys()].flatMap((key) => {
        const release = loaded.get(key) ?? releases.get(key);
        return release === undefined ? [] : [[key, release]];
      }),
    );
  }

  async function loadSchemas(hashes: readonly string[]): Promise<Map<string, Schema>> {
    const unknown = hashes.filter((hash) => !schemas.has(hash)).map(schemaKey);
    const found = await readMany<{ hash: string; schema: string }>(table, unknown, { consistent: true });
    const loaded = new Map(found.map(({ hash, schema }) => [hash, JSON.parse(schema) as Schema]));
    for (const [hash, schema] of loaded) schemas.set(hash, schema);
    return new Map(
      hashes.flatMap((hash) => {
        const schema = loaded.get(hash) ?? schemas.get(hash);
        return schema === undefined ? [] : [[hash, schema]];
      }),
    );
  }

  return {
    loadMany,
    loadSchemas,

    async load(service: string, label: string): Promise<StoredRelease | undefined> {
      return (await loadMany([{ service, label }])).get(`${service}#${label}`);
    },

    /** The label of artefacts; undefined when they are not registered. */
    async labelOfDigest(service: string, digest: string): Promise<string | undefined> {
      return (await get(digestKey(service, digest)))?.['label'] as string | undefined;
    },

    /** Labels by `service#digest`. */
    async labelsOf(digests: readonly { service: string; digest: string }[]): Promise<Map<string, string>> {
      const keys = new Map(digests.map(({ service, digest }) => [`${service}#${digest}`, digestKey(service, digest)]));
      const found = await readMany<{ pk: string; label: string }>(table, [...keys.values()], { consistent: true });
      return new Map(found.map(({ pk, label }) => [pk.slice('DIGEST#'.length), label]));
    },

    /** The number that was given last on that day. */
    async lastFix(release: Numbered, time: string): Promise<number> {
      return ((await get(counterKey(release, dayOf(time))))?.['fix'] as number | undefined) ?? 0;
    },

    /** Writes schemas and the rows by contract: all of it is the same when it is written again. */
    async prepare(release: StoredRelease, sent: Readonly<Record<string, string>>): Promise<void> {
      const rows = [
        ...Object.entries(sent).map(([hash, schema]) => ({ ...schemaKey(hash), hash, schema })),
        ...rowsOf(release),
      ];
      await writeItems(
        table,
        rows.map((Item): WriteRequest => ({ PutRequest: { Item } })),
      );
    },

    /**
     * Registers the release, if neither its label nor its artefacts are taken; else throws `Conflict`.
     *
     * @param fix the number that its label takes from the counter, and the number that was given before
     */
    async register(
      call: Call,
      release: StoredRelease,
      fix: { readonly taken: number; readonly last: number } | undefined,
    ): Promise<void> {
      const { service, label, digest, registeredAt } = release;
      const none = { ConditionExpression: 'attribute_not_exists(pk)' };
      const counter = fix && {
        Put: {
          Item: { ...counterKey(release, dayOf(call.time)), fix: fix.taken },
          ...(fix.last === 0
            ? none
            : { ConditionExpression: 'fix = :last', ExpressionAttributeValues: { ':last': fix.last } }),
        },
      };
      const what = `${service} ${label} is registered.`;
      await commit(table, call, {
        writes: [
          { Put: { Item: { ...releaseKey(service, label), release }, ...none } },
          { Put: { Item: { ...digestKey(service, digest), label }, ...none } },
          { Put: { Item: { pk: `RELEASES#${service}`, sk: `${registeredAt}#${label}`, ...summaryOf(release) } } },
          changePut({ at: call.time, kind: 'release-registered', service, label, what, actor: call.actor }),
          ...(counter ? [counter] : []),
        ],
        events: [publish(ReleaseRegistered, `${service}/${label}`, 1, registered(release))],
      });
      releases.set(`${service}#${label}`, release);
    },

    list: (service: string, at: { cursor?: string | undefined; limit: number }) =>
      readPage<ReleaseSummary>(table, { pk: `RELEASES#${service}`, descending: true }, at),
  };
}

function rowsOf({ service, digest, owner, provides, requires, registeredAt }: StoredRelease) {
  return [
    ...provides.flatMap((it) => [
      { pk: 'CONTRACTS', sk: nameOf(it), kind: it.kind },
      {
        ...contractRow(it),
        sk: `PROVIDER#${registeredAt}#${digest}`,
        kind: it.kind,
        service,
        digest,
        schema: it.schema,
      },
    ]),
    ...requires.map((it) => ({
      ...contractRow(it),
      sk: `CONSUMER#${service}#${digest}`,
      ...{ service, digest, owner: owner.name, use: it.use, fields: it.fields, schema: it.schema },
    })),
  ];
}

const contractRow = (it: { contract: string; major: number }) => ({ pk: `CONTRACT#${nameOf(it)}` });

const summaryOf = ({ service, label, owner, commit, digest, urgent, registeredAt }: StoredRelease): ReleaseSummary => ({
  ...{ service, label, owner: owner.name, commit, digest, registeredAt },
  ...(urgent !== undefined && { urgent }),
});

const registered = ({ service, label, owner, commit, digest, urgent, provides, requires }: StoredRelease) => ({
  ...{ service, label, owner: owner.name, commit, digest },
  urgent: urgent ?? false,
  provides: keysOf(provides),
  requires: keysOf(requires),
});
