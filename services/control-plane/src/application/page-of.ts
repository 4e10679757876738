import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import type { Page, PageWish } from '../store/pages.ts';

const After = z.strictObject({ after: z.string() });

/** A page of what is in memory, by name; undefined when the cursor is none. */
export function pageOf<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  { cursor, limit }: PageWish,
): Page<Item> | undefined {
  const start = cursor === undefined ? undefined : decodeCursor(After, cursor);
  if (cursor !== undefined && start === undefined) return undefined;
  const rest = items
    .filter((item) => start === undefined || nameOf(item) > start.after)
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next: rest.length > limit && last ? encodeCursor({ after: nameOf(last) }) : undefined };
}
