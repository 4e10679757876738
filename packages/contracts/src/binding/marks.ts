import type { Call, Marker } from './call.ts';
import { epochSeconds } from './outbox.ts';

/** The messages that an item's changes handled, each with the second in which that was (epoch). */
export type Marks = Readonly<Record<string, number>>;

/** Longer than a queue and its dead-letter queue keep a message. */
export const MARKER_DAYS = 15;

/** A request's marker also keeps what a repetition is answered from, and so is an item of its own. */
export const isMark = ({ hash }: Marker): boolean => hash === undefined;

const markOf = ({ pk }: Marker): string => pk.replace(/^INBOX#/, '');

/**
 * Whether the call's message had its effect, according to the marks in the item that it changes. `commit` throws then; ask
 * before an effect elsewhere.
 *
 * @example
 * ```ts
 * import type { Call } from '@dure/contracts/binding/call';
 * import { AlreadyHandled, commit } from '@dure/contracts/binding/commit';
 * import { isMarked, type Marks } from '@dure/contracts/binding/marks';
 * import type { Table } from '@dure/contracts/binding/table';
 *
 * interface Parcel {
 *   readonly id: string;
 *   readonly version: number;
 *   readonly marks?: Marks;
 * }
 *
 * export async function collect(table: Table, call: Call, { id, version, marks = {} }: Parcel, pay: () => Promise<void>) {
 *   if (isMarked(marks, call)) throw new AlreadyHandled('It was collected before.');
 *   await pay();
 *   const Item = { pk: `PARCEL#${id}`, sk: 'PARCEL', version: version + 1 };
 *   const ConditionExpression = 'version = :before';
 *   const values = { ExpressionAttributeValues: { ':before': version } };
 *   await commit(table, call, { writes: [{ Put: { Item, ConditionExpression, ...values } }], marks });
 * }
 * ```
 */
export const isMarked = (marks: Marks, { marker }: Pick<Call, 'marker'>): boolean =>
  marker !== undefined && isMark(marker) && Object.hasOwn(marks, markOf(marker));

/**
 * The marks after the call, for callers that need them before `commit`, which keeps them itself. A mark is dropped when
 * its message was handled more than {@link MARKER_DAYS} days ago, and for no other reason: only time decides whether a
 * duplicate is recognised.
 */
export function marksAfter(marks: Marks, { marker, time }: Pick<Call, 'marker' | 'time'>): Marks {
  const now = epochSeconds(time);
  const kept = Object.entries(marks).filter(([, handled]) => now - handled <= MARKER_DAYS * 86_400);
  const added = marker !== undefined && isMark(marker) ? [[markOf(marker), now] as const] : [];
  return Object.fromEntries([...kept, ...added]);
}
