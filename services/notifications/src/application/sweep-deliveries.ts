import type { Call } from '@dure/contracts/binding/call';
import type { Deliveries } from '../store/deliveries.ts';
import { chunksOf, throwFailure } from './chunks.ts';
import type { ScheduleAttempt } from './fan-out-webhooks.ts';

/** Per run, within the function's time-out; the next run continues. */
const LIMIT = 5_000;
const AT_ONCE = 25;

/**
 * Schedules the attempts that are due: retries after hours, and those left behind by a lost message or a dead
 * invocation. Scheduling twice is harmless.
 */
export async function sweepDeliveries(
  { deliveries, scheduleAttempt }: { readonly deliveries: Deliveries; readonly scheduleAttempt: ScheduleAttempt },
  call: Call,
): Promise<{ due: number }> {
  let due = 0;
  for await (const page of deliveries.due(call.time)) {
    for (const some of chunksOf(page, AT_ONCE)) {
      throwFailure(await Promise.allSettled(some.map((delivery) => scheduleAttempt(delivery, 0, call))));
    }
    due += page.length;
    if (due >= LIMIT) break;
  }
  return { due };
}
