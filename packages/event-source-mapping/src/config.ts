import { AwsError } from '@dure/aws-protocols/aws-error';

/** The properties of Lambda's CreateEventSourceMapping that are carried out here, under their own names. */
export interface EventSourceMappingConfig {
  UUID: string;
  FunctionName: string;
  /** The ARN of an SQS queue, of a table's stream, or of a Kinesis stream or one of its consumers. */
  EventSourceArn: string;
  /** Required for a queue. */
  QueueUrl?: string;
  /** The stream's table; by default the one that its ARN names. */
  TableName?: string;
  Enabled?: boolean;
  BatchSize?: number;
  MaximumBatchingWindowInSeconds?: number;
  FilterCriteria?: { Filters?: { Pattern: string }[] };
  FunctionResponseTypes?: 'ReportBatchItemFailures'[];
  ScalingConfig?: { MaximumConcurrency?: number };
  /** A Kinesis stream may be read from a time on. */
  StartingPosition?: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';
  /** Seconds since 1970. */
  StartingPositionTimestamp?: number;
  MaximumRetryAttempts?: number;
  MaximumRecordAgeInSeconds?: number;
  BisectBatchOnFunctionError?: boolean;
  ParallelizationFactor?: number;
  TumblingWindowInSeconds?: never;
  /** The ARN of an SQS queue, an SNS topic or an S3 bucket. */
  DestinationConfig?: { OnFailure?: { Destination: string } };
}

const QUEUE_ARN = /^arn:[^:]+:sqs:[^:]*:[^:]*:[^:]+$/;
const STREAM_ARN = /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)\/stream\/.+$/;
const KINESIS_ARN = /^arn:[^:]+:kinesis:[^:]*:[^:]*:stream\/[^/]+(\/consumer\/[^:/]+:\d+)?$/;
const TOPIC_ARN = /^arn:[^:]+:sns:[^:]*:[^:]*:[^:]+$/;
const BUCKET_ARN = /^arn:[^:]+:s3:::([a-z\d][a-z\d.-]{1,61}[a-z\d])$/;
const MAX_FILTERS = 5;
const MAX_PATTERN_LENGTH = 4096;

const COMMON = [
  'UUID',
  'FunctionName',
  'EventSourceArn',
  'Enabled',
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'FilterCriteria',
  'FunctionResponseTypes',
];
const OF_QUEUES = [...COMMON, 'QueueUrl', 'ScalingConfig'];
const OF_STREAMS = [
  ...COMMON,
  'TableName',
  'StartingPosition',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'ParallelizationFactor',
  'DestinationConfig',
];
const OF_KINESIS = [...OF_STREAMS.filter((name) => name !== 'TableName'), 'StartingPositionTimestamp'];

export function isQueue(config: EventSourceMappingConfig): boolean {
  return QUEUE_ARN.test(config.EventSourceArn);
}

export function isKinesis(config: EventSourceMappingConfig): boolean {
  return KINESIS_ARN.test(config.EventSourceArn);
}

export function isFifo(config: EventSourceMappingConfig): boolean {
  return config.EventSourceArn.endsWith('.fifo');
}

/** The name of the bucket that a destination on failure is; undefined for a queue or topic. */
export const bucketOf = (destination: string): string | undefined => BUCKET_ARN.exec(destination)?.[1];

/** The table whose stream is read. */
export function tableOf(config: EventSourceMappingConfig): string {
  return config.TableName ?? STREAM_ARN.exec(config.EventSourceArn)?.[1] ?? '';
}

/**
 * Refuses by name what is out of AWS's range, belongs to another kind of source, or is not carried out here.
 * @throws AwsError `InvalidParameterValueException`
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
export function validate(config: EventSourceMappingConfig): void {
  if (isQueue(config)) validateQueue(config);
  else if (STREAM_ARN.test(config.EventSourceArn)) validateTableStream(config);
  else if (isKinesis(config)) validateKinesis(config);
  else refuse('EventSourceArn', `"${config.EventSourceArn}" is no SQS queue, DynamoDB stream or Kinesis stream.`);
  validateFilters(config);
  const types: unknown = config.FunctionResponseTypes ?? [];
  if (!Array.isArray(types) || types.some((type) => type !== 'ReportBatchItemFailures')) {
    refuse('FunctionResponseTypes', 'The only type there is is ReportBatchItemFailures.');
  }
}

function validateQueue(config: EventSourceMappingConfig): void {
  onlyKnown(config, OF_QUEUES, 'an SQS queue');
  if (config.QueueUrl === undefined) refuse('QueueUrl', 'A queue needs one.');
  inRange('BatchSize', config.BatchSize, 1, isFifo(config) ? 10 : 10_000);
  inRange('MaximumBatchingWindowInSeconds', config.MaximumBatchingWindowInSeconds, 0, isFifo(config) ? 0 : 300);
  onlyKnown(config.ScalingConfig ?? {}, ['MaximumConcurrency'], 'ScalingConfig');
  inRange('MaximumConcurrency', config.ScalingConfig?.MaximumConcurrency, 2, 1000);
  if ((config.BatchSize ?? 0) > 10 && (config.MaximumBatchingWindowInSeconds ?? 0) < 1) {
    refuse('MaximumBatchingWindowInSeconds', 'It must be at least 1 for a BatchSize above 10.');
  }
}

function validateTableStream(config: EventSourceMappingConfig): void {
  onlyKnown(config, OF_STREAMS, 'a DynamoDB stream');
  if (config.StartingPosition !== 'TRIM_HORIZON' && config.StartingPosition !== 'LATEST') {
    refuse('StartingPosition', 'A stream needs TRIM_HORIZON or LATEST.');
  }
  validateStream(config);
  if ((config.ParallelizationFactor ?? 1) > 1) {
    refuse('ParallelizationFactor', "One batch of a table's stream is processed at a time here: only 1 is supported.");
  }
}

function validateKinesis(config: EventSourceMappingConfig): void {
  onlyKnown(config, OF_KINESIS, 'a Kinesis stream');
  const { StartingPosition: position, StartingPositionTimestamp: time } = config;
  if (position !== 'TRIM_HORIZON' && position !== 'LATEST' && position !== 'AT_TIMESTAMP') {
    refuse('StartingPosition', 'A Kinesis stream needs TRIM_HORIZON, LATEST or AT_TIMESTAMP.');
  }
  if ((position === 'AT_TIMESTAMP') !== (time !== undefined)) {
    refuse('StartingPositionTimestamp', 'It is needed with the StartingPosition AT_TIMESTAMP, and only with it.');
  }
  if (time !== undefined && !(Number.isFinite(Number(time)) && Number(time) * 1000 <= Date.now())) {
    refuse('StartingPositionTimestamp', `${JSON.stringify(time)} is no time of the past, in seconds since 1970.`);
  }
  validateStream(config);
}

function validateStream(config: EventSourceMappingConfig): void {
  inRange('BatchSize', config.BatchSize, 1, 10_000);
  inRange('MaximumBatchingWindowInSeconds', config.MaximumBatchingWindowInSeconds, 0, 300);
  inRange('MaximumRetryAttempts', config.MaximumRetryAttempts, -1, 10_000);
  if (config.MaximumRecordAgeInSeconds !== -1) {
    inRange('MaximumRecordAgeInSeconds', config.MaximumRecordAgeInSeconds, 60, 604_800);
  }
  inRange('ParallelizationFactor', config.ParallelizationFactor, 1, 10);
  onlyKnown(config.DestinationConfig ?? {}, ['OnFailure'], 'DestinationConfig');
  const destination = config.DestinationConfig?.OnFailure?.Destination;
  const isKnown = (arn: string): boolean =>
    bucketOf(arn) !== undefined || ((QUEUE_ARN.test(arn) || TOPIC_ARN.test(arn)) && !arn.endsWith('.fifo'));
  if (destination !== undefined && !isKnown(destination)) {
    refuse(
      'DestinationConfig',
      `"${destination}" is not the ARN of a standard SQS queue or SNS topic, or of an S3 bucket.`,
    );
  }
}

function validateFilters({ FilterCriteria }: EventSourceMappingConfig): void {
  const filters = FilterCriteria?.Filters ?? [];
  if (filters.length > MAX_FILTERS) refuse('FilterCriteria', `A mapping may have ${MAX_FILTERS} filters.`);
  if (filters.some(({ Pattern }) => typeof Pattern !== 'string' || Pattern.length > MAX_PATTERN_LENGTH)) {
    refuse('FilterCriteria', `A pattern is JSON text of at most ${MAX_PATTERN_LENGTH} characters.`);
  }
}

function onlyKnown(object: object, known: readonly string[], what: string): void {
  for (const [name, value] of Object.entries(object)) {
    if (value !== undefined && !known.includes(name)) refuse(name, `It is not supported for ${what}.`);
  }
}

function inRange(name: string, value: unknown, low: number, high: number): void {
  if (value === undefined) return;
  if (Number.isInteger(value) && Number(value) >= low && Number(value) <= high) return;
  refuse(name, `${JSON.stringify(value)} is not a whole number from ${low} to ${high}.`);
}

function refuse(name: string, reason: string): never {
  throw new AwsError('InvalidParameterValueException', `${name}: ${reason}`);
}
