import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import type { AlertState } from '../domain/alert.ts';
import type { Store, StoredAlert } from '../store.ts';

export interface AlertQuery {
  readonly state?: AlertState;
  readonly cursor?: string;
  readonly limit: number;
}

export interface AlertPage {
  readonly alerts: readonly StoredAlert[];
  /** Set while more pages follow. */
  readonly next?: string;
}

/** Where a page ends, and which list it belongs to. */
const Place = z.strictObject({ before: z.string().check(z.minLength(1), z.maxLength(100)), list: z.string() });

/** Lists alerts of all states or of one, newest first. */
export async function listAlerts(
  store: Store,
  { state, cursor, limit }: AlertQuery,
): Promise<AlertPage | { rejected: 'invalid-cursor' }> {
  const list = state ?? 'all';
  const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
  if (cursor !== undefined && place?.list !== list) return { rejected: 'invalid-cursor' };
  const { alerts, end } = await store.list(state, { before: place?.before, limit });
  return { alerts, next: end === undefined ? undefined : encodeCursor({ before: end, list }) };
}
