import { readFileSync } from 'node:fs';
import type { Heat } from './heat.ts';

interface Quota {
  readonly name: string;
  readonly perSecond: number;
  readonly adjustable: boolean;
  readonly source: string;
}

export interface Quotas {
  readonly region: string;
  readonly asOf: string;
  /** What one partition of DynamoDB bears, units a second. */
  readonly partition: { readonly write: number; readonly read: number; readonly source: string };
  /** What an account has by default. */
  readonly quotas: Readonly<Record<string, Quota>>;
}

export const quotas = JSON.parse(readFileSync(new URL('quotas.json', import.meta.url), 'utf8')) as Quotas;

/** The hottest partition key of a table or an index. */
export interface Hottest {
  readonly table: string;
  readonly index: string;
  readonly key: string;
  /** Units per order of the whole run. */
  readonly write: number;
  readonly read: number;
  /** How many keys are shared by orders. */
  readonly keys: number;
  /** Orders a second at which the key's partition is full. */
  readonly ordersPerSecond: number;
}

/**
 * The hottest shared key of each table and index, the first one to be full first. Keys that one round of orders alone
 * used are an order's own: more orders do not heat them.
 */
export function hottestOf(heats: readonly Heat[], orders: number): Hottest[] {
  const shared = heats.filter(({ rounds }) => rounds > 1);
  const groups = Map.groupBy(shared, ({ table, index = '' }) => `${table}\n${index}`);
  return [...groups.values()]
    .map((group) => {
      const [first] = group.map((heat) => limitOf(heat, orders, group.length)).sort(byRate);
      return first!;
    })
    .sort(byRate);
}

function limitOf({ table, index = '', key, write, read }: Heat, orders: number, keys: number): Hottest {
  const perOrder = { write: write / orders, read: read / orders };
  const { partition } = quotas;
  const ordersPerSecond = Math.min(partition.write / perOrder.write, partition.read / perOrder.read);
  return { table, index, key, ...perOrder, keys, ordersPerSecond };
}

export interface Limit {
  readonly name: string;
  readonly perOrder: number;
  readonly perSecond: number;
  readonly ordersPerSecond: number;
}

/** Orders a second at which each default quota is used up, the first one to be so first. `used` is per order. */
export function limitsOf(used: Readonly<Record<string, number>>): Limit[] {
  return Object.entries(used)
    .map(([id, perOrder]) => {
      const quota = quotas.quotas[id];
      if (quota === undefined) throw new Error(`There is no quota "${id}" in quotas.json.`);
      const { name, perSecond } = quota;
      return { name, perOrder, perSecond, ordersPerSecond: perSecond / perOrder };
    })
    .sort(byRate);
}

const byRate = (one: { ordersPerSecond: number }, other: { ordersPerSecond: number }): number =>
  one.ordersPerSecond - other.ordersPerSecond;
