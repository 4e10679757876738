import { randomUUID } from 'node:crypto';
import type { ServiceCall } from './resource.ts';
import { StateError } from './state-error.ts';

/** How failed calls of an optimised integration begin, and how its cause and its unnamed errors name the service. */
const OPTIMISED: Readonly<Record<string, readonly [prefix: string, service: string, unnamed: string]>> = {
  dynamodb: ['DynamoDB', 'AmazonDynamoDBv2', 'AmazonDynamoDBException'],
  events: ['EventBridge', 'AmazonEventBridge', 'ServiceException'],
  lambda: ['Lambda', 'AWSLambda', 'ServiceException'],
  sns: ['SNS', 'AmazonSNS', 'AmazonSNSException'],
  sqs: ['SQS', 'AmazonSQS', 'AmazonSQSException'],
  states: ['StepFunctions', 'AWSStepFunctions', 'AWSStepFunctionsException'],
};
const SDK: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDb',
  eventbridge: 'EventBridge',
  lambda: 'Lambda',
  s3: 'S3',
  scheduler: 'Scheduler',
  sfn: 'Sfn',
  sns: 'Sns',
  sqs: 'Sqs',
  ssm: 'Ssm',
};

interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly statusCode?: number;
  /** The code on the wire, where the SDK gives the error another name. */
  readonly Code?: string;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly extendedRequestId?: string;
  };
}

/**
 * A failed call as Step Functions names it: `SNS.NotFoundException`, and `Sns.NotFoundException` by `aws-sdk:`. An error that
 * the service's model does not know has the name of the service: `SQS.AmazonSQSException`, `Sqs.SqsException`.
 */
export function serviceFailure(call: ServiceCall, error: unknown): StateError {
  const thrown: Thrown = error instanceof Error ? error : new Error(String(error));
  const code = thrown.name === 'Error' ? 'ServiceException' : thrown.name;
  const status = thrown.$metadata?.httpStatusCode ?? thrown.statusCode ?? statusOf(code);
  const id = thrown.$metadata?.requestId ?? randomUUID();
  if (call.isSdk) {
    const prefix = SDK[call.service] ?? call.service;
    const extended = call.service === 's3' ? `, Extended Request ID: ${thrown.$metadata?.extendedRequestId ?? id}` : '';
    const details = `Service: ${prefix}, Status Code: ${status}, Request ID: ${id}${extended}`;
    const cause = `${thrown.message} (${details}) (SDK Attempt Count: 1)`;
    return new StateError(`${prefix}.${isUnnamed(error) ? `${prefix}Exception` : exceptionName(code)}`, cause);
  }
  const [prefix, service, unnamed] = OPTIMISED[call.service] ?? [call.service, call.service, 'ServiceException'];
  const { message } = thrown;
  // Step Functions asks Lambda for the version that it names in the answer.
  const said = call.service === 'lambda' ? message.replace(/(:function:[\w-]+)$/, '$1:$LATEST') : message;
  const details = `Service: ${service}; Status Code: ${status}; Error Code: ${thrown.Code ?? code}; Request ID: ${id}; Proxy: null`;
  const name = isUnnamed(error) ? unnamed : exceptionName(code);
  return new StateError(`${prefix}.${name}`, `${said} (${details})`);
}

/** The SDK throws its service's base class for an error that has no class of its own. */
function isUnnamed(error: unknown): boolean {
  return error instanceof Error && error.constructor.name.endsWith('ServiceException');
}

function exceptionName(code: string): string {
  return `${code.replace(/(Exception|Error)$/, '')}Exception`;
}

function statusOf(code: string): number {
  if (code === 'ResourceNotFoundException') return 404;
  if (code === 'TooManyRequestsException') return 429;
  return code === 'ServiceException' ? 500 : 400;
}
