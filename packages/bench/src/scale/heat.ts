import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Observed } from '../cost/counting-proxy.ts';
import { sum } from '../support/statistics.ts';
import { type Item, readsOf, sizeOf, writesOf, type Written } from './accesses.ts';
import { createTables, type Keys } from './tables.ts';

/** Units that one partition key took. */
export interface Heat {
  readonly table: string;
  readonly index?: string;
  readonly key: string;
  readonly write: number;
  readonly read: number;
  /** The rounds of orders that used the key: a key of both is no order's own. */
  readonly rounds: number;
}

export interface HeatMap {
  /** Takes part in the counting proxy; see `startCountingProxy`. */
  observe(one: Observed): Promise<void>;
  /** Begins another round of orders. */
  nextRound(): void;
  /** Forgets what was counted, not what was learned about items. */
  reset(): void;
  heats(): Heat[];
}

interface Capacity {
  readonly CapacityUnits?: number;
}
interface Consumed {
  readonly TableName?: string;
  readonly Table?: Capacity;
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, Capacity>>;
}

interface Share {
  readonly key: string;
  readonly weight: number;
}

/**
 * Counts the units of each partition key of tables and indexes. DynamoDB reports units by table and index; those of a
 * request with several items are shared out by the items' size. What an Update leaves in an index is read from the item
 * right after it.
 */
export function createHeatMap(client: DynamoDBClient): HeatMap {
  const tables = createTables(client);
  const images = new Map<string, Item>();
  const counted = new Map<string, { -readonly [K in keyof Heat]: Heat[K] } & { last: number }>();
  let round = 1;

  function add(place: Pick<Heat, 'table' | 'index'>, kind: 'read' | 'write', units: number, shares: readonly Share[]) {
    const whole = sum(shares.map(({ weight }) => weight));
    for (const { key, weight } of shares) {
      const id = [place.table, place.index ?? '', key].join('\n');
      const heat = counted.get(id) ?? { ...place, key, write: 0, read: 0, rounds: 0, last: 0 };
      heat[kind] += (units * weight) / whole;
      if (heat.last < round) heat.rounds += 1;
      heat.last = round;
      counted.set(id, heat);
    }
  }

  /** The item before and after; equal when only a condition was checked. */
  async function change({ table, kind, item }: Written, keys: Keys) {
    const Key = keyOf(item, keys);
    const id = `${table}\n${JSON.stringify(Key)}`;
    const before = images.get(id) ?? {};
    if (kind === 'Put') images.set(id, item);
    if (kind === 'Delete') images.delete(id);
    if (kind === 'Update') {
      const { Item: now = {} } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      images.set(id, now);
    }
    return { before, after: images.get(id) ?? {}, key: Key };
  }

  async function written(table: string, writes: readonly Written[], consumed: Consumed) {
    const keys = await tables(table);
    const changes = await Promise.all(writes.map((write) => change(write, keys)));
    const weigh = (item: Item) => Math.ceil((sizeOf(item) + 1) / 1024);
    const shares = changes.map(({ before, after, key }) => ({
      key: text(key[keys.hash]),
      weight: Math.max(weigh(before), weigh(after)),
    }));
    add({ table }, 'write', consumed.Table?.CapacityUnits ?? 0, shares);
    for (const [index, { CapacityUnits: units = 0 }] of Object.entries(consumed.GlobalSecondaryIndexes ?? {})) {
      const hash = keys.indexes.get(index)?.hash ?? '';
      const touched = changes.flatMap(({ before, after }) =>
        [...new Set([before, after].filter((item) => hash in item).map((item) => text(item[hash])))].map((key) => ({
          key,
          weight: Math.max(weigh(before), weigh(after)),
        })),
      );
      if (touched.length > 0) add({ table, index }, 'write', units, touched);
    }
  }

  return {
    async observe({ action, input, output }) {
      const consumed = [output['ConsumedCapacity'] ?? []].flat() as Consumed[];
      const writes = Map.groupBy(writesOf({ action, input }), ({ table }) => table);
      for (const [table, some] of writes) {
        await written(table, some, consumed.find(({ TableName }) => TableName === table) ?? {});
      }
      const reads = readsOf({ action, input });
      for (const { table, index, key } of reads) {
        const keys = await tables(table);
        const { Table, GlobalSecondaryIndexes: indexes } = consumed.find(({ TableName }) => TableName === table) ?? {};
        const units = index === undefined ? Table : indexes?.[index];
        const hash = index === undefined ? keys.hash : (keys.indexes.get(index)?.hash ?? '');
        const share = { key: text(key[hash]), weight: 1 };
        add({ table, index }, 'read', (units?.CapacityUnits ?? 0) / reads.length, [share]);
      }
    },
    nextRound: () => void (round += 1),
    reset() {
      counted.clear();
      round = 1;
    },
    heats: () => [...counted.values()].map(({ last: _last, ...heat }) => heat),
  };
}

function keyOf(item: Item, { hash, range }: Keys): Record<string, AttributeValue> {
  const names = range === undefined ? [hash] : [hash, range];
  return Object.fromEntries(names.map((name) => [name, item[name]!]));
}

const text = (value: AttributeValue | undefined): string => String(value?.S ?? value?.N ?? '?');
