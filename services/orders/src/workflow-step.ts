import { step } from '@dure/contracts/binding/step';
import * as z from 'zod/mini';
import { changeOrder } from './application/change-order.ts';
import { orders, workflows } from './composition.ts';
import type { OrderCommand } from './domain/decide.ts';
import type { Ending } from './domain/ending.ts';
import type { PlacedOrder } from './domain/order.ts';
import { settle } from './domain/settlement.ts';

const Lines = z.array(z.object({ sku: z.string(), quantity: z.number() }));
const Money = z.object({ amount: z.number(), currency: z.string() });

const Reject = z.object({ type: z.literal('reject'), reason: z.string(), skus: z.array(z.string()) });
const Cancel = z.object({ type: z.literal('cancel'), reason: z.string() });
const undo = { undo: z.enum(['shipping', 'payment', 'stock', 'nothing']) };

/**
 * The steps of the state machine that are decisions of the order: those of its undoing and of its settlement.
 *
 * `confirm`, `ship` and `settle` are only for executions of the definition before decision 55, which an order can be in for
 * 40 days (`TimeoutSeconds` of the checkout). They can go when no execution is left that started before its release.
 */
const Input = z.object({
  orderId: z.string(),
  command: z.discriminatedUnion('type', [
    z.object({ type: z.literal('confirm') }),
    z.object({
      type: z.literal('ship'),
      parcels: z.array(z.object({ shipmentId: z.string(), carrier: z.string(), trackingNumber: z.string() })),
    }),
    z.object({ type: z.literal('settle'), delivered: Lines, returned: Lines, lost: Lines }),
    z.object({ type: z.literal('complete'), refunded: z.optional(Money) }),
    z.object({
      type: z.literal('decideEnding'),
      ending: z.discriminatedUnion('type', [z.extend(Reject, undo), z.extend(Cancel, undo)]),
    }),
    Reject,
    Cancel,
  ]),
});

/** Returns the order's status after the command, its settlement, or its ending; the state machine branches on it. */
export const handler = step('workflow-step', Input, async ({ orderId, command }, call) => {
  if (command.type === 'settle') return settle((await orders.load(orderId)).order as PlacedOrder, command);
  if (command.type === 'decideEnding') return workflows.decideEnding(orderId, command.ending as Ending);
  const changed = await changeOrder(orders, call, orderId, command as OrderCommand);
  if ('rejected' in changed) throw new Error(`Order ${orderId} rejected ${command.type}: ${changed.rejected}`);
  const { order } = changed;
  return { status: order.status, cancelling: 'cancelling' in order && order.cancelling };
});
