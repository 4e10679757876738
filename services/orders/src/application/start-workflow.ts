import type { Call } from '@dure/contracts/binding/call';
import type { Ending } from '../domain/ending.ts';
import type { PlacedOrder } from '../domain/order.ts';
import type { Mode } from '../domain/recovery.ts';
import type { EventStore, Loaded } from '../store/event-store.ts';
import type { ExecutionInput, Workflow } from '../workflow.ts';

/** Starts the checkout of a placed order. */
export async function startCheckout(orders: EventStore, workflow: Workflow, call: Call, orderId: string) {
  const loaded = await orders.load(orderId);
  await workflow.start(executionName(orderId, 0), executionInput(loaded, 'checkout', call));
}

/** Attempt 0 is the checkout itself; each later attempt resumes where the one before it stopped. */
export const executionName = (orderId: string, attempt: number) => (attempt === 0 ? orderId : `${orderId}.${attempt}`);

export function executionInput({ orderId, order }: Loaded, mode: Mode, call: Call, ending?: Ending): ExecutionInput {
  const { customer, items, total, paymentMethod, currency, shippingAddress } = order as PlacedOrder;
  const lines = items.map(({ sku, quantity }) => ({ sku, quantity }));
  return {
    mode,
    orderId,
    correlationId: call.correlationId,
    causationId: call.id,
    traceparent: call.traceparent,
    actor: call.actor,
    lines,
    // Replaced by inventory's answer, which adds the locations.
    reservation: { lines },
    customerId: customer.id,
    shippingAddress,
    total: total ?? { amount: 0, currency },
    paymentMethod,
    ...(mode === 'undo' && { ending }),
  };
}
