import { aliases, deploymentHooks } from '../aliases.ts';
import { functionOf, isQueue, mappings } from '../queues.ts';
import { textOf } from '../references.ts';
import type { Rule, Violation } from '../rule.ts';
import { ofType } from '../template.ts';
import type { Json, Template } from '../template.ts';
import { isWatched, watchedMetrics } from '../watched.ts';

/** Metrics that each of these resources needs an alarm for. */
interface Coverage {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly source: string;
  readonly namespace: string;
  readonly metrics: readonly string[];
  readonly dimension: string;
  /** Logical ids, by the property that holds their name. */
  readonly resources: (template: Template) => readonly string[];
  readonly nameProperty: string;
  readonly statistic?: string;
}

const LAMBDA_METRICS = 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html';
const SQS_METRICS =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html';
const API_METRICS =
  'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html';

const ids = (type: string) => (template: Template) => ofType(template, type).map(({ id }) => id);

/** Without deployment hooks: the deployment reports their failures. */
function functions(template: Template): string[] {
  const hooks = deploymentHooks(template);
  return ids('AWS::Lambda::Function')(template).filter((id) => !hooks.has(id));
}

/**
 * Without the authorizers of an API: each refused token counts as an error of theirs, and the API's 5xx alarm has every
 * token that they could not decide about.
 */
function functionsThatAnswer(template: Template): string[] {
  const uris = JSON.stringify(ofType(template, 'AWS::ApiGateway::Authorizer').map(({ properties }) => properties));
  const called = aliases(template).filter(({ id }) => uris.includes(`{"Ref":"${id}"}`));
  const authorizers = new Set(called.map(({ properties }) => functionOf(template, properties['FunctionName'])));
  return functions(template).filter((id) => !authorizers.has(id) && !uris.includes(`["${id}","Arn"]`));
}

const coverages: readonly Coverage[] = [
  {
    id: 'alarm-queue-age',
    title: 'An alarm on the age of the oldest message in every consumer’s queue',
    why: 'A consumer that is behind, or stopped, reports no error.',
    source: SQS_METRICS,
    ...{ namespace: 'AWS/SQS', metrics: ['ApproximateAgeOfOldestMessage'], dimension: 'QueueName' },
    ...{ resources: consumedQueues, nameProperty: 'QueueName' },
  },
  {
    id: 'alarm-errors',
    title: 'An alarm on every function’s errors, but an authorizer’s',
    why: 'A call that threw or timed out gave no answer.',
    source: LAMBDA_METRICS,
    ...{ namespace: 'AWS/Lambda', metrics: ['Errors'], dimension: 'FunctionName' },
    ...{ resources: functionsThatAnswer, nameProperty: 'FunctionName' },
  },
  {
    id: 'alarm-throttles',
    title: 'An alarm on every function’s throttles',
    why: 'A throttled call is rejected but does not count as an error of the function.',
    source: LAMBDA_METRICS,
    ...{ namespace: 'AWS/Lambda', metrics: ['Throttles'], dimension: 'FunctionName' },
    ...{ resources: functions, nameProperty: 'FunctionName' },
  },
  {
    id: 'alarm-iterator-age',
    title: 'An alarm on the lag of every reader of a stream',
    why: 'Events that are published late make every copy stale, without an error.',
    source: LAMBDA_METRICS,
    ...{ namespace: 'AWS/Lambda', metrics: ['IteratorAge'], dimension: 'FunctionName' },
    ...{ resources: streamReaders, nameProperty: 'FunctionName' },
  },
  {
    id: 'alarm-5xx',
    title: 'An alarm on an API’s 5xx answers',
    why: 'Callers notice them first.',
    source: API_METRICS,
    ...{ namespace: 'AWS/ApiGateway', metrics: ['5XXError'], dimension: 'ApiName' },
    ...{ resources: ids('AWS::ApiGateway::RestApi'), nameProperty: 'Name' },
  },
  {
    id: 'alarm-latency',
    title: 'An alarm on the 99th percentile of an API’s latency',
    why: 'An average hides the one request in a hundred that waits.',
    source: API_METRICS,
    ...{ namespace: 'AWS/ApiGateway', metrics: ['Latency'], dimension: 'ApiName', statistic: 'p99' },
    ...{ resources: ids('AWS::ApiGateway::RestApi'), nameProperty: 'Name' },
  },
  {
    id: 'alarm-executions',
    title: 'An alarm on executions that failed or timed out',
    why: 'An execution that timed out is not counted as failed, but has not finished its work either.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html',
    ...{ namespace: 'AWS/States', metrics: ['ExecutionsFailed', 'ExecutionsTimedOut'], dimension: 'StateMachineArn' },
    ...{ resources: ids('AWS::StepFunctions::StateMachine'), nameProperty: '' },
  },
];

export const coverageRules: readonly Rule[] = coverages.map(coverageRule);

function coverageRule({ id, title, why, source, ...coverage }: Coverage): Rule {
  return {
    ...{ id, title, why, source },
    *check({ template }) {
      for (const resource of coverage.resources(template)) yield* unwatched(template, coverage, resource);
    },
  };
}

function* unwatched(
  template: Template,
  coverage: Omit<Coverage, 'id' | 'title' | 'why' | 'source'>,
  resource: string,
): Iterable<Violation> {
  const { namespace, metrics, dimension, nameProperty, statistic } = coverage;
  const all = watchedMetrics(template).filter((it) => statistic === undefined || it.statistic === statistic);
  const names = namesOf(template, resource, nameProperty);
  for (const metric of metrics) {
    if (names.some((name) => isWatched(all, namespace, metric, [dimension, name]))) continue;
    const what = [statistic, metric].filter(Boolean).join(' of ');
    const right = `An alarm on ${what} in ${namespace} where ${dimension} is ${resource}'s.`;
    yield { resource, path: 'Properties', right };
  }
}

/** The forms of the dimension's value in a template: the name, Ref, or an attribute. */
function namesOf(template: Template, id: string, nameProperty: string): string[] {
  const name = template.Resources[id]?.Properties?.[nameProperty];
  const references: Json[] = [{ Ref: id }, { 'Fn::GetAtt': [id, 'Arn'] }, { 'Fn::GetAtt': [id, nameProperty] }];
  return [...(name === undefined ? [] : [name]), ...references].map((value) => textOf(template, value));
}

function consumedQueues(template: Template): string[] {
  const read = mappings(template).flatMap(({ sourceId }) => (isQueue(template, sourceId) ? [sourceId] : []));
  return [...new Set(read)];
}

function streamReaders(template: Template): string[] {
  const readers = mappings(template).flatMap(({ isStream, functionId }) =>
    isStream && functionId ? [functionId] : [],
  );
  return [...new Set(readers)];
}
