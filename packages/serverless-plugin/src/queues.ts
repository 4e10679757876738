import { resourceName, withinLimit } from './names.ts';
import type { Json, Resource, Resources, ServiceContext, Statement } from './types.ts';

/** SQS's maximum; dead letters wait that long for a person. */
export const DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 3600;
/** Ten days less: a message keeps its age when it moves to the dead-letter queue. */
const RETENTION_SECONDS = 4 * 24 * 3600;
const QUEUE_NAME_LIMIT = 80;

export function queueArn(queue: string): Json {
  return { 'Fn::GetAtt': [queue, 'Arn'] };
}

/**
 * A dead-letter queue: encrypted by SQS, 14 days of retention.
 * @param of the name parts of its source queue; without them no queue may use it
 */
export function deadLetterQueue(
  context: ServiceContext,
  nameParts: readonly string[],
  of?: readonly string[],
): Resource {
  return queue(context, nameParts, {
    MessageRetentionPeriod: DEAD_LETTER_RETENTION_SECONDS,
    RedriveAllowPolicy: of === undefined ? { redrivePermission: 'denyAll' } : allowRedriveOf(context, of),
  });
}

/** By name, because the source's policy already refers to this queue, and CloudFormation rejects a cycle. */
function allowRedriveOf(context: ServiceContext, of: readonly string[]): Json {
  const name = resourceName(context, ...of);
  const arn = { 'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:${name}` };
  return { redrivePermission: 'byQueue', sourceQueueArns: [arn] };
}

/**
 * A consumer's queue. The visibility time-out is six times the function's and the batching window, as Lambda
 * recommends.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function consumerQueue(
  context: ServiceContext,
  functionName: string,
  options: { timeout: number; window?: number; maxReceives: number; deadLetterQueue: string },
): Resource {
  return queue(context, [functionName], {
    MessageRetentionPeriod: RETENTION_SECONDS,
    VisibilityTimeout: 6 * options.timeout + (options.window ?? 0),
    RedrivePolicy: {
      deadLetterTargetArn: queueArn(options.deadLetterQueue),
      maxReceiveCount: options.maxReceives,
    },
  });
}

/**
 * A policy for each queue: TLS only, and from EventBridge only the given rules. A queue's policy cannot name another
 * queue.
 * Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html
 * @param rules logical ids of the rules that may send to a queue, by the queue's logical id
 */
export function queuePolicies(
  queues: readonly string[],
  rules: Readonly<Record<string, readonly string[]>>,
): Resources {
  return Object.fromEntries(
    queues.map((id) => {
      const ids = rules[id] ?? [];
      return [`${id}Policy`, queuePolicy(id, ids.length === 0 ? [] : [sentByRules(id, ids)])];
    }),
  );
}

/** TLS only, and who else is allowed. */
export function queuePolicy(queueId: string, allowed: readonly Json[]): Resource {
  const tlsOnly = {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: queueArn(queueId),
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: queueId }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [tlsOnly, ...allowed],
      },
    },
  };
}

/** Lets EventBridge send to a queue, only for the given rules. */
export function sentByRules(queueId: string, rules: readonly string[]): Json {
  return {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queueArn(queueId),
    Condition: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => ({ 'Fn::GetAtt': [rule, 'Arn'] })) } },
  };
}

export function sendStatement(queueLogicalId: string): Statement {
  return { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn(queueLogicalId) };
}

export function receiveStatement(queueLogicalId: string): Statement {
  return {
    Effect: 'Allow',
    Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
    Resource: queueArn(queueLogicalId),
  };
}

function queue(context: ServiceContext, nameParts: readonly string[], properties: { [key: string]: Json }): Resource {
  const name = withinLimit('queue', resourceName(context, ...nameParts), QUEUE_NAME_LIMIT);
  return { Type: 'AWS::SQS::Queue', Properties: { QueueName: name, SqsManagedSseEnabled: true, ...properties } };
}
