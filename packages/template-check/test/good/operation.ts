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

/** Two metrics in one alarm, by an expression. */
function executionsAlarm(): Resource {
  const queries = ['ExecutionsFailed', 'ExecutionsTimedOut'].map((MetricName, index): Json => {
    const Dimensions = [{ Name: 'StateMachineArn', Value: ref('StateMachine') }];
    const Metric = { Namespace: 'AWS/States', MetricName, Dimensions };
    return { Id: `m${index}`, ReturnData: false, MetricStat: { Metric, Period: 60, Stat: 'Sum' } };
  });
  return alarm('executions', { Metrics: [{ Id: 'sum', Expression: 'm0 + m1' }, ...queries] });
}

function alarms(): Record<string, Resource> {
  const functions = ['Api', 'Consumer', 'Reader', 'Job'];
  const deadLetters = ['Queue', 'Rule', 'Job', 'Topic'].map((name) => `${name}DeadLetters`);
  return Object.fromEntries([
    ...functions.flatMap((name) => [
      [`${name}ErrorsAlarm`, alarm(`${name}-errors`, lambda('Errors', name.toLowerCase()))],
      [`${name}ThrottlesAlarm`, alarm(`${name}-throttles`, lambda('Throttles', name.toLowerCase()))],
    ]),
    ...deadLetters.map((id) => [`${id}Alarm`, alarm(id, queue('NumberOfMessagesReceived', id))]),
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
    ExecutionsAlarm: executionsAlarm(),
    JobNotRunAlarm: alarm('not-run', {
      ...lambda('Invocations', 'job'),
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    }),
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
