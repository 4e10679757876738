import { logicalId, resourceName } from './names.ts';
import type { Json, Resource, Resources, ServiceContext } from './types.ts';

/** What is alarming about a metric: `Threshold` is passed, by `Statistic` over `Period` seconds, that often in a row. */
interface Condition {
  readonly Namespace: 'AWS/SQS' | 'AWS/Lambda';
  readonly MetricName: string;
  readonly Dimensions: Json;
  readonly Statistic: 'Maximum' | 'Sum';
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
}

const DEAD_LETTER_QUEUE = /DeadLetterQueue$/;
const BEHIND_MS = 60_000;

/**
 * The alarms of one function: a dead letter in any of its queues, a call that threw or timed out, and being a minute
 * behind the stream it reads.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
 * @param own what else was made for the function
 */
export function expandAlarms(
  context: ServiceContext,
  functionName: string,
  lambda: { readonly name: string; readonly readsStream: boolean },
  own: Resources,
): Resources {
  const queues = Object.entries(own).filter(([id]) => DEAD_LETTER_QUEUE.test(id));
  const alarms: Record<string, Resource> = Object.fromEntries(
    queues.map(([id, queue]) => [`${id}Alarm`, deadLetterAlarm(id, queue)]),
  );
  const Dimensions = [{ Name: 'FunctionName', Value: lambda.name }];
  alarms[logicalId(functionName, 'ErrorsAlarm')] = alarm(
    resourceName(context, functionName, 'errors'),
    'Calls of the function threw or timed out.',
    {
      ...{ Namespace: 'AWS/Lambda', MetricName: 'Errors', Dimensions, Statistic: 'Sum' },
      ...{ Period: 300, EvaluationPeriods: 1, Threshold: 0 },
    },
  );
  if (!lambda.readsStream) return alarms;
  alarms[logicalId(functionName, 'IteratorAgeAlarm')] = alarm(
    resourceName(context, functionName, 'iterator-age'),
    'The function is behind the stream of the table.',
    {
      ...{ Namespace: 'AWS/Lambda', MetricName: 'IteratorAge', Dimensions, Statistic: 'Maximum' },
      ...{ Period: 60, EvaluationPeriods: 5, Threshold: BEHIND_MS },
    },
  );
  return alarms;
}

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
function deadLetterAlarm(id: string, queue: Resource): Resource {
  const Dimensions = [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }];
  return alarm(String(queue.Properties['QueueName']), 'Messages that failed for good wait for a person.', {
    ...{ Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Dimensions, Statistic: 'Maximum' },
    ...{ Period: 60, EvaluationPeriods: 1, Threshold: 0 },
  });
}

/** A metric without data is well: a queue or function at rest reports none. */
function alarm(name: string, description: string, condition: Condition): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: name,
      AlarmDescription: description,
      ...condition,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    },
  };
}
