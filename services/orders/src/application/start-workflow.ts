import type { Call } from '@dure/contracts/call';
import type { PlacedOrder } from '../domain/order.ts';
import type { Mode } from '../domain/recovery.ts';
import type { EventStore, Loaded } from '../store/event-store.ts';
import type { ExecutionInput, Workflow } from '../workflow.ts';

/** Starts the checkout of a placed order. */
export async function startCheckout(orders: EventStore, workflow: Workflow, call: Call, orderId: string) {
  const loaded = await orders.load(orderId);
  await workflow.start(orderId, executionInput(loaded, 'checkout', call));
}

/**
 * Starts the undoing of a completed order. One that is still in its checkout needs none: the checkout asks the order
 * at its next step and turns back.
 */
export async function startCancellation(orders: EventStore, workflow: Workflow, call: Call, orderId: string) {
  const loaded = await orders.load(orderId);
  if (loaded.order.status !== 'completed' || !loaded.order.cancelling) return;
  await workflow.start(cancellationName(orderId), executionInput(loaded, 'cancel', call));
}

export const cancellationName = (orderId: string) => `${orderId}.cancel`;
export const recoveryName = (orderId: string, attempt: number) => `${orderId}.${attempt}`;

export function executionInput({ orderId, order }: Loaded, mode: Mode, call: Call): ExecutionInput {
  const { items, total, paymentMethod, currency } = order as PlacedOrder;
  return {
    mode,
    orderId,
    correlationId: call.correlationId,
    causationId: call.id,
    traceparent: call.traceparent,
    actor: call.actor,
    lines: items.map(({ sku, quantity }) => ({ sku, quantity })),
    total: total ?? { amount: 0, currency },
    paymentMethod,
  };
}
