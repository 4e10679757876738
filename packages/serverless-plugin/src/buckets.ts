import { resourceName, withinLimit } from './names.ts';
import { queueArn } from './queues.ts';
import type { Json, Resource, ServiceContext, Statement } from './types.ts';

const NAME_LIMIT = 63;
/** As long as a dead-letter queue keeps the notification of an object. */
const GIVEN_UP_DAYS = 14;

/** Encryption with a key of S3's own. */
export const encryption = (): Json => ({
  ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
});

/**
 * Refuses requests to a bucket without TLS.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export const tlsOnly = (bucket: string): Resource => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: { Ref: bucket },
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [{ 'Fn::GetAtt': [bucket, 'Arn'] }, objectsOf(bucket)],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  },
});

/**
 * The bucket that Lambda writes a function's given-up stream batches to. It tells the queue of each.
 * S3 refuses to tell a queue that does not let it in, so the queue's policy comes first.
 */
export const givenUpBucket = (context: ServiceContext, functionName: string, queue: string): Resource => ({
  Type: 'AWS::S3::Bucket',
  DependsOn: [`${queue}Policy`],
  Properties: {
    BucketName: { 'Fn::Sub': givenUpName(context, functionName) },
    BucketEncryption: encryption(),
    PublicAccessBlockConfiguration: {
      ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    },
    LifecycleConfiguration: { Rules: [{ Id: 'expire', Status: 'Enabled', ExpirationInDays: GIVEN_UP_DAYS }] },
    NotificationConfiguration: { QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: queueArn(queue) }] },
  },
});

/** Lets the bucket into the queue, by its name: the bucket comes after the queue's policy, which cannot refer to it. */
export const sentByBucket = (context: ServiceContext, functionName: string, queue: string): Json => ({
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: queueArn(queue),
  Condition: {
    ArnEquals: { 'aws:SourceArn': { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${givenUpName(context, functionName)}` } },
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
  },
});

/**
 * What Lambda asks of a function's role to write to the bucket, and what the function needs to read from it: in this
 * account, because whoever makes a bucket of that name after it is deleted would get the records.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html#ddb-s3-destination-security
 */
export function givenUpStatements(bucket: string): Statement[] {
  const Condition = { StringEquals: { 's3:ResourceAccount': { Ref: 'AWS::AccountId' } } };
  return [
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:GetObject'], Resource: objectsOf(bucket), Condition },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: { 'Fn::GetAtt': [bucket, 'Arn'] }, Condition },
  ];
}

const objectsOf = (bucket: string): Json => ({ 'Fn::Sub': `\${${bucket}.Arn}/*` });

/** Names of buckets are unique in the world, and have no capitals. */
function givenUpName(context: ServiceContext, functionName: string): string {
  const name = resourceName(context, functionName.toLowerCase().replaceAll('_', '-'));
  withinLimit('bucket', `${name}-123456789012`, NAME_LIMIT);
  return `${name}-\${AWS::AccountId}`;
}
