import type { Call } from '@dure/contracts/binding/call';
import type { StepAnswer } from '../domain/step-answers.ts';
import type { Workflow } from '../workflow.ts';

/** Gives a waiting step of the checkout its answer; a no-op when the step no longer waits. */
export async function answerWorkflow(workflow: Workflow, call: Call, answer: StepAnswer): Promise<void> {
  if (call.replyTo === undefined) return;
  const taken = answer.ok
    ? await workflow.succeed(call.replyTo, answer.output)
    : await workflow.fail(call.replyTo, answer.error, answer.cause);
  if (!taken) call.log.info('no step waits for this answer any more');
}
