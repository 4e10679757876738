import { createSqs as createQueues, type Sqs, type SqsOptions } from '@dure/sqs';
import { inTransaction } from '../../shared/sqlite.ts';
import { queuePathOf } from './reachable-queues.ts';

export { sqsResourceTypes } from './resource-types.ts';
export {
  type MessageAttribute,
  type MessageAttributes,
  parseAttributes,
  sizeOfAttributes,
  type Sqs,
  type SqsOptions,
} from '@dure/sqs';
export { countMessages, queueSampler } from './metrics.ts';

/** Simple Queue Service, whose queues and messages are in the local cloud's database. */
export function createSqs(options: Omit<SqsOptions, 'atomically' | 'path'>): Sqs {
  const path = queuePathOf(options.region);
  return createQueues({ ...options, path, atomically: (work) => inTransaction(options.database, work) });
}
