import type { Cursor, Links } from '@dure/contracts/values';
import type * as z from 'zod/mini';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly _links: z.output<typeof Links>;
}

/** Reads a list to its end by its `next` links. */
export async function allOf<Item>(read: (cursor?: z.output<typeof Cursor>) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = cursorOf(page);
  }
  return items;
}

/** The cursor of the page that follows, if one does. */
export function cursorOf({ _links: { next } }: Pick<Page<unknown>, '_links'>): string | undefined {
  return next && (new URL(next.href, 'http://localhost').searchParams.get('cursor') ?? undefined);
}
