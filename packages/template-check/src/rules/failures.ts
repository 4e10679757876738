import { actionsOf, identityStatements, isAllow, resourceStatements } from '../policies.ts';
import {
  asynchronousInvocations,
  deadLetterTarget,
  functionOf,
  givenUpBucket,
  isQueue,
  mappings,
  targets,
  toldQueues,
} from '../queues.ts';
import { targetOf, textOf } from '../references.ts';
import type { Rule, Violation } from '../rule.ts';
import { at, list, number, ofType } from '../template.ts';
import type { Json, Template } from '../template.ts';

const STREAMS = 'https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html';
const PARTIAL = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html';
const ASYNCHRONOUS = 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html';

/** A requirement for a mapping from a stream: the property and its check. */
interface StreamSetting {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly path: readonly string[];
  readonly isRight: (value: Json | undefined, template: Template) => boolean;
  readonly right: string;
}

const streamSettings: readonly StreamSetting[] = [
  {
    id: 'stream-dead-letters',
    title: 'A reader of a stream has a destination for what it gives up',
    why: 'Otherwise a batch that is given up is lost.',
    path: ['DestinationConfig', 'OnFailure', 'Destination'],
    isRight: (value, template) => (givenUpBucket(template, value) ?? deadLetterTarget(template, value)) !== undefined,
    right: 'The ARN of a queue of the template, or of a bucket of it that tells one.',
  },
  {
    id: 'stream-bisect',
    title: 'A failed batch of a stream is halved',
    why: 'One bad record would fail its whole batch.',
    path: ['BisectBatchOnFunctionError'],
    isRight: (value) => value === true,
    right: 'true.',
  },
  {
    id: 'stream-age',
    title: 'Records of a stream are given up before they expire in it',
    why: 'A record that expires in the stream (after 24 hours) goes to no dead-letter queue.',
    path: ['MaximumRecordAgeInSeconds'],
    isRight: (value) => number(value) >= 60 && number(value) <= 82_800,
    right: '60 to 82800 seconds (23 hours).',
  },
  {
    id: 'stream-retries',
    title: 'A batch of a stream is tried a limited number of times',
    why: 'Without a limit, a bad batch blocks its shard for a day.',
    path: ['MaximumRetryAttempts'],
    isRight: (value) => number(value) >= 0 && number(value) <= 10_000,
    right: '0 to 10000.',
  },
];

export const failureRules: readonly Rule[] = [
  ...streamSettings.map(streamRule),
  {
    id: 'mapping-partial-failures',
    title: 'A batch fails message by message',
    why: 'Otherwise one bad message repeats the effect of all the good ones.',
    source: PARTIAL,
    *check({ template }) {
      for (const { entry } of mappings(template)) {
        const isAlone = number(entry.properties['BatchSize']) === 1;
        if (isAlone || list(entry.properties['FunctionResponseTypes']).includes('ReportBatchItemFailures')) continue;
        yield {
          resource: entry.id,
          path: 'Properties.FunctionResponseTypes',
          right: '[ReportBatchItemFailures], or a BatchSize of 1.',
        };
      }
    },
  },
  {
    id: 'mapping-permission',
    title: 'A function may send to where its failures go',
    why: 'Lambda sends with the function’s own role; without the permission the failure is lost silently.',
    source: ASYNCHRONOUS,
    *check({ template }) {
      for (const { id, path, functionId, to, actions } of destinations(template)) {
        const role = targetOf(template, template.Resources[functionId]?.Properties?.['Role']);
        const isAllowed = (action: string): boolean =>
          identityStatements(template).some(
            (policy) =>
              policy.entry.id === role &&
              isAllow(policy) &&
              actionsOf(policy).includes(action) &&
              list(policy.statement['Resource']).some((arn) => targetOf(template, arn) === to),
          );
        const missing = actions.find((action) => !isAllowed(action));
        if (missing === undefined) continue;
        yield { resource: id, path, right: `${role ?? 'The function’s role'} allows ${missing} to ${to}.` };
      }
    },
  },
  {
    id: 'target-dead-letters',
    title: 'A rule or schedule has a dead-letter queue for what it cannot deliver',
    why: 'EventBridge gives up after a day and drops the event.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html',
    *check({ template }) {
      for (const { entry, path, target } of targets(template)) {
        if (deadLetterTarget(template, at(target, 'DeadLetterConfig', 'Arn')) !== undefined) continue;
        yield {
          resource: entry.id,
          path: `${path}.DeadLetterConfig`,
          right: 'Arn: the ARN of a queue of the template.',
        };
      }
    },
  },
  {
    id: 'target-permission',
    title: 'Queues accept messages of their rules, topics and buckets',
    why: 'Without a queue policy, the event is dropped, and so is the dead letter.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions',
    *check({ template }) {
      for (const { entry, path, target } of targets(template)) {
        if (entry.resource.Type !== 'AWS::Events::Rule') continue;
        for (const arn of [at(target, 'Arn'), at(target, 'DeadLetterConfig', 'Arn')]) {
          yield* letsIn(template, 'events.amazonaws.com', arn, { id: entry.id, path });
        }
      }
      for (const { id, properties } of ofType(template, 'AWS::SNS::Subscription')) {
        const endpoint = properties['Protocol'] === 'sqs' ? properties['Endpoint'] : undefined;
        for (const arn of [endpoint, at(properties['RedrivePolicy'], 'deadLetterTargetArn')]) {
          yield* letsIn(template, 'sns.amazonaws.com', arn, { id, path: 'Properties' });
        }
      }
      for (const bucket of ofType(template, 'AWS::S3::Bucket')) {
        for (const queue of toldQueues(template, bucket)) {
          const path = 'Properties.NotificationConfiguration';
          yield* letsIn(template, 's3.amazonaws.com', { Ref: queue }, { id: bucket.id, path });
        }
      }
    },
  },
  {
    id: 'async-dead-letters',
    title: 'A function that is invoked asynchronously has a destination for its failures',
    why: 'Lambda retries twice and then drops the event. An alias needs its own setting.',
    source: ASYNCHRONOUS,
    *check({ template }) {
      for (const { entry, invoked } of asynchronousInvocations(template)) {
        const functionId = functionOf(template, invoked)!;
        const qualifier = qualifierOf(template, invoked);
        const hasQueue = template.Resources[functionId]?.Properties?.['DeadLetterConfig'] !== undefined;
        if (hasQueue || invokeConfig(template, functionId, qualifier) !== undefined) continue;
        const right = `An EventInvokeConfig of ${functionId} for "${qualifier}" with DestinationConfig.OnFailure to a queue.`;
        yield { resource: entry.id, path: 'Properties', right };
      }
    },
  },
  {
    id: 'subscription-dead-letters',
    title: 'A subscription has a dead-letter queue for what it cannot deliver',
    why: 'After its retries SNS drops a message that its subscriber refuses.',
    source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::SNS::Subscription')) {
        if (deadLetterTarget(template, at(properties['RedrivePolicy'], 'deadLetterTargetArn')) !== undefined) continue;
        yield { resource: id, path: 'Properties.RedrivePolicy', right: 'deadLetterTargetArn: the ARN of a queue.' };
      }
    },
  },
];

function streamRule(setting: StreamSetting): Rule {
  return {
    ...{ id: setting.id, title: setting.title, why: setting.why, source: STREAMS },
    *check({ template }) {
      for (const { entry, isStream } of mappings(template)) {
        if (!isStream || setting.isRight(at(entry.properties, ...setting.path), template)) continue;
        yield { resource: entry.id, path: `Properties.${setting.path.join('.')}`, right: setting.right };
      }
    },
  };
}

const TO_QUEUE = ['sqs:SendMessage'];
const TO_BUCKET = ['s3:PutObject', 's3:ListBucket'];

/** Queues and buckets that Lambda sends to with a function's role, and the actions that it asks for. */
function* destinations(template: Template) {
  for (const { entry, functionId } of mappings(template)) {
    const destination = at(entry.properties, 'DestinationConfig', 'OnFailure', 'Destination');
    const path = 'Properties.DestinationConfig.OnFailure';
    const [queue, bucket] = [deadLetterTarget(template, destination), givenUpBucket(template, destination)];
    const to = queue ?? bucket;
    if (functionId === undefined || to === undefined) continue;
    yield { id: entry.id, path, functionId, to, actions: queue === undefined ? TO_BUCKET : TO_QUEUE };
  }
  for (const { id, properties } of ofType(template, 'AWS::Lambda::EventInvokeConfig')) {
    const functionId = functionOf(template, properties['FunctionName']);
    const queue = deadLetterTarget(template, at(properties, 'DestinationConfig', 'OnFailure', 'Destination'));
    const path = 'Properties.DestinationConfig.OnFailure';
    if (functionId !== undefined && queue !== undefined) yield { id, path, functionId, to: queue, actions: TO_QUEUE };
  }
}

function* letsIn(
  template: Template,
  service: string,
  arn: Json | undefined,
  from: { readonly id: string; readonly path: string },
): Iterable<Violation> {
  const queue = targetOf(template, arn);
  if (!isQueue(template, queue)) return;
  const open = resourceStatements(template).some(
    (policy) =>
      isAllow(policy) &&
      actionsOf(policy).includes('sqs:SendMessage') &&
      list(at(policy.statement['Principal'], 'Service')).includes(service) &&
      list(policy.statement['Resource']).some((resource) => targetOf(template, resource) === queue) &&
      namesSource(template, policy.statement['Condition'], from.id),
  );
  if (open) return;
  const right = `A queue policy of ${queue} that allows ${service} sqs:SendMessage for ${from.id}.`;
  yield { resource: from.id, path: from.path, right };
}

/** Whether a policy's condition matches this rule or bucket, or the subscription's topic: it names it, or there is none. */
function namesSource(template: Template, condition: Json | undefined, id: string): boolean {
  const resource = template.Resources[id];
  const source = resource?.Type === 'AWS::SNS::Subscription' ? resource.Properties?.['TopicArn'] : { Ref: id };
  // A bucket is made after the policy, which can only name it.
  const bucket = resource?.Type === 'AWS::S3::Bucket' ? textOf(template, resource.Properties?.['BucketName']) : '';
  const wanted =
    bucket === '' ? (targetOf(template, source) ?? textOf(template, source)) : `arn:\${AWS::Partition}:s3:::${bucket}`;
  const arns = ['ArnEquals', 'ArnLike', 'StringEquals'].flatMap((operator) =>
    list(at(condition, operator, 'aws:SourceArn')),
  );
  return arns.length === 0 || arns.some((arn) => (targetOf(template, arn) ?? textOf(template, arn)) === wanted);
}

/** `$LATEST` for a function itself, the alias's name for an alias. */
function qualifierOf(template: Template, invoked: Json): string {
  const resource = template.Resources[targetOf(template, invoked) ?? ''];
  return resource?.Type === 'AWS::Lambda::Alias' ? textOf(template, resource.Properties?.['Name']) : '$LATEST';
}

function invokeConfig(template: Template, functionId: string, qualifier: string): string | undefined {
  return ofType(template, 'AWS::Lambda::EventInvokeConfig').find(
    ({ properties }) =>
      functionOf(template, properties['FunctionName']) === functionId &&
      textOf(template, properties['Qualifier']) === qualifier &&
      deadLetterTarget(template, at(properties, 'DestinationConfig', 'OnFailure', 'Destination')) !== undefined,
  )?.id;
}
