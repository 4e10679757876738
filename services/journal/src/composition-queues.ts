import { stage } from './composition.ts';
import { openQueues } from './queues.ts';

/**
 * Separate from composition.ts, for the functions that use other services' queues: loading the SQS client, which is left
 * to the runtime, made a cold start of the others 40 ms longer.
 */
export const openAllQueues = () => openQueues(stage());
