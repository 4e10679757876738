import { AUTHORIZER } from '../authorizer.ts';
import { logicalId } from '../names.ts';
import type { FunctionConfig, Resource, Resources, ServiceContext } from '../types.ts';
import { alarm, dimension } from './alarm.ts';
import { queueAlarms } from './queue-alarms.ts';

const MINUTES = { minute: 1, hour: 60, day: 24 * 60 };
const FIVE_MINUTES = 300;
const DAY = 86_400;

/**
 * The alarms of one function: dead letters, waiting messages, errors and time-outs, throttles, lag behind its stream,
 * and missed scheduled runs.
 * @param lambdaName the function's name on AWS
 * @param own the function's other resources
 */
export function functionAlarms(
  context: ServiceContext,
  of: string,
  lambdaName: string,
  config: FunctionConfig,
  own: Resources,
): Resources {
  const { errors, throttles, iteratorAgeSeconds } = context.alarms;
  const alarms = queueAlarms(context, of, own);
  const lambda = { Namespace: 'AWS/Lambda', Dimensions: dimension('FunctionName', lambdaName) };
  const often = { ...lambda, Statistic: 'Sum', Period: FIVE_MINUTES, EvaluationPeriods: 1 } as const;
  // An authorizer refuses a bad token by an error. What it cannot decide is among the API's 5xx.
  if (of !== AUTHORIZER) {
    alarms[logicalId(of, 'ErrorsAlarm')] = alarm(
      context,
      { of, what: 'errors', sentence: 'Calls of the function threw or timed out.' },
      { ...often, MetricName: 'Errors', Threshold: errors },
    );
  }
  alarms[logicalId(of, 'ThrottlesAlarm')] = alarm(
    context,
    { of, what: 'throttles', sentence: 'Calls of the function were throttled.' },
    { ...often, MetricName: 'Throttles', Threshold: throttles },
  );
  if (config.relay === true || config.stream !== undefined) {
    alarms[logicalId(of, 'IteratorAgeAlarm')] = alarm(
      context,
      { of, what: 'iterator-age', sentence: 'The function is behind the stream of the table.' },
      {
        ...{ ...lambda, MetricName: 'IteratorAge', Statistic: 'Maximum' },
        ...{ Period: 60, EvaluationPeriods: 5, Threshold: iteratorAgeSeconds * 1000 },
      },
    );
  }
  const seconds = secondsBetweenRuns(config);
  return seconds === undefined ? alarms : { ...alarms, ...notRunAlarm(context, of, lambda, seconds) };
}

/** A scheduled job that does not run reports nothing, so three missed runs are the sign. */
function notRunAlarm(
  context: ServiceContext,
  of: string,
  lambda: Pick<Parameters<typeof alarm>[2], 'Namespace' | 'Dimensions'>,
  seconds: number,
): Record<string, Resource> {
  return {
    [logicalId(of, 'NotRunAlarm')]: alarm(
      context,
      { of, what: 'not-run', sentence: 'The job did not run by its schedule.' },
      {
        ...{ ...lambda, MetricName: 'Invocations', Statistic: 'Sum', Threshold: 1 },
        ...{ Period: Math.max(seconds, FIVE_MINUTES), EvaluationPeriods: 3 },
        ...{ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' },
      },
    ),
  };
}

/** The shortest interval of a `rate(…)`; undefined without one, or if an alarm cannot evaluate three of them. */
function secondsBetweenRuns(config: FunctionConfig): number | undefined {
  const expressions = (config.events ?? []).flatMap(({ schedule }) => {
    if (typeof schedule === 'string') return [schedule];
    const { rate, enabled } = (schedule ?? {}) as { rate?: string | readonly string[]; enabled?: boolean };
    return enabled === false || rate === undefined ? [] : [rate].flat();
  });
  const seconds = expressions.flatMap((expression) => {
    const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
    return unit === undefined ? [] : [60 * Number(count) * MINUTES[unit as keyof typeof MINUTES]];
  });
  const least = Math.min(...seconds);
  return 3 * least <= DAY ? least : undefined;
}
