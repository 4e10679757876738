import { logicalId } from '../names.ts';
import type { Json, Resource, Resources, ServiceContext } from '../types.ts';
import { alarm, dimension, type Title } from './alarm.ts';
import { queueAlarms } from './queue-alarms.ts';
import type { BusinessAlarm } from './settings.ts';

const FIVE_MINUTES = 300;

/** The alarms of a service except those of its functions: API, own queues and state machines, business. */
export function serviceAlarms(context: ServiceContext, own: Resources, hasApi: boolean): Resources {
  return {
    ...(hasApi && apiAlarms(context)),
    ...resourceAlarms(context, own),
    ...businessAlarms(context, context.alarms.business),
  };
}

/** The framework's name of the REST API, which is the dimension of its metrics. */
export const apiName = ({ service, stage }: Pick<ServiceContext, 'service' | 'stage'>): string => `${stage}-${service}`;

/**
 * The alarms of a service's REST API: 5xx responses and the 99th percentile of the latency.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
function apiAlarms(context: ServiceContext): Resources {
  const { serverErrorRate, latencyMs } = context.alarms;
  const api = {
    Namespace: 'AWS/ApiGateway',
    Dimensions: [...dimension('ApiName', apiName(context)), ...dimension('Stage', context.stage)],
    Period: FIVE_MINUTES,
  };
  return {
    ApiServerErrorsAlarm: alarm(
      context,
      { of: 'api', what: 'server-errors', sentence: 'The API answered requests with 5xx.' },
      // The average of this metric is the fraction of requests that it counts.
      { ...api, MetricName: '5XXError', Statistic: 'Average', EvaluationPeriods: 1, Threshold: serverErrorRate },
    ),
    ApiLatencyAlarm: alarm(
      context,
      { of: 'api', what: 'latency', sentence: 'One request in a hundred takes too long.' },
      { ...api, MetricName: 'Latency', ExtendedStatistic: 'p99', EvaluationPeriods: 3, Threshold: latencyMs },
    ),
  };
}

/** The alarms of the queues and state machines among a service's own resources. */
function resourceAlarms(context: ServiceContext, own: Resources): Resources {
  const alarms = Object.entries(own).map(([id, resource]) => {
    const of = id.charAt(0).toLowerCase() + id.slice(1);
    if (resource.Type === 'AWS::SQS::Queue') return queueAlarms(context, of, { [id]: resource });
    return resource.Type === 'AWS::StepFunctions::StateMachine' ? machineAlarms(context, of, id) : {};
  });
  return Object.assign({}, ...alarms) as Resources;
}

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
function machineAlarms(context: ServiceContext, of: string, id: string): Record<string, Resource> {
  const machine = (MetricName: string, title: Title): Resource =>
    alarm(context, title, {
      ...{ Namespace: 'AWS/States', MetricName, Dimensions: dimension('StateMachineArn', { Ref: id } as Json) },
      ...{ Statistic: 'Sum', Period: FIVE_MINUTES, EvaluationPeriods: 1, Threshold: 0 },
    });
  return {
    [`${id}FailedAlarm`]: machine('ExecutionsFailed', {
      ...{ of, what: 'executions-failed', sentence: 'Executions of the state machine failed.' },
    }),
    [`${id}TimedOutAlarm`]: machine('ExecutionsTimedOut', {
      ...{ of, what: 'executions-timed-out', sentence: 'Executions of the state machine took longer than they may.' },
    }),
    [`${id}ThrottledAlarm`]: machine('ExecutionThrottled', {
      ...{ of, what: 'executions-throttled', sentence: 'Steps of the state machine were held up by a limit of AWS.' },
    }),
  };
}

/** The namespace of the metrics of the services' code, one for each stage. */
export const metricsNamespace = (stage: string): string => `Dure/${stage}`;

/** The alarms of `custom.dure.alarms.business`. */
function businessAlarms(context: ServiceContext, business: readonly BusinessAlarm[]): Resources {
  return Object.fromEntries(
    business.map((it) => [
      logicalId(it.name, 'Alarm'),
      alarm(
        context,
        { what: it.name, sentence: it.description },
        {
          Namespace: metricsNamespace(context.stage),
          MetricName: it.metric,
          Dimensions: [
            ...dimension('service', context.service),
            ...dimension('operation', it.operation),
            ...dimension('outcome', it.outcome),
          ],
          ...{ Statistic: it.statistic, Period: it.period, EvaluationPeriods: it.periods, Threshold: it.threshold },
        },
      ),
    ]),
  );
}
