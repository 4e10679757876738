import type { DatabaseSync } from 'node:sqlite';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { WireRecord } from './stream-record.ts';
import type { InvokeLambda, Log, RecordDelivery } from './surroundings.ts';

export interface EventSourceMappingDeps {
  /** Keeps the positions in streams. */
  readonly database: DatabaseSync;
  readonly region: string;
  /** Requests to SQS and to DynamoDB Streams. */
  readonly sqs: AwsJsonRequest;
  readonly streams: AwsJsonRequest;
  readonly invokeLambda: InvokeLambda;
  readonly sendToQueueArn: (arn: string, body: string) => Promise<void>;
  readonly log: Log;
  readonly recordDelivery: RecordDelivery;
  /** Whether a stream's record describes a change. By default, each one does. */
  readonly isChange?: (record: WireRecord) => boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Reports writes to streams, by table; without it streams are polled. */
  readonly onStreamWrite?: (listener: (tables: ReadonlySet<string>) => void) => () => void;
}

export interface EventSourceMapping {
  /** Starts to deliver, if the mapping is enabled. */
  start(): void;
  /** Ends after what is in flight, which it waits for, up to a deadline. */
  stop(): Promise<void>;
  /** Delivers nothing more until `resume`. */
  pause(): void;
  resume(): void;
  /** The configuration with its defaults, the state, and how the last batch ended. */
  describe(): unknown;
  /** The sequence number up to which a stream has been worked off; undefined for a queue and before the first. */
  checkpoint(): string | undefined;
  /** The table whose stream is read; undefined for a queue. */
  readonly tableName?: string;
}

/** The largest event of a synchronous invocation, in bytes. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
