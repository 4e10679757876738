import type { Call } from '@dure/contracts/binding/call';
import type { Deliveries } from '../store/deliveries.ts';
import { chunksOf, throwFailure } from './chunks.ts';
import type { Summon } from './webhooks.ts';

/** In one run, within the time of the function; the next one goes on. */
const LIMIT = 5_000;
const AT_ONCE = 25;

/**
 * Has those attempted that are due: retries of hours, and whatever a lost message or a death left behind. Twice does
 * nothing more, never leaves them to the next run.
 */
export async function sweepDeliveries(
  { deliveries, summon }: { readonly deliveries: Deliveries; readonly summon: Summon },
  call: Call,
): Promise<{ due: number }> {
  let due = 0;
  for await (const page of deliveries.due(call.time)) {
    for (const some of chunksOf(page, AT_ONCE)) {
      throwFailure(await Promise.allSettled(some.map((delivery) => summon(delivery, 0, call))));
    }
    due += page.length;
    if (due >= LIMIT) break;
  }
  return { due };
}
