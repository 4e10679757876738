import { CREDENTIALS } from '../shared/aws-environment.ts';

/** What the SDK calls each service in the name of a variable. */
const VARIABLES = {
  DynamoDB: 'DYNAMODB',
  'DynamoDB Streams': 'DYNAMODB_STREAMS',
  SQS: 'SQS',
  SNS: 'SNS',
  S3: 'S3',
  EventBridge: 'EVENTBRIDGE',
  Kinesis: 'KINESIS',
  KMS: 'KMS',
  Scheduler: 'SCHEDULER',
  'Step Functions': 'SFN',
  'Secrets Manager': 'SECRETS_MANAGER',
  SSM: 'SSM',
  SES: 'SESV2',
  CloudWatch: 'CLOUDWATCH',
} as const;

/**
 * The environment in which the SDK's clients find these endpoints.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function sdkEnvironment(
  endpoints: Readonly<Record<keyof typeof VARIABLES, string>>,
  region: string,
): Record<string, string> {
  const addresses = Object.entries(VARIABLES).map(([service, variable]): [string, string] => [
    `AWS_ENDPOINT_URL_${variable}`,
    endpoints[service as keyof typeof VARIABLES],
  ]);
  return { ...identity(region), ...Object.fromEntries(addresses) };
}

/** What a person exports so that the AWS CLI and SDKs find everything at one address. */
export const clientEnvironment = (url: string, region: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  ...identity(region),
});

/** Version 1 of the AWS CLI and boto3 read `AWS_DEFAULT_REGION` alone. */
const identity = (region: string) => ({
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
});
