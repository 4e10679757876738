import {
  createEventSourceMappings,
  type EventSourceMappings,
  type EventSourceMappingsDeps,
} from '@dure/event-source-mapping';
import type { CloudLog, InvokeLambda, RecordDelivery } from '../shared/types.ts';
import type { Identity } from './cloudformation/index.ts';
import { changesNothing, type DynamoDb, type DynamoDbFront } from './dynamodb/index.ts';
import type { Sqs } from './sqs/index.ts';

export interface EventSourcesDeps
  extends Identity, Pick<EventSourceMappingsDeps, 'database' | 'queueUrl' | 'streamEnd'> {
  readonly sendToQueue: EventSourceMappingsDeps['sendToQueueArn'];
  readonly dynamodb: DynamoDb;
  readonly dynamodbFront: DynamoDbFront;
  readonly sqs: Sqs;
  readonly invokeLambda: InvokeLambda;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
}

/** What polls queues and streams for functions, by their mappings. */
export interface EventSources {
  readonly mappings: EventSourceMappings;
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
    start: (runs) => mappings.start(runs),
    idle: () => mappings.idle(),
    stop: () => mappings.stop(),
  };
}
