import type { Call } from '@dure/contracts/binding/call';
import { readAddress } from '../domain/return-address.ts';
import type { Answer } from '../domain/step-answers.ts';
import type { Workflow } from '../workflow.ts';
import { decideOnAnswer, type Deciders } from './decide-on-answer.ts';

export interface AnswerDependencies extends Deciders {
  readonly workflow: Pick<Workflow, 'succeed' | 'fail'>;
}

/**
 * Decides what an answer means for its order, and then continues the step that waits for it. A repeated answer decides
 * nothing more and continues the step all the same, so a crash in between loses nothing. A no-op for the checkout when
 * the step no longer waits.
 */
export async function answerWorkflow(
  dependencies: AnswerDependencies,
  call: Call,
  orderId: string,
  answer: Answer,
): Promise<void> {
  if (call.replyTo === undefined) return;
  const { workflow } = dependencies;
  const { token, decision } = readAddress(call.replyTo);
  const decided = await decideOnAnswer(dependencies, call, orderId, answer, decision);
  if (decided === undefined) return call.log.info('the other answers of this step are missing');
  const taken = decided.ok
    ? await workflow.succeed(token, decided.output)
    : await workflow.fail(token, decided.error, decided.cause);
  if (!taken) call.log.info('no step waits for this answer any more');
}
