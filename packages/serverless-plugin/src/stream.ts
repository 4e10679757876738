import { givenUpBucket, givenUpStatements, sentByBucket, tlsOnly } from './buckets.ts';
import { logicalId } from './names.ts';
import { consumerQueue, deadLetterQueue, queueArn, queuePolicies, queuePolicy, receiveStatement } from './queues.ts';
import { tableName } from './table.ts';
import type { Expansion, FunctionConfig, Json, ServiceContext } from './types.ts';

/**
 * Changes that carry messages, see `commit`, and the outbox items of earlier versions, which a stream may still have when
 * it is deployed. An item that expires has no new image.
 */
const OUTBOX_FILTERS: readonly Json[] = [
  { dynamodb: { NewImage: { outbox: { S: [{ exists: true }] } } } },
  {
    eventName: ['INSERT'],
    dynamodb: { NewImage: { pk: { S: [{ prefix: 'OUTBOX#' }] }, envelope: { S: [{ exists: true }] } } },
  },
];

const REDRIVE_RECEIVES = 5;
/** The stream keeps a record for a day. Six hours are left to read, and give up, what waits behind it. */
const RECORD_AGE_SECONDS = 18 * 3600;

/** `relay`: the function reads changes that carry messages from the table's stream and may put events on the bus. */
export function expandRelay(context: ServiceContext, functionName: string, config: FunctionConfig): Expansion {
  const stream = expandStream(context, functionName, config, OUTBOX_FILTERS);
  return {
    ...stream,
    environment: { ...stream.environment, BUS_NAME: context.bus.name },
    statements: [...stream.statements, { Effect: 'Allow', Action: 'events:PutEvents', Resource: context.bus.arn }],
  };
}

/**
 * `stream`: the function reads the service's own table's stream through a filter. One shard keeps its order;
 * a failed batch is halved, tried for 18 hours at most, and then kept whole in a bucket, since the stream forgets it and
 * the table overwrites it. The bucket tells the function's queue, by which the function tries again; what fails there
 * too is a dead letter, and comes back to that queue when it is redriven. The bucket does not tell the dead-letter queue
 * itself: S3 sends a test message to a queue when they are made, which would raise the alarm of every first deployment.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function expandStream(
  context: ServiceContext,
  functionName: string,
  config: Pick<FunctionConfig, 'stream' | 'timeout'>,
  filters: readonly Json[] = [config.stream?.filter ?? {}],
): Expansion {
  const deadLetters = logicalId(functionName, 'DeadLetterQueue');
  const redrive = logicalId(functionName, 'Queue');
  const givenUp = logicalId(functionName, 'GivenUpBucket');
  const streamArn = { 'Fn::GetAtt': ['Table', 'StreamArn'] };
  return {
    resources: {
      [deadLetters]: deadLetterQueue(context, [functionName, 'dlq'], [functionName]),
      [redrive]: consumerQueue(context, functionName, {
        timeout: config.timeout ?? context.timeout,
        maxReceives: REDRIVE_RECEIVES,
        deadLetterQueue: deadLetters,
      }),
      ...queuePolicies([deadLetters], {}),
      [`${redrive}Policy`]: queuePolicy(redrive, [sentByBucket(context, functionName, redrive)]),
      [givenUp]: givenUpBucket(context, functionName, redrive),
      [`${givenUp}Policy`]: tlsOnly(givenUp),
    },
    events: [
      {
        stream: {
          type: 'dynamodb',
          arn: streamArn,
          startingPosition: 'TRIM_HORIZON',
          batchSize: 100,
          batchWindow: 0,
          bisectBatchOnFunctionError: true,
          maximumRetryAttempts: 100,
          maximumRecordAgeInSeconds: RECORD_AGE_SECONDS,
          functionResponseType: 'ReportBatchItemFailures',
          // The framework knows no buckets here. By the type it only adds to a role that no function of Dure has.
          destinations: { onFailure: { type: 'sqs', arn: { 'Fn::GetAtt': [givenUp, 'Arn'] } } },
          filterPatterns: [...filters],
        },
      },
      { sqs: { arn: queueArn(redrive), batchSize: 1, maximumConcurrency: 2 } },
    ],
    environment: { TABLE_NAME: tableName(context) },
    statements: [
      {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        Resource: streamArn,
      },
      ...givenUpStatements(givenUp),
      receiveStatement(redrive),
    ],
  };
}
