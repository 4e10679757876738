import { createHash } from 'node:crypto';
import { type Change, comparer, type Pair, pairKey } from '@dure/compatibility';
import type { Table } from '@dure/contracts/binding/table';
import { type WriteRequest, writeItems } from '@dure/contracts/binding/write-items';
import { readMany } from './batches.ts';
import { Memory } from './memory.ts';
import type { ReleaseStore } from './release-store.ts';

/*
 * item        pk                                sk       attributes
 * comparison  COMPARISON#<SHA-256 of the pair>  <rules>  key: the pair; changes; expiresAt
 *
 * Two schemas compare the same for ever, under the same rules.
 */

/** Raised when `@dure/compatibility` judges otherwise than before. */
const RULES = '1';
const KEPT_DAYS = 90;
const KEPT_COMPARISONS = 20_000;
/** Larger results are made again: an item has 400 KB at most. */
const MAX_BYTES = 100 * 1024;

export type ComparisonStore = ReturnType<typeof createComparisonStore>;

/** The comparisons of pairs, from memory, from the table, or made and kept. */
export function createComparisonStore(table: Table, releases: Pick<ReleaseStore, 'loadSchemas'>) {
  const memory = new Memory<readonly Change[]>(KEPT_COMPARISONS);

  async function stored(pairs: readonly Pair[]): Promise<Map<string, readonly Change[]>> {
    const items = await readMany<{ key: string; changes: string }>(table, pairs.map(itemKey), { consistent: false });
    return new Map(items.map(({ key, changes }) => [key, JSON.parse(changes) as Change[]]));
  }

  async function make(pairs: readonly Pair[]): Promise<Map<string, readonly Change[]>> {
    const schemas = await releases.loadSchemas([...new Set(pairs.flatMap((it) => [it.consumer, it.provider]))]);
    const compare = comparer((hash) => schemas.get(hash));
    const made = pairs.flatMap((pair) => {
      const changes = compare(pair);
      return changes === undefined ? [] : [{ pair, key: pairKey(pair), changes }];
    });
    const expiresAt = Math.floor(Date.now() / 1000) + KEPT_DAYS * 86_400;
    const requests = made
      .map(({ pair, key, changes }) => ({ ...itemKey(pair), key, changes: JSON.stringify(changes), expiresAt }))
      .filter(({ changes }) => Buffer.byteLength(changes) <= MAX_BYTES)
      .map((Item): WriteRequest => ({ PutRequest: { Item } }));
    await writeItems(table, requests);
    return new Map(made.map(({ key, changes }) => [key, changes]));
  }

  return {
    /** By {@link pairKey}; undefined where a schema is not known. */
    async load(pairs: readonly Pair[]): Promise<Map<string, readonly Change[] | undefined>> {
      const unknown = pairs.filter((pair) => !memory.has(pairKey(pair)));
      const found = await stored(unknown);
      const made = await make(unknown.filter((pair) => !found.has(pairKey(pair))));
      const loaded = new Map([...found, ...made]);
      for (const [key, changes] of loaded) memory.set(key, changes);
      return new Map(
        pairs.map((pair) => {
          const key = pairKey(pair);
          return [key, loaded.get(key) ?? memory.get(key)];
        }),
      );
    },
  };
}

const itemKey = (pair: Pair) => ({
  pk: `COMPARISON#${createHash('sha256').update(pairKey(pair)).digest('hex')}`,
  sk: RULES,
});
