import { metricsNamespace } from '../alarms/service-alarms.ts';
import type { Resources } from '../types.ts';
import { dashboard, found, graph, type Widget } from './widget.ts';

/**
 * The dashboard `dure-{stage}` of all services of a stage. It finds them by name, including services that are deployed
 * later.
 */
export function overview(stage: string): Resources {
  const business = `{"${metricsNamespace(stage)}",service,operation,outcome}`;
  const each = (title: string, search: string, stat: string): Widget => graph(title, stat, [found(search, stat)]);
  const api = (metric: string) => `{AWS/ApiGateway,ApiName,Stage} MetricName="${metric}" Stage="${stage}"`;
  const lambda = (metric: string) => `{AWS/Lambda,FunctionName} MetricName="${metric}" FunctionName=${stage}`;
  const queue = (metric: string, which: string) => `{AWS/SQS,QueueName} MetricName="${metric}" dure-${stage} ${which}`;
  const machine = (metric: string) => `{AWS/States,StateMachineArn} MetricName="${metric}" dure-${stage}`;
  const table = (metric: string) => `{AWS/DynamoDB,TableName} MetricName="${metric}" dure-${stage}`;
  return {
    OverviewDashboard: dashboard(`dure-${stage}`, [
      each('Requests by service', api('Count'), 'Sum'),
      each('5xx by service', api('5XXError'), 'Sum'),
      each('Latency p99 by service, ms', api('Latency'), 'p99'),
      each('Operations that failed', `${business} MetricName="duration" outcome="error"`, 'SampleCount'),
      each('Messages that died', `${business} MetricName="duration" outcome="dead-lettered"`, 'SampleCount'),
      each('Events published', `${business} MetricName="duration" operation="relay"`, 'SampleCount'),
      each('Function errors', lambda('Errors'), 'Sum'),
      each('Function throttles', lambda('Throttles'), 'Sum'),
      each('Behind the stream, ms', lambda('IteratorAge'), 'Maximum'),
      each('Messages waiting', queue('ApproximateNumberOfMessagesVisible', 'NOT dlq'), 'Maximum'),
      each('Oldest message, s', queue('ApproximateAgeOfOldestMessage', 'NOT dlq'), 'Maximum'),
      each('Dead letters collected', queue('NumberOfMessagesReceived', 'dlq'), 'Sum'),
      each('Executions started', machine('ExecutionsStarted'), 'Sum'),
      each('Executions failed', machine('ExecutionsFailed'), 'Sum'),
      each('Tables: throttled writes', table('WriteThrottleEvents'), 'Sum'),
    ]),
  };
}
