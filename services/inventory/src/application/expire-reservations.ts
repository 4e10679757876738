import type { Call } from '@dure/contracts/binding/call';
import type { Store } from '../store.ts';
import { changeReservation } from './change-reservation.ts';

const BATCH = 50;
const MAX_BATCHES = 20;

/** A reservation this far past its end was missed by every sweep since. */
const OVERDUE_MS = 5 * 60_000;

/** Counts the reservations that ended more than five minutes ago, up to 50. */
export async function countOverdue(store: Store, call: Call): Promise<number> {
  const before = new Date(Date.parse(call.time) - OVERDUE_MS).toISOString();
  return (await store.listExpired(before, BATCH)).length;
}

/** Releases reservations that were not settled in time; returns how many. The rest waits for the next run. */
export async function expireReservations(store: Store, call: Call): Promise<number> {
  let expired = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const orderIds = await store.listExpired(call.time, BATCH);
    for (const orderId of orderIds) {
      await changeReservation(store, call, orderId, { type: 'expire', now: call.time });
    }
    expired += orderIds.length;
    if (orderIds.length < BATCH) break;
  }
  return expired;
}
