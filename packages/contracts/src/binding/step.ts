import * as z from 'zod/mini';
import { beginCall, type Call } from './call.ts';
import { lambda, logged } from './lambda.ts';

/** What a state machine passes to each of its steps beside the step's own input. */
const Context = z.object({
  correlationId: z.string(),
  causationId: z.string(),
  traceparent: z.string(),
  actor: z.string(),
});

/**
 * Makes the handler of a state machine's Lambda task. Its input is checked. An error fails the task, which the state
 * machine retries or catches. A task may run more than once, so its effect must be safe to repeat.
 *
 * @example
 * ```ts
 * import { step } from '@dure/contracts/binding/step';
 * import { Uuid } from '@dure/contracts/values';
 * import * as z from 'zod/mini';
 *
 * export const handler = step('Confirm', z.object({ orderId: Uuid }), async ({ orderId }, call) => {
 *   call.log.info('confirming', { orderId });
 *   return Promise.resolve({ confirmed: true });
 * });
 * ```
 */
export const step = <Input extends z.ZodMiniType, Output>(
  name: string,
  schema: Input,
  run: (input: z.output<Input>, call: Call) => Promise<Output>,
) =>
  lambda((event: unknown) => {
    const { causationId: id, ...origin } = z.parse(Context, event);
    const call = beginCall({ id, ...origin });
    return logged(call, 'step', name, () => run(z.parse(schema, event), call));
  });
