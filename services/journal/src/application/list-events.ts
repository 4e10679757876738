import { createHash } from 'node:crypto';
import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import { POSITION, type RecordedEvent } from '../domain/recorded-event.ts';
import type { Selection, Store } from '../store.ts';

export interface EventQuery {
  readonly correlationId?: string;
  readonly subject?: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cursor?: string;
  readonly limit: number;
}

export interface EventPage {
  readonly events: readonly RecordedEvent[];
  /** Set while more pages follow. */
  readonly next?: string;
}

/** Where a page ends, and which query it belongs to. */
const Place = z.strictObject({ after: z.string().check(z.regex(POSITION)), query: z.string() });

/** Lists events in the order in which they happened. */
export async function listEvents(
  store: Store,
  { correlationId, subject, type, from, to, cursor, limit }: EventQuery,
): Promise<EventPage | { rejected: 'invalid-cursor' }> {
  const selection = JSON.stringify([correlationId, subject, type, from, to]);
  const query = createHash('sha256').update(selection).digest('base64url').slice(0, 12);
  const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
  if (cursor !== undefined && place?.query !== query) return { rejected: 'invalid-cursor' };
  const { events, end } = await store.list(select({ correlationId, subject, type }), {
    range: { from, to, after: place?.after },
    limit,
  });
  return { events, next: end === undefined ? undefined : encodeCursor({ after: end, query }) };
}

function select({ correlationId, subject, type }: Partial<EventQuery>): Selection {
  if (correlationId !== undefined) return { by: 'correlation', value: correlationId.toLowerCase() };
  if (subject !== undefined) return { by: 'subject', value: subject };
  if (type !== undefined) return { by: 'type', value: type };
  return { by: 'all' };
}
