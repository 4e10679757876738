import { deadLetterQueues, functionOf, targets } from '../queues.ts';
import { textOf } from '../references.ts';
import type { Rule } from '../rule.ts';
import { at } from '../template.ts';
import type { Template } from '../template.ts';
import { isWatched, watchedMetrics } from '../watched.ts';
import type { Watched } from '../watched.ts';

/** Alarms for failures without a caller: dead letters, and jobs that do not run. */
export const jobAlarmRules: readonly Rule[] = [
  {
    id: 'alarm-dead-letters',
    title: 'An alarm on every dead-letter queue',
    why: 'A dead letter is work that was not done. If a job collects dead letters, the alarm counts received messages, otherwise visible ones.',
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    *check({ template, facts }) {
      const metrics = ['ApproximateNumberOfMessagesVisible', ...(facts.collected ? ['NumberOfMessagesReceived'] : [])];
      const watched = watchedMetrics(template);
      for (const id of deadLetterQueues(template)) {
        const name = textOf(template, { 'Fn::GetAtt': [id, 'QueueName'] });
        const isSeen = (metric: string) => isWatched(watched, 'AWS/SQS', metric, ['QueueName', name]);
        if (metrics.some(isSeen)) continue;
        const right = `An alarm on ${metrics.join(' or ')} in AWS/SQS where QueueName is ${id}'s.`;
        yield { resource: id, path: 'Properties', right };
      }
    },
  },
  {
    id: 'alarm-not-run',
    title: 'An alarm on every job that does not run, where it runs every eight hours or more often',
    why: 'A job that is not started reports no error: missing data is the only sign. Of a job that runs at certain times, or more seldom, an alarm would take the time until its first run for silence.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html',
    *check({ template }) {
      const alarms = watchedMetrics(template).filter(risesOnSilence);
      for (const id of frequentJobs(template)) {
        const name = textOf(template, template.Resources[id]?.Properties?.['FunctionName']);
        if (isWatched(alarms, 'AWS/Lambda', 'Invocations', ['FunctionName', name])) continue;
        const right = 'An alarm on fewer than some Invocations, with TreatMissingData: breaching.';
        yield { resource: id, path: 'Properties', right };
      }
    },
  },
];

const MINUTES = { minute: 1, hour: 60, day: 24 * 60 };
/** An alarm looks back for a day at most, and three missed runs are the sign. */
const LONGEST_MINUTES = (24 * 60) / 3;

/** Logical ids of the functions that run by a `rate(…)` of eight hours at most. */
function frequentJobs(template: Template): Set<string> {
  const frequent = targets(template).filter(
    ({ entry: { properties } }) =>
      properties['State'] !== 'DISABLED' &&
      minutesOf(textOf(template, properties['ScheduleExpression'])) <= LONGEST_MINUTES,
  );
  return new Set(frequent.flatMap(({ target }) => functionOf(template, at(target, 'Arn')) ?? []));
}

/** Infinity for what is no `rate(…)`. */
function minutesOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return unit === undefined ? Infinity : Number(count) * MINUTES[unit as keyof typeof MINUTES];
}

function risesOnSilence({ alarm: { properties } }: Watched): boolean {
  const isBelow = String(properties['ComparisonOperator']).startsWith('LessThan');
  return isBelow && properties['TreatMissingData'] === 'breaching' && properties['MetricName'] === 'Invocations';
}
