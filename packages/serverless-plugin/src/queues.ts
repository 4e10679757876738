import { resourceName, withinLimit } from './names.ts';
import type { Json, Resource, ServiceContext, Statement } from './types.ts';

/** SQS keeps a message 14 days at most; dead letters wait that long for a person. */
const DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 3600;
/** Ten days less: a message keeps its age when it moves to the dead-letter queue. */
const RETENTION_SECONDS = 4 * 24 * 3600;
const QUEUE_NAME_LIMIT = 80;

export function queueArn(queue: string): Json {
  return { 'Fn::GetAtt': [queue, 'Arn'] };
}

/** A dead-letter queue: encrypted by SQS, 14 days of retention. */
export function deadLetterQueue(context: ServiceContext, ...nameParts: string[]): Resource {
  return queue(context, nameParts, { MessageRetentionPeriod: DEAD_LETTER_RETENTION_SECONDS });
}

/**
 * A consumer's queue. The visibility time-out is six times the function's, as Lambda asks for.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function consumerQueue(
  context: ServiceContext,
  functionName: string,
  options: { timeout: number; maxReceives: number; deadLetterQueue: string },
): Resource {
  return queue(context, [functionName], {
    MessageRetentionPeriod: RETENTION_SECONDS,
    VisibilityTimeout: 6 * options.timeout,
    RedrivePolicy: {
      deadLetterTargetArn: queueArn(options.deadLetterQueue),
      maxReceiveCount: options.maxReceives,
    },
  });
}

/**
 * Lets EventBridge send to a queue, on behalf of the given rules alone.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export function rulesQueuePolicy(queues: readonly string[], rules: readonly string[]): Resource {
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: queues.map((Ref) => ({ Ref })),
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: queues.map((name) => ({
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queueArn(name),
          Condition: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => ({ 'Fn::GetAtt': [rule, 'Arn'] })) } },
        })),
      },
    },
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

function queue(context: ServiceContext, nameParts: string[], properties: { [key: string]: Json }): Resource {
  const name = withinLimit('queue', resourceName(context, ...nameParts), QUEUE_NAME_LIMIT);
  return { Type: 'AWS::SQS::Queue', Properties: { QueueName: name, SqsManagedSseEnabled: true, ...properties } };
}
