import type { RecordedEvent } from '../domain/recorded-event.ts';
import { recordExpiry } from '../domain/retention.ts';
import type { Store } from '../store.ts';

/**
 * Records events, each once, however often it arrives, and keeps them for `days`. A repetition replaces the record with
 * itself, except for `recordedAt`. Returns a result for each event, in their order.
 */
export async function recordEvents(
  store: Store,
  events: readonly RecordedEvent[],
  days: number,
): Promise<PromiseSettledResult<void>[]> {
  const distinct = [...new Map(events.map((event) => [event.id, event])).values()];
  const results = await store.record(
    distinct.map((event) => ({ event, expiresAt: recordExpiry(event.time, event.recordedAt, days) })),
  );
  const resultOf = new Map(distinct.map(({ id }, index) => [id, results[index]!]));
  return events.map(({ id }) => resultOf.get(id)!);
}
