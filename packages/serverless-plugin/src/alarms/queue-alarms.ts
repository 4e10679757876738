import type { Resource, Resources, ServiceContext } from '../types.ts';
import { alarm, dimension } from './alarm.ts';

/** Whether a queue is a dead-letter queue, by its logical id or name. */
export function isDeadLetterQueue(id: string, queue: Resource): boolean {
  return id.endsWith('DeadLetterQueue') || String(queue.Properties['QueueName']).endsWith('-dlq');
}

/** The alarms of the queues among these resources, under their logical ids. */
export function queueAlarms(context: ServiceContext, of: string, resources: Resources): Record<string, Resource> {
  const queues = Object.entries(resources).filter(([, resource]) => resource.Type === 'AWS::SQS::Queue');
  return Object.fromEntries(
    queues.map(([id, queue]) => [
      `${id}Alarm`,
      isDeadLetterQueue(id, queue) ? deadLetterAlarm(context, of, id) : ageAlarm(context, of, id),
    ]),
  );
}

/**
 * The journal empties dead-letter queues every minute, so the visible messages may never be measured. The alarm counts
 * received messages.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
function deadLetterAlarm(context: ServiceContext, of: string, id: string): Resource {
  const what = id.endsWith('RuleDeadLetterQueue') ? 'rule-dead-letters' : 'dead-letters';
  return alarm(
    context,
    { of, what, sentence: 'Messages that failed for good wait for a person.' },
    {
      ...{ Namespace: 'AWS/SQS', MetricName: 'NumberOfMessagesReceived', Dimensions: queueDimension(id) },
      ...{ Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 0 },
    },
  );
}

function ageAlarm(context: ServiceContext, of: string, id: string): Resource {
  return alarm(
    context,
    { of, what: 'queue-age', sentence: 'Messages wait too long to be handled.' },
    {
      ...{ Namespace: 'AWS/SQS', MetricName: 'ApproximateAgeOfOldestMessage', Dimensions: queueDimension(id) },
      ...{ Statistic: 'Maximum', Period: 60, EvaluationPeriods: 5, Threshold: context.alarms.queueAgeSeconds },
    },
  );
}

const queueDimension = (id: string) => dimension('QueueName', { 'Fn::GetAtt': [id, 'QueueName'] });
