import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import { type CallFilter, type CallRecord, matches } from '../domain/call.ts';
import type { CallStore } from '../store/call-store.ts';

export interface CallQuery extends CallFilter {
  /** ISO 8601; a day before `to` by default. */
  readonly from?: string | undefined;
  /** Now by default, and at most. */
  readonly to?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface CallPage {
  readonly calls: readonly CallRecord[];
  /** Set while more pages may follow. */
  readonly next?: string;
}

const DAY_MS = 86_400_000;

/** What was asked for, which a cursor keeps: the range of its first page would move on with the clock. */
const Place = z.strictObject({ of: z.string(), from: z.iso.datetime(), to: z.iso.datetime(), before: z.string() });

/** A page of the calls that a filter takes, newest first; undefined when the cursor belongs to another list. */
export async function listCalls(
  store: CallStore,
  { cursor, limit, from, to, ...filter }: CallQuery,
  now: number,
): Promise<CallPage | undefined> {
  const of = JSON.stringify([
    filter.subject,
    filter.clientId,
    filter.tokenId,
    filter.address,
    filter.service,
    from,
    to,
  ]);
  const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
  if (cursor !== undefined && place?.of !== of) return undefined;
  const range = place ?? rangeOf(from, to, now);
  const { calls, end } = await store.list(range, (call) => matches(call, filter), limit);
  const next = end && encodeCursor({ of, from: range.from, to: range.to, before: end });
  return { calls, ...(next !== undefined && { next }) };
}

function rangeOf(from: string | undefined, to: string | undefined, now: number): { from: string; to: string } {
  // A call of this millisecond is before the end, and there is none of a time to come.
  const end = Math.min(to === undefined ? Infinity : Date.parse(to), now + 1);
  const start = from === undefined ? end - DAY_MS : Date.parse(from);
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}
