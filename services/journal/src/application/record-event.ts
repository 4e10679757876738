import type { Call } from '@dure/contracts/binding/call';
import { type IncomingEvent, recordOf, type Rejection } from '../domain/recorded-event.ts';
import { expiryOf } from '../domain/retention.ts';
import type { Store } from '../store.ts';

/** Records a message once, however often it arrives, and keeps it for `days`. Returns why it cannot be recorded, if so. */
export async function recordEvent(
  store: Store,
  call: Call,
  event: IncomingEvent,
  days: number,
): Promise<Rejection | undefined> {
  const record = recordOf(event, call.time);
  if (typeof record === 'string') return record;
  await store.record(record, expiryOf(call.time, days));
  return undefined;
}
