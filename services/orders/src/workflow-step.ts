import { step } from '@dure/contracts/step';
import * as z from 'zod/mini';
import { changeOrder } from './application/change-order.ts';
import { orders } from './composition.ts';
import type { OrderCommand } from './domain/decide.ts';

/** The steps of the checkout that are decisions of the order itself. */
const Input = z.object({
  orderId: z.string(),
  command: z.discriminatedUnion('type', [
    z.object({ type: z.literal('confirm') }),
    z.object({ type: z.literal('complete') }),
    z.object({ type: z.literal('reject'), reason: z.string(), skus: z.array(z.string()) }),
    z.object({ type: z.literal('cancel'), reason: z.string() }),
  ]),
});

/** Answers where the order stands after it; the state machine chooses its way by that. */
export const handler = step('workflow-step', Input, async ({ orderId, command }, call) => {
  const changed = await changeOrder(orders, call, orderId, command as OrderCommand);
  if ('refused' in changed) throw new Error(`The order ${orderId} refused ${command.type}: ${changed.refused}`);
  const { order } = changed;
  return { status: order.status, cancelling: 'cancelling' in order && order.cancelling };
});
