import { logicalId } from './names.ts';
import { deadLetterQueue, queueArn, sendStatement } from './queues.ts';
import type { Expansion, FunctionConfig, Json, ServiceContext } from './types.ts';

/** The outbox items of the table: new items only, so that their expiry does not wake the relay. */
const OUTBOX_FILTER: Json = { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'OUTBOX#' }] } } } };

/** `relay`: the function reads new outbox items from the table's stream and may put events on the bus. */
export function expandRelay(context: ServiceContext, functionName: string): Expansion {
  const stream = expandStream(context, functionName, { filter: OUTBOX_FILTER });
  return {
    ...stream,
    environment: { ...stream.environment, BUS_NAME: context.bus.name },
    statements: [...stream.statements, { Effect: 'Allow', Action: 'events:PutEvents', Resource: context.bus.arn }],
  };
}

/**
 * `stream`: the function reads the service's own table's stream through a filter. One shard keeps its order;
 * a failed batch is halved, tried for a day at most, and what is given up is told to a dead-letter queue.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function expandStream(
  context: ServiceContext,
  functionName: string,
  stream: NonNullable<FunctionConfig['stream']>,
): Expansion {
  const deadLetters = logicalId(functionName, 'DeadLetterQueue');
  const streamArn = { 'Fn::GetAtt': ['Table', 'StreamArn'] };
  return {
    resources: { [deadLetters]: deadLetterQueue(context, functionName, 'dlq') },
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
          filterPatterns: [stream.filter],
        },
      },
    ],
    environment: {},
    statements: [
      {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        Resource: streamArn,
      },
      sendStatement(deadLetters),
    ],
  };
}
