import type { DatabaseSync } from 'node:sqlite';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { KinesisSource } from './kinesis-source.ts';
import type { WireRecord } from './stream-record.ts';
import type { InvokeLambda, Log, RecordDelivery } from './surroundings.ts';

export interface EventSourceMappingDeps {
  /** Keeps the positions in streams. */
  readonly database: DatabaseSync;
  readonly region: string;
  /** Requests to SQS and to DynamoDB Streams. */
  readonly sqs: AwsJsonRequest;
  readonly streams: AwsJsonRequest;
  /** Kinesis; without it, its streams are refused. */
  readonly kinesis?: KinesisSource;
  readonly invokeLambda: InvokeLambda;
  /** To an SQS queue or an SNS topic. */
  readonly sendToQueueArn: (arn: string, body: string) => Promise<void>;
  /** Writes JSON to S3. */
  readonly putObject: (bucket: string, key: string, body: string) => Promise<void>;
  readonly log: Log;
  readonly recordDelivery: RecordDelivery;
  /** The ARN of a function's role, for the records of Kinesis. */
  readonly roleOf?: (functionName: string) => string | undefined;
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
  /** The sequence number up to which a stream has been worked off; undefined before the first, and for any source but a table. */
  checkpoint(): string | undefined;
  /** Of Kinesis: whether there is nothing that is still to be delivered. */
  idle?(): boolean;
  /** The table whose stream is read; undefined for any other source. */
  readonly tableName?: string;
}

/** The largest event of a synchronous invocation, in bytes. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
