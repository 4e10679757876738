import { isDeadLetterQueue } from '../alarms/queue-alarms.ts';
import { apiName, metricsNamespace } from '../alarms/service-alarms.ts';
import { resourceName } from '../names.ts';
import { tableName } from '../table.ts';
import type { Resources, ServiceContext } from '../types.ts';
import { dashboard, found, graph, type Line, type Widget } from './widget.ts';

/** What a service's dashboard shows. */
export interface Shown {
  /** All resources, generated ones and the service's own. */
  readonly resources: Resources;
  /** Every function's name on AWS, and whether it reads the table's stream. */
  readonly lambdas: readonly { readonly name: string; readonly readsStream: boolean }[];
  readonly hasApi: boolean;
}

/** The dashboard `dure-{stage}-{service}`: alarms, business, API, functions, queues, table and state machines. */
export function serviceDashboard(context: ServiceContext, shown: Shown): Resources {
  const widgets = [
    ...alarmWidget(context, shown.resources),
    businessWidget(context),
    ...(shown.hasApi ? apiWidgets(context) : []),
    ...functionWidgets(shown.lambdas),
    ...queueWidgets(shown.resources),
    ...(context.hasTable ? tableWidgets(context) : []),
    ...machineWidgets(shown.resources),
  ];
  return { Dashboard: dashboard(resourceName(context), widgets) };
}

const idsOf = (resources: Resources, type: string): string[] =>
  Object.entries(resources).flatMap(([id, resource]) => (resource.Type === type ? [id] : []));

/** The maximum of alarms in one widget. */
const MOST_ALARMS = 100;

function alarmWidget({ service }: ServiceContext, resources: Resources): Widget[] {
  const alarms = idsOf(resources, 'AWS::CloudWatch::Alarm').map((id) => `\${${id}.Arn}`);
  if (alarms.length === 0) return [];
  const height = 2 + Math.ceil(Math.min(alarms.length, MOST_ALARMS) / 8);
  const properties = { title: `Alarms of ${service}`, alarms: alarms.slice(0, MOST_ALARMS) };
  return [{ type: 'alarm', height, properties }];
}

/** The metrics of the service's code: how often each operation had each outcome. */
function businessWidget({ service, stage }: ServiceContext): Widget {
  const schema = `{"${metricsNamespace(stage)}",service,operation,outcome}`;
  return graph('Operations by outcome', 'SampleCount', [
    found(`${schema} MetricName="duration" service="${service}"`, 'SampleCount'),
  ]);
}

function apiWidgets(context: ServiceContext): Widget[] {
  const line = (metric: string, options: object = {}): Line => [
    ...['AWS/ApiGateway', metric, 'ApiName', apiName(context), 'Stage', context.stage],
    { ...options },
  ];
  return [
    graph('Requests', 'Sum', [line('Count'), line('4XXError'), line('5XXError', { color: '#d62728' })]),
    graph('Latency, ms', 'p99', [line('Latency', { stat: 'p50' }), line('Latency'), line('IntegrationLatency')]),
  ];
}

function functionWidgets(lambdas: Shown['lambdas']): Widget[] {
  const each = (metric: string, some = lambdas): Line[] =>
    some.map(({ name }) => ['AWS/Lambda', metric, 'FunctionName', name]);
  const readers = lambdas.filter(({ readsStream }) => readsStream);
  return [
    graph('Invocations', 'Sum', each('Invocations')),
    graph('Errors and throttles', 'Sum', [...each('Errors'), ...each('Throttles')]),
    graph('Duration p99, ms', 'p99', each('Duration')),
    graph('Concurrent executions', 'Maximum', each('ConcurrentExecutions')),
    ...(readers.length === 0 ? [] : [graph('Behind the stream, ms', 'Maximum', each('IteratorAge', readers))]),
  ];
}

function queueWidgets(resources: Resources): Widget[] {
  const all = idsOf(resources, 'AWS::SQS::Queue');
  const dead = all.filter((id) => isDeadLetterQueue(id, resources[id]!));
  const live = all.filter((id) => !dead.includes(id));
  const each = (metric: string, ids: readonly string[]): Line[] =>
    ids.map((id) => ['AWS/SQS', metric, 'QueueName', `\${${id}.QueueName}`]);
  const depth = 'ApproximateNumberOfMessagesVisible';
  return [
    ...(live.length === 0
      ? []
      : [
          graph('Messages waiting', 'Maximum', each(depth, live)),
          graph('Oldest message, s', 'Maximum', each('ApproximateAgeOfOldestMessage', live)),
        ]),
    ...(dead.length === 0 ? [] : [graph('Dead letters collected', 'Sum', each('NumberOfMessagesReceived', dead))]),
  ];
}

function tableWidgets(context: ServiceContext): Widget[] {
  const line = (metric: string): Line => ['AWS/DynamoDB', metric, 'TableName', tableName(context)];
  return [
    graph('Table: consumed units', 'Sum', [line('ConsumedReadCapacityUnits'), line('ConsumedWriteCapacityUnits')]),
    graph('Table: throttled', 'Sum', [line('ReadThrottleEvents'), line('WriteThrottleEvents')]),
  ];
}

function machineWidgets(resources: Resources): Widget[] {
  return idsOf(resources, 'AWS::StepFunctions::StateMachine').map((id) => {
    const line = (metric: string): Line => ['AWS/States', metric, 'StateMachineArn', `\${${id}}`];
    const metrics = ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'];
    return graph(`Executions of ${id}`, 'Sum', metrics.map(line));
  });
}
