import type { Call } from '@dure/contracts/binding/call';
import { type IncomingEvent, recordOf, type Refusal } from '../domain/recorded-event.ts';
import { expiryOf } from '../domain/retention.ts';
import type { Store } from '../store.ts';

/** Records a message once, however often it comes, for so many days; answers why not, where it cannot be recorded. */
export async function recordEvent(
  store: Store,
  call: Call,
  event: IncomingEvent,
  days: number,
): Promise<Refusal | undefined> {
  const record = recordOf(event, call.time);
  if (typeof record === 'string') return record;
  await store.record(record, expiryOf(call.time, days));
  return undefined;
}
