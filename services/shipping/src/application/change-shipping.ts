import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { decide, type ShippingCommand } from '../domain/decide.ts';
import type { Store, StoredShipping } from '../store.ts';

/**
 * Runs a command on an order's shipping: load, decide, save with its events. Returns the shipping after it.
 * @param shown makes the result from which a repeated request is answered
 */
export function changeShipping(
  store: Store,
  call: Call,
  orderId: string,
  command: ShippingCommand,
  shown?: (after: StoredShipping) => unknown,
): Promise<StoredShipping> {
  return retryOnConflict(async () => {
    const stored = await store.load(orderId);
    const decision = decide(command, stored.shipping, { now: call.time, replyTo: call.replyTo });
    return decision === undefined ? stored : store.save(call, stored, decision, shown);
  });
}
