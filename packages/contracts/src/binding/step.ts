import middy from '@middy/core';
import * as z from 'zod/mini';
import { beginCall, type Call } from './call.ts';
import { metric } from './log.ts';
import { settings, warmUp } from './middleware.ts';

/** What a state machine gives each of its steps besides the step's own input. */
const Context = z.object({
  correlationId: z.string(),
  causationId: z.string(),
  traceparent: z.string(),
  actor: z.string(),
});

/**
 * Makes the handler of a state machine's Lambda task. Its input is checked; what it throws fails the task, which the
 * state machine retries or catches. A task may run more than once: what it decides must be safe to repeat.
 */
export function step<Input extends z.ZodMiniType, Output>(
  name: string,
  schema: Input,
  run: (input: z.output<Input>, call: Call) => Promise<Output>,
) {
  return middy<unknown, Output>(settings)
    .use(warmUp())
    .handler(async (event) => {
      const started = performance.now();
      const { causationId: id, ...origin } = z.parse(Context, event);
      const call = beginCall({ id, ...origin });
      const done = (outcome: string) => metric(name, outcome, performance.now() - started);
      try {
        const output = await run(z.parse(schema, event), call);
        call.log.info('step done', done('ok'));
        return output;
      } catch (error) {
        call.log.error('step failed', { ...done('error'), error });
        throw error;
      }
    });
}
