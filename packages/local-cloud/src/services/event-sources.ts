import {
  createEventSourceMappings,
  type EventSourceMappings,
  type EventSourceMappingsDeps,
} from '@dure/event-source-mapping';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { Kinesis } from '@dure/kinesis';
import type { CloudLog, InvokeLambda, RecordDelivery } from '../shared/types.ts';
import { type Identity, UnresolvedReference } from './cloudformation/index.ts';
import { changesNothing, type DynamoDb, type DynamoDbFront } from './dynamodb/index.ts';
import type { Sqs } from './sqs/index.ts';

export interface EventSourcesDeps
  extends Identity, Pick<EventSourceMappingsDeps, 'database' | 'putObject' | 'queueUrl' | 'streamEnd' | 'roleOf'> {
  readonly sendToQueue: EventSourceMappingsDeps['sendToQueueArn'];
  readonly dynamodb: DynamoDb;
  readonly dynamodbFront: DynamoDbFront;
  readonly sqs: Sqs;
  readonly kinesis: Kinesis;
  readonly invokeLambda: InvokeLambda;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
  /** Seconds that a function may take, by its name or ARN, where that is known when a mapping is made. */
  timeoutOf?(functionName: string): number;
}

/** What polls queues and streams for functions, by their mappings. */
export interface EventSources {
  readonly mappings: EventSourceMappings;
  /**
   * @throws UnresolvedReference if there is no such queue (yet)
   * @throws AwsError `InvalidParameterValueException` if it shows a message again while the function is still at it
   */
  checkQueue(queueArn: string, functionName: string): Promise<void>;
  /** Begins with those of the functions that run. The others are dropped. */
  start(runs?: (functionName: string) => boolean): void;
  idle(): boolean;
  stop(): Promise<void>;
}

export function createEventSources(deps: EventSourcesDeps): EventSources {
  const { dynamodb, dynamodbFront, sqs, sendToQueue } = deps;
  const mappings = createEventSourceMappings({
    ...deps,
    isChange: (record) => !changesNothing(record),
    sqs: sqs.request,
    streams: dynamodbFront.streams,
    sendToQueueArn: sendToQueue,
    trimStreamRecords: dynamodb.trimStreamRecords,
    ...(dynamodb.onStreamWrite !== undefined && { onStreamWrite: dynamodb.onStreamWrite }),
  });
  return {
    mappings,
    async checkQueue(queueArn, functionName) {
      const input = { QueueUrl: deps.queueUrl(queueArn), AttributeNames: ['VisibilityTimeout'] };
      const answer = await sqs.request('GetQueueAttributes', input).catch((error: unknown) => {
        const { message } = error as Error;
        const sentence = `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: ${message}`;
        throw new UnresolvedReference(`the queue ${queueArn}`, undefined, sentence);
      });
      const { Attributes: attributes } = answer as { readonly Attributes: Readonly<Record<string, string>> };
      const visibility = Number(attributes['VisibilityTimeout']);
      const timeout = deps.timeoutOf?.(functionName) ?? 0;
      if (visibility >= timeout) return;
      const sentence = `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`;
      throw new AwsError('InvalidParameterValueException', sentence);
    },
    start: (runs) => mappings.start(runs),
    idle: () => mappings.idle(),
    stop: () => mappings.stop(),
  };
}
