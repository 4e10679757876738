import type { Call } from '@dure/contracts/call';
import { foreignEventOf, type IncomingForeignEvent } from '../domain/foreign-event.ts';
import type { ForeignStore } from '../store/foreign-store.ts';

/** Records what is foreign once, under the id that the bus gave it, with the reason. */
export async function recordForeignEvent(
  store: ForeignStore,
  call: Call,
  { event, reason }: { readonly event: IncomingForeignEvent; readonly reason: string },
): Promise<void> {
  call.log.warn('foreign event', { source: event.source, detailType: event['detail-type'], reason });
  await store.record(foreignEventOf(event, { id: call.id, reason, recordedAt: call.time }));
}
