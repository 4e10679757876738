import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { decide, type OrderCommand, type Rejection } from '../domain/decide.ts';
import type { EventStore, Loaded } from '../store/event-store.ts';

/** Runs a command on an order: load, decide, append. Returns the order after it, or the reason for the rejection. */
export function changeOrder(
  orders: EventStore,
  call: Call,
  orderId: string,
  command: OrderCommand,
): Promise<Loaded | { rejected: Rejection }> {
  return retryOnConflict(async () => {
    const loaded = await orders.load(orderId);
    const decision = decide(command, loaded.order);
    if ('rejected' in decision) return decision;
    return decision.events.length === 0 ? loaded : orders.append(call, loaded, decision.events);
  });
}
