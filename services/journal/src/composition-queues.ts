import { stage } from './composition.ts';
import { openQueues } from './queues.ts';

/**
 * Beside the composition, for the functions that may use other services' queues alone: the SQS client is left to the
 * runtime, and loading it made a cold start of the others 40 ms longer.
 */
export const queues = () => openQueues(stage());
