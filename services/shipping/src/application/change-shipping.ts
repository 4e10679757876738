import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled, retryOnConflict } from '@dure/contracts/binding/commit';
import { isMarked } from '@dure/contracts/binding/marks';
import { decide, type ShippingCommand } from '../domain/decide.ts';
import type { Store, StoredShipping } from '../store.ts';

/**
 * Runs a command on an order's shipping: load, decide, save with its events. Returns the shipping after it.
 * @param shown makes the result from which a repeated request is answered
 * @param loaded the shipping as the caller has read it; it is read again if it has changed since
 */
export function changeShipping(
  store: Store,
  call: Call,
  orderId: string,
  command: ShippingCommand,
  { shown, loaded }: { readonly shown?: (after: StoredShipping) => unknown; readonly loaded?: StoredShipping } = {},
): Promise<StoredShipping> {
  let known = loaded;
  return retryOnConflict(async () => {
    const stored = known ?? (await store.load(orderId));
    known = undefined;
    try {
      if (isMarked(stored.marks ?? {}, call)) throw new AlreadyHandled('It was handled before.');
      const decision = decide(command, stored.shipping, { now: call.time, replyTo: call.replyTo });
      return decision === undefined ? stored : await store.save(call, stored, decision, shown);
    } catch (error) {
      // Whoever handled it may have died before it wrote the copies.
      if (error instanceof AlreadyHandled) await store.mend(stored);
      throw error;
    }
  });
}
