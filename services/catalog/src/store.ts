import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { PriceChanged, ProductAdded, ProductChanged, ProductRetired } from '@dure/contracts/catalog';
import { commit, type Write } from '@dure/contracts/binding/commit';
import { type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import { readItems } from '@dure/contracts/binding/read-items';
import type { Table } from '@dure/contracts/binding/table';
import { evolve, type Product, type ProductEvent } from './domain/product.ts';
import { matches, type Search } from './domain/search.ts';
import { findSkus, removeEntries, writeEntries } from './store/search-index.ts';

/*
 * Key design. `version` counts the events of a product and is also the `sequence` of the last one.
 *
 * item     pk               sk         attributes
 * product  PRODUCT#<sku>    PRODUCT    the whole product; indexId, which its search entries carry
 * entry    SEARCH#<term>    <sku>#<indexId>    see store/search-index.ts
 *
 * The entries are too many for the product's transaction. They are written before it and removed after it, so every
 * product has its entries, and some entries are stale: a search trusts the product, never an entry.
 */
const productKey = (sku: string) => ({ pk: `PRODUCT#${sku}`, sk: 'PRODUCT' });

/** A stored product, and the id of its search entries; a retired product has none. */
export interface StoredProduct {
  readonly product: Product;
  readonly indexId: string | undefined;
}

export interface Store {
  load(sku: string): Promise<StoredProduct | undefined>;
  /** Those of these SKUs that there are, by SKU; at most 100. */
  loadSome(skus: readonly string[]): Promise<Product[]>;
  /** Saves and publishes the events; returns the product after them. */
  save(call: Call, stored: StoredProduct | undefined, events: readonly ProductEvent[]): Promise<Product>;
  /** Active products that match, by SKU, starting after `after`; `more` says whether others follow. */
  search(search: Search, after: string | undefined, limit: number): Promise<{ products: Product[]; more: boolean }>;
}

const MIN_READ = 20;
const MAX_READ = 100; // keys of one BatchGetItem

export function createStore(table: Table): Store {
  return {
    async load(sku) {
      const { Item: item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: productKey(sku), ConsistentRead: true }),
      );
      return item && toStored(item);
    },

    loadSome: (skus) => readProducts(table, skus),

    async save(call, stored, events) {
      const steps = evolveAll(stored?.product, events, call.time);
      const product = steps.at(-1)?.after ?? stored?.product;
      if (product === undefined) throw new Error('A product begins with an event.');
      if (steps.length === 0) return product;
      const indexId = product.status === 'retired' ? undefined : textChanged(events) ? call.id : stored?.indexId;
      if (indexId === call.id) await writeEntries(table, product, indexId);
      await commit(table, call, {
        writes: [putProduct(product, indexId, stored?.product.version)],
        events: steps.map(({ event, after }) => outgoing(event, after)),
        result: product,
      });
      if (stored?.indexId !== undefined && stored.indexId !== indexId) {
        await removeEntries(table, call, stored.product, stored.indexId);
      }
      return product;
    },

    async search(search, after, limit) {
      const skus = findSkus(table, search, after);
      const products: Product[] = [];
      while (products.length <= limit) {
        const wanted = Math.max(MIN_READ, limit + 1 - products.length);
        const some = await take(skus, Math.min(wanted, MAX_READ));
        if (some.length === 0) return { products, more: false };
        const found = await readProducts(table, some);
        products.push(...found.filter((product) => matches(product, search)));
      }
      return { products: products.slice(0, limit), more: true };
    },
  };
}

async function readProducts(table: Table, skus: readonly string[]): Promise<Product[]> {
  const items = await readItems(table, skus.map(productKey), { consistent: true });
  return items.map((item) => toStored(item).product).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** Pairs each event with the product after it. */
function evolveAll(product: Product | undefined, events: readonly ProductEvent[], time: string) {
  let after = product;
  return events.map((event) => ({ event, after: (after = evolve(after, event, time)) }));
}

const textChanged = (events: readonly ProductEvent[]): boolean =>
  events.some(({ type }) => type === 'ProductAdded' || type === 'ProductChanged');

function putProduct(product: Product, indexId: string | undefined, before: number | undefined): Write {
  const condition =
    before === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'version = :before', ExpressionAttributeValues: { ':before': before } };
  return { Put: { Item: { ...productKey(product.sku), ...product, indexId }, ...condition } };
}

function outgoing(event: ProductEvent, { createdAt: _, updatedAt: __, ...product }: Product): OutgoingEvent {
  const state = { ...product, tags: [...product.tags] };
  const { sku, version } = product;
  switch (event.type) {
    case 'ProductAdded':
      return publish(ProductAdded, sku, version, state);
    case 'ProductChanged':
      return publish(ProductChanged, sku, version, state);
    case 'PriceChanged':
      return publish(PriceChanged, sku, version, { ...state, previousPrice: event.previousPrice });
    case 'ProductRetired':
      return publish(ProductRetired, sku, version, state);
    default:
      return event satisfies never;
  }
}

function toStored(item: Record<string, unknown>): StoredProduct {
  const { pk: _, sk: __, outbox: ___, indexId, ...product } = item as Record<string, unknown> & { indexId?: string };
  return { product: product as unknown as Product, indexId };
}

async function take<Item>(items: AsyncGenerator<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  while (taken.length < count) {
    const { value, done } = await items.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
