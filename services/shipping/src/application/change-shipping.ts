import type { Call } from '@dure/contracts/call';
import { retryOnConflict } from '@dure/contracts/commit';
import { decide, type ShippingCommand } from '../domain/decide.ts';
import type { Store, StoredShipping } from '../store.ts';

/** Carries out a command on an order's shipping: load, decide, save with its events. Answers the shipping after it. */
export function changeShipping(
  store: Store,
  call: Call,
  orderId: string,
  command: ShippingCommand,
): Promise<StoredShipping> {
  return retryOnConflict(async () => {
    const stored = await store.load(orderId);
    const decision = decide(command, stored.shipping, { now: call.time, replyTo: call.replyTo });
    return decision === undefined ? stored : store.save(call, stored, decision);
  });
}
