import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { metric } from '@dure/contracts/binding/log';
import type { Table } from '@dure/contracts/binding/table';
import { type WriteRequest, writeItems } from '@dure/contracts/binding/write-items';
import type { Product } from '../domain/product.ts';
import { type Search, wordsOfProduct } from '../domain/search.ts';

/*
 * The partition of a term lists its products by SKU, so that a search can merge several partitions without reading any
 * of them to the end.
 *
 * pk                     sk                attributes
 * SEARCH#ALL             <sku>#<indexId>   sku
 * SEARCH#TAG#<tag>       <sku>#<indexId>   sku
 * SEARCH#WORD#<prefix>   <sku>#<indexId>   sku; words, those of the product that begin with the prefix
 *
 * A prefix is the first character of a word and, if the word is that long, its first three. `indexId` separates what
 * different changes of a product have written: each change removes only its own entries.
 */
const SHORT = 1;
const LONG = 3;

/** `#` sorts before every character of a SKU, and `$` right after `#`: `A`, `A#…`, `A$`, `A-1`, `AB`. */
const entryKey = (sku: string, indexId: string) => `${sku}#${indexId}`;
const behind = (sku: string) => `${sku}$`;

const MAX_LISTS = 4;
const FIRST_PAGE = 100;
const MAX_PAGE = 2000;

/** Writes the search entries of a product. */
export const writeEntries = (table: Table, product: Product, indexId: string): Promise<void> =>
  writeItems(
    table,
    entriesOf(product, indexId).map((Item): WriteRequest => ({ PutRequest: { Item } })),
  );

/** Removes entries that are no longer needed. If that fails they stay: they cost a read now and then, but do no harm. */
export async function removeEntries(table: Table, call: Call, product: Product, indexId: string): Promise<void> {
  const requests = entriesOf(product, indexId).map(({ pk, sk }): WriteRequest => ({
    DeleteRequest: { Key: { pk, sk } },
  }));
  const started = performance.now();
  try {
    await writeItems(table, requests);
  } catch (error) {
    const measured = metric('search-entries', 'left-behind', performance.now() - started);
    call.log.warn('stale search entries could not be removed', { ...measured, sku: product.sku, indexId, error });
  }
}

interface Entry {
  readonly pk: string;
  readonly sk: string;
  readonly sku: string;
  readonly words?: readonly string[];
}

function entriesOf(product: Product, indexId: string): Entry[] {
  const key = { sk: entryKey(product.sku, indexId), sku: product.sku };
  const words = wordsOfProduct(product);
  const prefixes = new Set(words.flatMap((word) => [start(word, SHORT), start(word, LONG)]).filter(isPrefix));
  return [
    { pk: 'SEARCH#ALL', ...key },
    ...product.tags.map((tag) => ({ pk: `SEARCH#TAG#${tag}`, ...key })),
    ...[...prefixes].map((prefix) => ({
      pk: `SEARCH#WORD#${prefix}`,
      ...key,
      words: words.filter((word) => word.startsWith(prefix)),
    })),
  ];
}

const start = (word: string, length: number): string => [...word].slice(0, length).join('');
const isPrefix = (prefix: string): boolean => [SHORT, LONG].includes([...prefix].length);

/** SKUs of products that may match, in order, starting after `after`. The longest words are the most selective. */
export async function* findSkus(table: Table, search: Search, after: string | undefined): AsyncGenerator<string> {
  const lists = termsOf(search).map((term) => openList(table, term));
  for (let target = after === undefined ? ' ' : behind(after); ;) {
    const heads = await Promise.all(lists.map((list) => list(target)));
    const highest = heads.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b));
    if (highest === undefined) return;
    const inAll = heads.every((head) => head === highest);
    if (inAll) yield highest;
    target = inAll ? behind(highest) : highest;
  }
}

interface Term {
  readonly pk: string;
  readonly word?: string;
}

function termsOf({ words, tag }: Search): Term[] {
  const terms = words.map((word) => {
    const prefix = start(word, LONG);
    return { pk: `SEARCH#WORD#${isPrefix(prefix) ? prefix : start(word, SHORT)}`, word };
  });
  if (tag !== undefined) terms.unshift({ pk: `SEARCH#TAG#${tag}`, word: '' });
  return terms.length === 0 ? [{ pk: 'SEARCH#ALL' }] : terms.slice(0, MAX_LISTS);
}

/** Returns the first SKU of a term at or after `target`, or undefined. `target` must never decrease. */
function openList(table: Table, { pk, word = '' }: Term): (target: string) => Promise<string | undefined> {
  let skus: string[] = [];
  let position = 0;
  let read = '';
  let size = FIRST_PAGE;
  let ended = false;
  return async (target) => {
    for (;;) {
      while (position < skus.length && skus[position]! < target) position += 1;
      if (position < skus.length || ended) return skus[position];
      const page = await readPage(table, pk, read > target ? read : target, size);
      skus = page.entries.filter((entry) => word === '' || entry.words?.some((it) => it.startsWith(word))).map(skuOf);
      [position, read, ended] = [0, page.entries.at(-1)?.sk ?? read, page.ended];
      size = Math.min(size * 4, MAX_PAGE);
    }
  };
}

const skuOf = ({ sku }: Entry): string => sku;

async function readPage({ client, name }: Table, pk: string, after: string, size: number) {
  const { Items: items = [], LastEvaluatedKey: last } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: { ':pk': pk, ':after': after },
      Limit: size,
    }),
  );
  return { entries: items as Entry[], ended: last === undefined };
}
