import { own } from '@dure/local-http/own-property';
import type { Dimensions } from './metric-store.ts';

/** What the local cloud measures of each AWS service: the metrics, and their sets of dimensions. */
const MEASURED: Readonly<Record<string, { readonly metrics: readonly string[]; readonly by: readonly string[] }>> = {
  'AWS/Lambda': {
    metrics: ['Invocations', 'Errors', 'Throttles', 'Duration', 'IteratorAge'],
    by: ['FunctionName'],
  },
  'AWS/SQS': {
    metrics: [
      'ApproximateAgeOfOldestMessage',
      'ApproximateNumberOfMessagesDelayed',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesVisible',
      'NumberOfMessagesDeleted',
      'NumberOfMessagesReceived',
      'NumberOfMessagesSent',
    ],
    by: ['QueueName'],
  },
  'AWS/ApiGateway': { metrics: ['Count', '4XXError', '5XXError', 'Latency'], by: ['ApiName', 'ApiName,Stage'] },
  'AWS/States': {
    metrics: [
      'ExecutionThrottled',
      'ExecutionTime',
      'ExecutionsAborted',
      'ExecutionsFailed',
      'ExecutionsSucceeded',
      'ExecutionsTimedOut',
    ],
    by: ['StateMachineArn'],
  },
  'AWS/Events': {
    metrics: ['FailedInvocations', 'Invocations', 'InvocationsSentToDlq'],
    by: ['RuleName', 'EventBusName,RuleName'],
  },
};

/** Why an alarm on a metric of AWS never gets data here; undefined for metrics that are measured and for custom ones. */
export function notMeasured(namespace: string, name: string, dimensions: Dimensions): string | undefined {
  if (!namespace.startsWith('AWS/')) return undefined;
  const known = own(MEASURED, namespace);
  if (known === undefined) return `the metrics of ${namespace} are not measured locally`;
  if (!known.metrics.includes(name)) {
    return `${namespace} ${name} is not measured locally; there are ${known.metrics.join(', ')}`;
  }
  const given = Object.keys(dimensions).sort().join(',');
  if (known.by.includes(given)) return undefined;
  return `${namespace} ${name} is measured by ${known.by.join(' or ')}, not by "${given}"`;
}
