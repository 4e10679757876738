import { deadLetterQueues, deadLetterTarget, queues } from '../queues.ts';
import type { Rule } from '../rule.ts';
import { at, number } from '../template.ts';

const FOURTEEN_DAYS = 14 * 24 * 3600;
/** The default of a queue: four days. */
const DEFAULT_RETENTION = 4 * 24 * 3600;

const DEAD_LETTERS =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html';
const LAMBDA_QUEUES = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html';

/** Of queues; a stream's and a function's dead letters are in failures.ts. */
export const deadLetterRules: readonly Rule[] = [
  {
    id: 'queue-dead-letters',
    title: 'Every queue has a dead-letter queue',
    why: 'A message that always fails is received until it expires, and is then lost.',
    source: DEAD_LETTERS,
    *check({ template }) {
      const takesDeadLetters = deadLetterQueues(template);
      for (const { id, properties } of queues(template)) {
        if (takesDeadLetters.has(id)) continue;
        const target = deadLetterTarget(template, at(properties['RedrivePolicy'], 'deadLetterTargetArn'));
        if (target !== undefined) continue;
        yield {
          resource: id,
          path: 'Properties.RedrivePolicy',
          right: 'deadLetterTargetArn: the ARN of a queue for it.',
        };
      }
    },
  },
  {
    id: 'dead-letter-retention',
    title: 'Dead letters are kept for 14 days',
    why: 'A message keeps its age when it moves, and a person needs time: 14 days is SQS’s maximum.',
    source: DEAD_LETTERS,
    *check({ template }) {
      for (const id of deadLetterQueues(template)) {
        const retention = template.Resources[id]?.Properties?.['MessageRetentionPeriod'];
        if (number(retention) === FOURTEEN_DAYS) continue;
        yield { resource: id, path: 'Properties.MessageRetentionPeriod', right: `${FOURTEEN_DAYS} seconds (14 days).` };
      }
    },
  },
  {
    id: 'dead-letter-outlives',
    title: 'A queue keeps messages for a shorter time than its dead-letter queue',
    why: 'A message that moves later than that expires on arrival.',
    source: DEAD_LETTERS,
    *check({ template }) {
      for (const { id, properties } of queues(template)) {
        const target = deadLetterTarget(template, at(properties['RedrivePolicy'], 'deadLetterTargetArn'));
        if (target === undefined) continue;
        const retention = (of: string) =>
          number(template.Resources[of]?.Properties?.['MessageRetentionPeriod'] ?? DEFAULT_RETENTION);
        if (retention(id) < retention(target)) continue;
        const right = `Fewer than the ${retention(target)} seconds of ${target}.`;
        yield { resource: id, path: 'Properties.MessageRetentionPeriod', right };
      }
    },
  },
  {
    id: 'dead-letter-loop',
    title: 'A dead-letter queue has no dead-letter queue itself',
    why: 'Failed messages would move on to a second queue, or round in a circle, and be hidden.',
    source: DEAD_LETTERS,
    *check({ template }) {
      const takesDeadLetters = deadLetterQueues(template);
      for (const { id, properties } of queues(template)) {
        if (!takesDeadLetters.has(id) || properties['RedrivePolicy'] === undefined) continue;
        yield { resource: id, path: 'Properties.RedrivePolicy', right: 'None: this is a dead-letter queue.' };
      }
    },
  },
  {
    id: 'redrive-count',
    title: 'A message is tried 5 to 1,000 times',
    why: 'With fewer than five, throttling alone makes dead letters of good messages; 1,000 is SQS’s maximum.',
    source: LAMBDA_QUEUES,
    *check({ template }) {
      for (const { id, properties } of queues(template)) {
        const redrive = properties['RedrivePolicy'];
        if (redrive === undefined) continue;
        const count = number(at(redrive, 'maxReceiveCount'));
        if (Number.isInteger(count) && count >= 5 && count <= 1000) continue;
        yield { resource: id, path: 'Properties.RedrivePolicy.maxReceiveCount', right: 'A number from 5 to 1000.' };
      }
    },
  },
];
