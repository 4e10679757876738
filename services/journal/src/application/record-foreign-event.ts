import type { Call } from '@dure/contracts/binding/call';
import { foreignEventOf, type IncomingForeignEvent } from '../domain/foreign-event.ts';
import { expiryOf, foreignDays } from '../domain/retention.ts';
import type { ForeignStore } from '../store/foreign-store.ts';

/** Records a foreign event once, under the id that the bus gave it, with the reason; `days` is how long it is kept. */
export async function recordForeignEvent(
  store: Pick<ForeignStore, 'record'>,
  call: Call,
  { event, reason }: { readonly event: IncomingForeignEvent; readonly reason: string },
  days: number,
): Promise<void> {
  call.log.warn('foreign event', { source: event.source, detailType: event['detail-type'], reason });
  const foreign = foreignEventOf(event, { id: call.id, reason, recordedAt: call.time });
  await store.record(foreign, expiryOf(call.time, foreignDays(days)));
}
