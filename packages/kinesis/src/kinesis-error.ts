import { AwsError } from '@dure/aws-protocols/aws-error';

export const invalidArgument = (message: string): AwsError => new AwsError('InvalidArgumentException', message);
export const inUse = (message: string): AwsError => new AwsError('ResourceInUseException', message);
export const overLimit = (message: string): AwsError => new AwsError('LimitExceededException', message);
export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message);

/** What Kinesis has and this system has not. */
export const notSupported = (what: string): AwsError =>
  new AwsError('UnknownOperationException', `Kinesis's ${what} is not supported here.`);
