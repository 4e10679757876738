import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import type { OutgoingEvent } from '@dure/contracts/binding/outbox';
import { readItems } from '@dure/contracts/binding/read-items';
import type { Table } from '@dure/contracts/binding/table';
import type { Revision } from '../domain/revision.ts';
import { type Page, type PageWish, readPage } from './pages.ts';

/*
 * Key design, for policies (POLICY, by service) and values (VALUE, by <service>/<name>).
 *
 * item      pk              sk                     attributes
 * newest    POLICY          <name>                 revision, json, publishedAt, actor, why, restores; carries its event
 * revision  POLICY#<name>   <revision, 9 digits>   the same
 */
const revisionKey = (revision: number): string => String(revision).padStart(9, '0');

export interface Named extends Revision {
  readonly name: string;
}

export interface RevisionStore {
  newest(name: string): Promise<Revision | undefined>;
  /** Of up to 100 names, those that have one. */
  newestOf(names: readonly string[]): Promise<ReadonlyMap<string, Revision>>;
  /** By name; undefined when the cursor is not one of this list. */
  list(page: PageWish): Promise<Page<Named> | undefined>;
  load(name: string, revision: number): Promise<Revision | undefined>;
  /** Newest first; undefined when the cursor is not one of this list. */
  revisions(name: string, page: PageWish): Promise<Page<Revision> | undefined>;
  /** Makes it the newest, and publishes it. Throws `Conflict` when another came between. */
  save(call: Call, name: string, revision: Revision, event: OutgoingEvent): Promise<void>;
}

export function createRevisionStore(table: Table, kind: 'POLICY' | 'VALUE'): RevisionStore {
  const historyOf = (name: string): string => `${kind}#${name}`;

  async function read(pk: string, sk: string): Promise<Revision | undefined> {
    const { Item: item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true }),
    );
    return item && revisionIn(item);
  }

  return {
    newest: (name) => read(kind, name),

    async newestOf(names) {
      if (names.length === 0) return new Map();
      const keys = names.map((name) => ({ pk: kind, sk: name }));
      const items = await readItems(table, keys, { consistent: true });
      return new Map(items.map((item) => [item['sk'] as string, revisionIn(item)]));
    },

    async list(wish) {
      const page = await readPage<Record<string, unknown>>(table, { pk: kind }, wish);
      return (
        page && { ...page, items: page.items.map((item) => ({ name: item['sk'] as string, ...revisionIn(item) })) }
      );
    },

    load: (name, revision) => read(historyOf(name), revisionKey(revision)),

    async revisions(name, wish) {
      const page = await readPage<Record<string, unknown>>(table, { pk: historyOf(name), descending: true }, wish);
      return page && { ...page, items: page.items.map(revisionIn) };
    },

    async save(call, name, revision, event) {
      const isFirst = revision.revision === 1;
      const unchanged = isFirst
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'revision = :before',
            ExpressionAttributeValues: { ':before': revision.revision - 1 },
          };
      const own = { pk: historyOf(name), sk: revisionKey(revision.revision) };
      await commit(table, call, {
        writes: [
          { Put: { Item: { pk: kind, sk: name, ...revision }, ...unchanged } },
          { Put: { Item: { ...own, ...revision }, ConditionExpression: 'attribute_not_exists(pk)' } },
        ],
        events: [event],
        result: revision,
      });
    },
  };
}

function revisionIn(item: Record<string, unknown>): Revision {
  const { revision, json, publishedAt, actor, why, restores } = item as unknown as Revision;
  return { revision, json, publishedAt, actor, why, ...(restores !== undefined && { restores }) };
}
