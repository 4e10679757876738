import { AwsError } from '@dure/aws-protocols/aws-error';

/** The properties of Lambda's CreateEventSourceMapping that are carried out here, under their own names. */
export interface EventSourceMappingConfig {
  UUID: string;
  FunctionName: string;
  /** An SQS queue's or a DynamoDB stream's ARN. */
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
  StartingPosition?: 'TRIM_HORIZON' | 'LATEST';
  MaximumRetryAttempts?: number;
  MaximumRecordAgeInSeconds?: number;
  BisectBatchOnFunctionError?: boolean;
  ParallelizationFactor?: number;
  TumblingWindowInSeconds?: never;
  /** An SQS queue's ARN. */
  DestinationConfig?: { OnFailure?: { Destination: string } };
}

const QUEUE_ARN = /^arn:[^:]+:sqs:[^:]*:[^:]*:[^:]+$/;
const STREAM_ARN = /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)\/stream\/.+$/;
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

export function isQueue(config: EventSourceMappingConfig): boolean {
  return QUEUE_ARN.test(config.EventSourceArn);
}

export function isFifo(config: EventSourceMappingConfig): boolean {
  return config.EventSourceArn.endsWith('.fifo');
}

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
  else if (STREAM_ARN.test(config.EventSourceArn)) validateStream(config);
  else refuse('EventSourceArn', `"${config.EventSourceArn}" is neither an SQS queue nor a DynamoDB stream.`);
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

function validateStream(config: EventSourceMappingConfig): void {
  onlyKnown(config, OF_STREAMS, 'a DynamoDB stream');
  if (config.StartingPosition !== 'TRIM_HORIZON' && config.StartingPosition !== 'LATEST') {
    refuse('StartingPosition', 'A stream needs TRIM_HORIZON or LATEST.');
  }
  inRange('BatchSize', config.BatchSize, 1, 10_000);
  inRange('MaximumBatchingWindowInSeconds', config.MaximumBatchingWindowInSeconds, 0, 300);
  inRange('MaximumRetryAttempts', config.MaximumRetryAttempts, -1, 10_000);
  if (config.MaximumRecordAgeInSeconds !== -1) {
    inRange('MaximumRecordAgeInSeconds', config.MaximumRecordAgeInSeconds, 60, 604_800);
  }
  inRange('ParallelizationFactor', config.ParallelizationFactor, 1, 10);
  if ((config.ParallelizationFactor ?? 1) > 1) {
    refuse('ParallelizationFactor', 'The local cloud processes one batch of a stream at a time: only 1 is supported.');
  }
  onlyKnown(config.DestinationConfig ?? {}, ['OnFailure'], 'DestinationConfig');
  const destination = config.DestinationConfig?.OnFailure?.Destination;
  if (destination !== undefined && (!QUEUE_ARN.test(destination) || destination.endsWith('.fifo'))) {
    refuse('DestinationConfig', `"${destination}" is not the ARN of a standard SQS queue, the only supported kind.`);
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
