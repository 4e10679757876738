import { isQueue, mappings, queues } from '../queues.ts';
import type { Rule } from '../rule.ts';
import { number } from '../template.ts';

/** What a queue and a function have by default, in seconds. */
const DEFAULT_VISIBILITY = 30;
const DEFAULT_TIMEOUT = 3;

const LAMBDA_QUEUES = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html';

export const queueRules: readonly Rule[] = [
  {
    id: 'queue-encrypted',
    title: 'Queues are encrypted',
    why: 'Messages carry what customers ordered and pay.',
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html',
    *check({ template }) {
      for (const { id, properties } of queues(template)) {
        if (properties['SqsManagedSseEnabled'] === true || properties['KmsMasterKeyId'] !== undefined) continue;
        yield { resource: id, path: 'Properties.SqsManagedSseEnabled', right: 'true (or a KmsMasterKeyId).' };
      }
    },
  },
  {
    id: 'queue-visibility',
    title: 'A queue hides a message for six times its consumer’s time-out',
    why: 'Otherwise a slow or throttled batch is delivered again while it is still being handled.',
    source: LAMBDA_QUEUES,
    *check({ template }) {
      for (const { entry, functionId, sourceId } of mappings(template)) {
        if (!isQueue(template, sourceId) || functionId === undefined) continue;
        const timeout = number(template.Resources[functionId]?.Properties?.['Timeout'] ?? DEFAULT_TIMEOUT);
        const window = number(entry.properties['MaximumBatchingWindowInSeconds'] ?? 0);
        const needed = 6 * timeout + window;
        const visibility = template.Resources[sourceId]?.Properties?.['VisibilityTimeout'] ?? DEFAULT_VISIBILITY;
        if (number(visibility) >= needed) continue;
        const right = `At least ${needed} seconds: 6 × ${timeout} of ${functionId} and the batch window of ${window}.`;
        yield { resource: sourceId, path: 'Properties.VisibilityTimeout', right };
      }
    },
  },
];
