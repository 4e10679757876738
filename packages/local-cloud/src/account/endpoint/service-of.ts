import type { IncomingMessage } from 'node:http';

const SCOPE = /Credential=[^/\s]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/;
const PRESIGNED_SCOPE = /^[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request$/;

/** Signing name by the prefix of `X-Amz-Target`, for requests that are not signed. */
const BY_TARGET: Readonly<Record<string, string>> = {
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  AmazonSQS: 'sqs',
  AmazonSSM: 'ssm',
  AWSEvents: 'events',
  AWSStepFunctions: 'states',
  DynamoDBStreams_20120810: 'dynamodb',
  DynamoDB_20120810: 'dynamodb',
  Logs_20140328: 'logs',
};

/** The same by the beginning of the path. What is none of these is an S3 bucket. */
const BY_PATH: readonly (readonly [RegExp, string])[] = [
  [/^\/20\d\d-\d\d-\d\d\/(functions|event-source-mappings|account-settings)/, 'lambda'],
  [/^\/(restapis|apikeys|usageplans|account)(\/|\?|$)/, 'apigateway'],
];

/**
 * The signing name of the AWS service that a request is for: `cloudformation`, `s3`, `dynamodb` …, from the credential
 * scope of its signature, which is not checked. An unsigned request is known by its target or path.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
export function serviceOf({ headers, url = '/' }: IncomingMessage): string {
  const signed = SCOPE.exec(headers.authorization ?? '')?.[1];
  if (signed !== undefined) return signed;
  const { searchParams, pathname } = new URL(url, 'http://localhost');
  const presigned = PRESIGNED_SCOPE.exec(searchParams.get('X-Amz-Credential') ?? '')?.[1];
  if (presigned !== undefined) return presigned;
  const target = String(headers['x-amz-target'] ?? '').split('.')[0] ?? '';
  return BY_TARGET[target] ?? BY_PATH.find(([path]) => path.test(pathname))?.[1] ?? 's3';
}
