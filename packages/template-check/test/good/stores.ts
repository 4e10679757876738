import type { Json, Resource } from '../../src/template.ts';

const DEAD_LETTER_DAYS = 14;
const DAY = 86_400;

export const arn = (id: string): Json => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const ref = (Ref: string): Json => ({ Ref });

function queue(name: string, properties: Readonly<Record<string, Json>>): Resource {
  const Properties = { QueueName: `dure-prod-shop-${name}`, SqsManagedSseEnabled: true, ...properties };
  return { Type: 'AWS::SQS::Queue', Properties };
}

const deadLetterQueue = (name: string) => queue(name, { MessageRetentionPeriod: DEAD_LETTER_DAYS * DAY });

function sendPolicy(queues: readonly string[], service: string, source: Json): Resource {
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: queues.map(ref),
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: queues.map((id) => ({
          Effect: 'Allow',
          Principal: { Service: service },
          Action: 'sqs:SendMessage',
          Resource: arn(id),
          Condition: { ArnEquals: { 'aws:SourceArn': source } },
        })),
      },
    },
  };
}

function bucket(id: string, properties: Readonly<Record<string, Json>> = {}): Record<string, Resource> {
  return {
    [id]: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        ...properties,
      },
    },
    [`${id}Policy`]: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: ref(id),
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: arn(id),
              Condition: { Bool: { 'aws:SecureTransport': false } },
            },
          ],
        },
      },
    },
  };
}

/** The table, queues and what sends to them. */
export function storeResources(): Record<string, Resource> {
  return {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        TableName: 'dure-prod-shop',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
    },
    ...bucket('Bucket'),
    ...bucket('GivenUp', {
      BucketName: { 'Fn::Sub': 'dure-prod-shop-reader-${AWS::AccountId}' },
      NotificationConfiguration: { QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: arn('Queue') }] },
    }),
    GivenUpSendPolicy: sendPolicy(['Queue'], 's3.amazonaws.com', {
      'Fn::Sub': 'arn:${AWS::Partition}:s3:::dure-prod-shop-reader-${AWS::AccountId}',
    }),
    Queue: queue('consumer', {
      MessageRetentionPeriod: 4 * DAY,
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: arn('QueueDeadLetters'), maxReceiveCount: 5 },
    }),
    QueueDeadLetters: deadLetterQueue('consumer-dlq'),
    RuleDeadLetters: deadLetterQueue('rule-dlq'),
    JobDeadLetters: deadLetterQueue('job-dlq'),
    TopicDeadLetters: deadLetterQueue('topic-dlq'),
    RulePolicy: sendPolicy(['Queue', 'RuleDeadLetters'], 'events.amazonaws.com', [arn('Rule'), arn('ScheduleRule')]),
    TopicPolicy: sendPolicy(['Queue', 'TopicDeadLetters'], 'sns.amazonaws.com', ref('Topic')),
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'dure-prod-shop' } },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: ref('Topic'),
        Protocol: 'sqs',
        Endpoint: arn('Queue'),
        RedrivePolicy: { deadLetterTargetArn: arn('TopicDeadLetters') },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'dure-prod-shop-rule',
        EventBusName: '{{resolve:ssm:/dure/prod/bus/name}}',
        EventPattern: { source: ['dure.orders'], 'detail-type': ['OrderPlaced.v1'] },
        Targets: [{ Id: 'queue', Arn: arn('Queue'), DeadLetterConfig: { Arn: arn('RuleDeadLetters') } }],
      },
    },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'cron(0 8 ? * MON-FRI *)',
        ScheduleExpressionTimezone: 'Asia/Seoul',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: ref('JobAlias'),
          RoleArn: arn('JobScheduleRole'),
          DeadLetterConfig: { Arn: arn('JobDeadLetters') },
        },
      },
    },
    ScheduleRule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 minute)',
        Targets: [{ Id: 'job', Arn: ref('JobAlias'), DeadLetterConfig: { Arn: arn('RuleDeadLetters') } }],
      },
    },
  };
}
