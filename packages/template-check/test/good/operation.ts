import type { Json, Resource } from '../../src/template.ts';
import { ref } from './stores.ts';

const TOPIC = '{{resolve:ssm:/dure/prod/alerts/topic-arn}}';
const RUNBOOK = 'services/shop/README.md#runbook';

function alarm(name: string, properties: Readonly<Record<string, Json>>): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `dure-prod-shop-${name}`,
      AlarmDescription: `Something is wrong. ${RUNBOOK}`,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      Threshold: 0,
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
      ...properties,
    },
  };
}

function metric(namespace: string, name: string, dimension: string, value: Json): Readonly<Record<string, Json>> {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: [{ Name: dimension, Value: value }],
    Period: 60,
    Statistic: 'Sum',
  };
}

const lambda = (name: string, of: string) => metric('AWS/Lambda', name, 'FunctionName', `shop-prod-${of}`);
const queue = (name: string, of: string) => metric('AWS/SQS', name, 'QueueName', { 'Fn::GetAtt': [of, 'QueueName'] });
const api = (name: string) => metric('AWS/ApiGateway', name, 'ApiName', 'prod-shop');

/** Several metrics in one alarm, by an expression. */
function sumAlarm(
  name: string,
  namespace: string,
  metrics: readonly string[],
  dimension: string,
  value: Json,
): Resource {
  const queries = metrics.map((MetricName, index): Json => {
    const Metric = { Namespace: namespace, MetricName, Dimensions: [{ Name: dimension, Value: value }] };
    return { Id: `m${index}`, ReturnData: false, MetricStat: { Metric, Period: 60, Stat: 'Sum' } };
  });
  const Expression = metrics.map((_, index) => `FILL(m${index}, 0)`).join(' + ');
  return alarm(name, { Metrics: [{ Id: 'sum', Expression }, ...queries] });
}

function deadLetterAlarm(id: string): Resource {
  const metrics = ['NumberOfMessagesReceived', 'ApproximateNumberOfMessagesVisible'];
  return sumAlarm(id, 'AWS/SQS', metrics, 'QueueName', { 'Fn::GetAtt': [id, 'QueueName'] });
}

function alarms(): Record<string, Resource> {
  const functions = ['Api', 'Consumer', 'Reader', 'Job'];
  const deadLetters = ['Queue', 'Rule', 'Reader', 'Job', 'Topic'].map((name) => `${name}DeadLetters`);
  return Object.fromEntries([
    ...functions.flatMap((name) => [
      [`${name}ErrorsAlarm`, alarm(`${name}-errors`, lambda('Errors', name.toLowerCase()))],
      [`${name}ThrottlesAlarm`, alarm(`${name}-throttles`, lambda('Throttles', name.toLowerCase()))],
    ]),
    ...deadLetters.map((id) => [`${id}Alarm`, deadLetterAlarm(id)]),
  ]) as Record<string, Resource>;
}

/** Alarms, the dashboard and published facts. */
export function operationResources(): Record<string, Resource> {
  const { Statistic: _, ...latency } = api('Latency');
  const widget = { type: 'metric', properties: { metrics: [['AWS/Lambda', 'Errors']] } };
  return {
    ...alarms(),
    ReaderAgeAlarm: alarm('age', lambda('IteratorAge', 'reader')),
    QueueAgeAlarm: alarm('queue-age', queue('ApproximateAgeOfOldestMessage', 'Queue')),
    ServerErrorsAlarm: alarm('5xx', api('5XXError')),
    LatencyAlarm: alarm('latency', { ...latency, ExtendedStatistic: 'p99' }),
    ExecutionsAlarm: sumAlarm(
      'executions',
      'AWS/States',
      ['ExecutionsFailed', 'ExecutionsTimedOut'],
      'StateMachineArn',
      ref('StateMachine'),
    ),
    StuckAlarm: alarm('stuck', metric('Dure', 'Stuck', 'service', 'shop')),
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: { DashboardName: 'dure-prod-shop', DashboardBody: JSON.stringify({ widgets: [widget] }) },
    },
    UrlParameter: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: '/dure/prod/shop/url', Type: 'String', Value: 'https://example.test' },
    },
  };
}
