import type { Call } from '@dure/contracts/call';
import type { Deliveries } from '../store/deliveries.ts';
import type { Summon } from './webhooks.ts';

const LIMIT = 500;

/**
 * Has those attempted that are due: retries of hours, and whatever a lost message or a death left behind. Twice does
 * nothing more, never leaves them to the next run.
 */
export async function sweepDeliveries(
  { deliveries, summon }: { readonly deliveries: Deliveries; readonly summon: Summon },
  call: Call,
): Promise<{ due: number }> {
  const due = await deliveries.due(call.time, LIMIT);
  for (const delivery of due) await summon(delivery, 0, call);
  return { due: due.length };
}
