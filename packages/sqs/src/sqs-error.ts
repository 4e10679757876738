import { AwsError } from '@dure/aws-protocols/aws-error';

const PREFIX = 'AWS.SimpleQueueService.';

/** The codes of the query protocol, where they differ from the names of the JSON protocol. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: `${PREFIX}BatchEntryIdsNotDistinct`,
  BatchRequestTooLong: `${PREFIX}BatchRequestTooLong`,
  EmptyBatchRequest: `${PREFIX}EmptyBatchRequest`,
  InvalidBatchEntryId: `${PREFIX}InvalidBatchEntryId`,
  InvalidParameterValueException: 'InvalidParameterValue',
  MessageNotInflight: `${PREFIX}MessageNotInflight`,
  MissingRequiredParameterException: 'MissingParameter',
  PurgeQueueInProgress: `${PREFIX}PurgeQueueInProgress`,
  QueueDoesNotExist: `${PREFIX}NonExistentQueue`,
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: `${PREFIX}TooManyEntriesInBatchRequest`,
  UnknownOperationException: 'InvalidAction',
  UnsupportedOperation: `${PREFIX}UnsupportedOperation`,
};
const STATUS: Readonly<Record<string, number>> = {
  OverLimit: 403,
  PurgeQueueInProgress: 403,
  ResourceNotFoundException: 404,
};

/** The code by which clients of the query protocol know an error; those of the JSON protocol get it in a header. */
export const queryCodeOf = (code: string): string => QUERY_CODES[code] ?? code;

/**
 * An error of SQS, by its name in the JSON protocol.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export function sqsError(code: string, message: string): AwsError {
  return new AwsError(code, message, STATUS[code] ?? 400);
}

export const invalidParameter = (message: string): AwsError => sqsError('InvalidParameterValueException', message);

/** `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: …` */
export const invalidValue = (parameter: string, value: unknown, reason: string): AwsError =>
  invalidParameter(`Value ${textOf(value)} for parameter ${parameter} is invalid. Reason: ${reason}`);

export const missing = (parameter: string): AwsError =>
  sqsError('MissingRequiredParameterException', `The request must contain the parameter ${parameter}.`);

export const noSuchQueue = (): AwsError => sqsError('QueueDoesNotExist', 'The specified queue does not exist.');

/** The query protocol's answer also names its version. */
export const noSuchQueueForQuery = (): AwsError =>
  sqsError('QueueDoesNotExist', 'The specified queue does not exist for this wsdl version.');

export const noSuchAction = (name: string): AwsError =>
  sqsError('UnknownOperationException', `The action ${name} is not valid for this endpoint.`);

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
