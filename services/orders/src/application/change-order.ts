import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { decide, type OrderCommand, type Refusal } from '../domain/decide.ts';
import type { EventStore, Loaded } from '../store/event-store.ts';

/** Carries out a command on an order: load, decide, append. Answers the order after it, or why not. */
export function changeOrder(
  orders: EventStore,
  call: Call,
  orderId: string,
  command: OrderCommand,
): Promise<Loaded | { refused: Refusal }> {
  return retryOnConflict(async () => {
    const loaded = await orders.load(orderId);
    const decision = decide(command, loaded.order);
    if ('refused' in decision) return decision;
    return decision.events.length === 0 ? loaded : orders.append(call, loaded, decision.events);
  });
}
