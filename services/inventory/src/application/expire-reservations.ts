import type { Call } from '@dure/contracts/call';
import type { Store } from '../store.ts';
import { changeReservation } from './change-reservation.ts';

const BATCH = 50;
const MAX_BATCHES = 20;

/** Gives back what reservations hold that nobody settled in time; answers how many. What is left waits for the next run. */
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
