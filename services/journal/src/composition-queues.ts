import type { Redriving } from './application/redrive-dead-letter.ts';
import { deadLetters, stage } from './composition.ts';
import { openFunctions } from './functions.ts';
import { openQueues } from './queues.ts';

/**
 * Separate from composition.ts, for the functions that use other services' queues: loading the SQS client, which is left
 * to the runtime, made a cold start of the others 40 ms longer.
 */
export const openAllQueues = () => openQueues(stage());

/** Where dead letters are, and where a redrive sends them. */
export const openRedriving = (): Redriving => ({
  stage: stage(),
  letters: deadLetters,
  queues: openAllQueues(),
  functions: openFunctions(),
});
