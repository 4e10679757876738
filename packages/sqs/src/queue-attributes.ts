import { isObject } from '@dure/local-http/json';
import { isPolicy } from './permissions.ts';
import { invalidParameter, invalidValue, sqsError } from './sqs-error.ts';

/** What was set of a queue, as text; what was not has its default. */
export type QueueAttributes = Readonly<Record<string, string>>;

export const DEFAULTS: QueueAttributes = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
};
const FIFO_DEFAULTS: QueueAttributes = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

/** In seconds, except `MaximumMessageSize`, which is in bytes. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
};
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
  SqsManagedSseEnabled: ['true', 'false'],
};
const TEXTS = ['KmsMasterKeyId', 'Policy', 'RedriveAllowPolicy', 'RedrivePolicy'];
const OF_FIFO = ['DeduplicationScope', 'FifoThroughputLimit'];

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns?: readonly string[];
}

/** All attributes of a queue with their defaults, except counts. */
export function withDefaults(attributes: QueueAttributes): QueueAttributes {
  const fifo = attributes['FifoQueue'] === 'true';
  return {
    ...DEFAULTS,
    ...(fifo && FIFO_DEFAULTS),
    SqsManagedSseEnabled: attributes['KmsMasterKeyId'] === undefined ? 'true' : 'false',
    ...attributes,
  };
}

/**
 * Checks attributes as CreateQueue and SetQueueAttributes get them.
 * @throws AwsError `InvalidAttributeName`, `InvalidAttributeValue`
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export function checkAttributes(attributes: QueueAttributes, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'FifoQueue') continue;
    if (!fifo && name === 'ContentBasedDeduplication') throw unknownAttribute(name);
    if (!fifo && OF_FIFO.includes(name)) {
      throw sqsError('InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`);
    }
    checkValue(name, value);
  }
  if (attributes['SqsManagedSseEnabled'] === 'true' && (attributes['KmsMasterKeyId'] ?? '') !== '') {
    const reason = 'You can use one type of server-side encryption (SSE) at one time.';
    throw sqsError('InvalidAttributeName', `${reason} You can either enable KMS SSE or SQS SSE.`);
  }
  const perGroup = attributes['FifoThroughputLimit'] === 'perMessageGroupId';
  if (perGroup && attributes['DeduplicationScope'] !== 'messageGroup') {
    throw invalidAttribute('FifoThroughputLimit', 'perMessageGroupId needs the DeduplicationScope messageGroup.');
  }
}

function checkValue(name: string, value: string): void {
  const range = RANGES[name];
  const choices = CHOICES[name];
  if (range !== undefined) {
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    if (!(number >= range[0] && number <= range[1])) throw invalidAttribute(name);
  } else if (choices !== undefined) {
    if (!choices.includes(value)) throw invalidAttribute(name);
  } else if (!TEXTS.includes(name)) throw unknownAttribute(name);
  else if (value === '') return;
  else if (name === 'Policy' && !isPolicy(parseJson(value))) throw invalidAttribute(name);
  else if (name === 'RedrivePolicy') parseRedrivePolicy(value);
  else if (name === 'RedriveAllowPolicy') parseRedriveAllowPolicy(value);
}

/** @throws AwsError `InvalidAttributeValue` for another form, `InvalidParameterValueException` for another count */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const policy = parseJson(text);
  if (!isObject(policy)) throw invalidAttribute('RedrivePolicy', 'Redrive policy is not a valid JSON map.');
  const { deadLetterTargetArn, maxReceiveCount, ...others } = policy;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw invalidAttribute('RedrivePolicy', `${unknown} is not known.`);
  if (typeof deadLetterTargetArn !== 'string' || deadLetterTargetArn === '') {
    throw invalidAttribute(
      'RedrivePolicy',
      'Redrive policy does not contain mandatory attribute: deadLetterTargetArn.',
    );
  }
  if (maxReceiveCount === undefined) {
    throw invalidAttribute('RedrivePolicy', 'Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  }
  const count = typeof maxReceiveCount === 'string' ? Number(maxReceiveCount) : maxReceiveCount;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidAttribute('RedrivePolicy', 'Invalid value for maxReceiveCount: it is a whole number from 1 to 1000.');
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** @throws AwsError `InvalidAttributeValue` */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const policy = parseJson(text);
  if (!isObject(policy)) throw invalidAttribute('RedriveAllowPolicy', 'It is not a valid JSON map.');
  const { redrivePermission: permission, sourceQueueArns: arns } = policy;
  if (permission !== 'allowAll' && permission !== 'denyAll' && permission !== 'byQueue') {
    throw invalidAttribute('RedriveAllowPolicy', 'redrivePermission is allowAll, denyAll or byQueue.');
  }
  const listed = Array.isArray(arns) && arns.every((arn) => typeof arn === 'string') ? arns : undefined;
  const fits = permission === 'byQueue' ? listed !== undefined && listed.length >= 1 : arns === undefined;
  if (!fits || (listed?.length ?? 0) > 10) {
    throw invalidAttribute('RedriveAllowPolicy', 'sourceQueueArns lists 1 to 10 queues for byQueue, and none else.');
  }
  return { redrivePermission: permission, ...(listed && { sourceQueueArns: listed }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const unknownAttribute = (name: string): Error => sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);

export function invalidAttribute(name: string, reason?: string): Error {
  const why = reason === undefined ? '' : ` Reason: ${reason}`;
  return sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.${why}`);
}

/** @throws AwsError `InvalidParameterValueException` */
export function checkQueueName(name: string, fifo: boolean): void {
  if (fifo) {
    if (name.length <= 80 && /^[\w-]+\.fifo$/.test(name)) return;
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length',
    );
  }
  if (/^[\w-]{1,80}$/.test(name)) return;
  throw invalidValue(
    'QueueName',
    name,
    'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );
}
