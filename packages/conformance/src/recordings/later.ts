import { isDict } from './reader/values.ts';

/**
 * The day from which AWS's answers have a member, by its name. A recording that is older says nothing about it.
 * Sources: the histories of the API references, and the recordings themselves.
 */
const ADDED: Readonly<Record<string, string>> = {
  revisionId: '2023-06-22',
  redriveCount: '2023-11-15',
  redriveStatus: '2023-11-15',
  redriveStatusReason: '2023-11-15',
  failuresNotRedrivable: '2023-11-15',
  pendingRedrive: '2023-11-15',
  RedriveCount: '2023-11-15',
  RedriveStatus: '2024-08-20',
  RedriveStatusReason: '2024-08-20',
  encryptionConfiguration: '2024-07-25',
  variableReferences: '2024-11-22',
};

/** Whether AWS has added the member since that day. @param recordedOn ISO 8601, empty where it is not known */
export const isAddedLater = (member: string, recordedOn: string): boolean =>
  recordedOn !== '' && Object.hasOwn(ADDED, member) && recordedOn < (ADDED[member] ?? '');

/** Until this day the exit of a distributed Map state followed the end of its run in a history; since then, its start. */
const EXIT_FOLLOWS_START = '2024-11-01';

/** A history as AWS records it today. */
export function asOfToday(history: unknown, recordedOn: string): unknown {
  if (recordedOn === '' || recordedOn >= EXIT_FOLLOWS_START || !isDict(history)) return history;
  const events = history['events'];
  if (!Array.isArray(events)) return history;
  const byId = new Map((events as Event[]).map((event) => [event.id, event]));
  return { ...history, events: (events as Event[]).map((event) => movedExit(event, byId)) };
}

interface Event {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
}

function movedExit(event: Event, byId: ReadonlyMap<number, Event>): Event {
  const end = byId.get(event.previousEventId);
  if (event.type !== 'MapStateExited' || end?.type !== 'MapRunSucceeded') return event;
  return { ...event, previousEventId: end.previousEventId };
}

/** `31-12-2024, 23:59:59`, as recordings have it, as ISO 8601. */
export function dayOf(recordedDate: string | undefined): string {
  const [, day, month, year] = /^(\d\d)-(\d\d)-(\d{4})/.exec(recordedDate ?? '') ?? [];
  return year === undefined ? '' : `${year}-${month}-${day}`;
}
