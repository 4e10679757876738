import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import type { Page } from '../store/pages.ts';

const After = z.strictObject({ after: z.string() });

/** A page of what is in memory, sorted by its position; undefined when the cursor is none. */
export function pageOf<Item>(
  items: readonly Item[],
  positionOf: (item: Item) => string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Page<Item> | undefined {
  const start = cursor === undefined ? undefined : decodeCursor(After, cursor);
  if (cursor !== undefined && start === undefined) return undefined;
  const sorted = items.map((item) => ({ item, position: positionOf(item) })).sort((a, b) => compare(a, b));
  const rest = sorted.filter(({ position }) => start === undefined || position > start.after);
  const last = rest[limit - 1];
  return {
    items: rest.slice(0, limit).map(({ item }) => item),
    ...(rest.length > limit && last && { next: encodeCursor({ after: last.position })! }),
  };
}

const compare = (a: { position: string }, b: { position: string }): number =>
  a.position < b.position ? -1 : a.position > b.position ? 1 : 0;
