import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import type { ForeignEvent } from '../domain/foreign-event.ts';
import type { ForeignFilter, ForeignStore } from '../store/foreign-store.ts';

export interface ForeignEventPage {
  readonly events: readonly Omit<ForeignEvent, 'detail'>[];
  /** Set while more pages follow. */
  readonly next?: string;
}

/** Where a page ends, and which source was asked for. */
const Place = z.strictObject({ source: z.optional(z.string()), after: z.string().check(z.maxLength(200)) });

/** A page of foreign events in the order in which they were recorded; undefined when the cursor belongs to another list. */
export async function listForeignEvents(
  store: ForeignStore,
  { cursor, limit, ...filter }: ForeignFilter & { readonly cursor?: string; readonly limit: number },
): Promise<ForeignEventPage | undefined> {
  const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
  if (cursor !== undefined && (place === undefined || place.source !== filter.source)) return undefined;
  const { events, end } = await store.list(filter, { after: place?.after, limit });
  return { events, ...(end !== undefined && { next: encodeCursor({ source: filter.source, after: end }) }) };
}
