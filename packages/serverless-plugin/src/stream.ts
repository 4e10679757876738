import { logicalId } from './names.ts';
import { consumerQueue, deadLetterQueue, queueArn, queuePolicies, receiveStatement, sendStatement } from './queues.ts';
import { tableName } from './table.ts';
import type { Expansion, FunctionConfig, Json, ServiceContext } from './types.ts';

/** The outbox items of the table: new items only, so that their expiry does not wake the relay. */
const OUTBOX_FILTER: Json = { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'OUTBOX#' }] } } } };

const REDRIVE_RECEIVES = 5;

/** `relay`: the function reads new outbox items from the table's stream and may put events on the bus. */
export function expandRelay(context: ServiceContext, functionName: string, config: FunctionConfig): Expansion {
  const stream = expandStream(context, functionName, { ...config, stream: { filter: OUTBOX_FILTER } });
  return {
    ...stream,
    environment: { ...stream.environment, BUS_NAME: context.bus.name },
    statements: [...stream.statements, { Effect: 'Allow', Action: 'events:PutEvents', Resource: context.bus.arn }],
  };
}

/**
 * `stream`: the function reads the service's own table's stream through a filter. One shard keeps its order;
 * a failed batch is halved, tried for a day at most, and reported to a dead-letter queue when it is given up. Redriven
 * to the redrive queue, the report makes the function read those outbox items from the table with a Scan, because the
 * stream keeps them for only a day.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function expandStream(
  context: ServiceContext,
  functionName: string,
  config: Pick<FunctionConfig, 'stream' | 'timeout'>,
): Expansion {
  const deadLetters = logicalId(functionName, 'DeadLetterQueue');
  const redrive = logicalId(functionName, 'Queue');
  const streamArn = { 'Fn::GetAtt': ['Table', 'StreamArn'] };
  return {
    resources: {
      [deadLetters]: deadLetterQueue(context, [functionName, 'dlq'], [functionName]),
      [redrive]: consumerQueue(context, functionName, {
        timeout: config.timeout ?? context.timeout,
        maxReceives: REDRIVE_RECEIVES,
        deadLetterQueue: deadLetters,
      }),
      ...queuePolicies([redrive, deadLetters], {}),
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
          maximumRecordAgeInSeconds: 86400,
          functionResponseType: 'ReportBatchItemFailures',
          destinations: { onFailure: { type: 'sqs', arn: queueArn(deadLetters) } },
          filterPatterns: [config.stream?.filter ?? {}],
        },
      },
      { sqs: { arn: queueArn(redrive), batchSize: 1, maximumConcurrency: 2 } },
    ],
    environment: { TABLE_NAME: tableName(context), REDRIVE_QUEUE_URL: { Ref: redrive } },
    statements: [
      {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        Resource: streamArn,
      },
      sendStatement(deadLetters),
      { Effect: 'Allow', Action: 'dynamodb:Scan', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } },
      receiveStatement(redrive),
      sendStatement(redrive),
    ],
  };
}
