import { AwsError } from '@dure/aws-protocols/aws-error';

/** Source: https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html */
export const invalid = (reason: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${reason}`);

export const notFound = (what: string): AwsError => new AwsError('NotFound', `${what} does not exist`, 404);
