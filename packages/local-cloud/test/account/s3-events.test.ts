import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  lambda,
  openStacks,
  queue,
  type RunningAccount,
  type Stacks,
  startAccountProcess,
  temporaryFolder,
} from './harness.ts';

const folder = temporaryFolder();
let account: RunningAccount;
let stacks: Stacks;
let s3: S3Client;
let sqs: SQSClient;

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  s3 = new S3Client({ ...account.config, forcePathStyle: true });
  sqs = new SQSClient(account.config);
});

afterAll(async () => {
  s3.destroy();
  sqs.destroy();
  stacks.client.destroy();
  await account.end('SIGTERM');
  folder.remove();
});

const put = (Bucket: string, Key: string, Body = 'x') => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const arnOf = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;

interface Told {
  readonly eventName: string;
  readonly s3: { readonly object: { readonly key: string; readonly sequencer: string } };
}

/** As a queue, a function's destination or the bus has it. */
interface Message {
  readonly Records: readonly Told[];
  readonly requestPayload: { readonly Records: readonly Told[] };
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The next message of a queue, as JSON. */
async function next(name: string): Promise<Message> {
  const QueueUrl = `${account.url}/000000000000/${name}`;
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  if (message === undefined) throw new Error(`Nothing came to ${name}.`);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle! }));
  return JSON.parse(message.Body!) as Message;
}

/** The same of a topic's queue, which gets a notification with S3's subject. */
async function nextOfTopic(): Promise<Message> {
  const { Subject, Message: text } = (await next('of-topic')) as unknown as Record<'Subject' | 'Message', string>;
  expect(Subject).toBe('Amazon S3 Notification');
  return JSON.parse(text) as Message;
}

it('a bucket of a template notifies a function, a queue, a topic and the bus', async () => {
  const BucketName = 'tells';
  const { StackStatus } = await stacks.create('tells', {
    Resources: {
      Heard: queue({ QueueName: 'heard' }),
      Queue: queue({ QueueName: 'told' }),
      OfTopic: queue({ QueueName: 'of-topic' }),
      OfBus: queue({ QueueName: 'of-bus' }),
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'told' } },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          TopicArn: { Ref: 'Topic' },
          Protocol: 'sqs',
          Endpoint: arnOf('of-topic'),
        },
        DependsOn: 'OfTopic',
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['aws.s3'], detail: { bucket: { name: [BucketName] } } },
          Targets: [{ Id: 'queue', Arn: arnOf('of-bus') }],
        },
        DependsOn: 'OfBus',
      },
      Function: lambda('exports.handler = async () => undefined;', { FunctionName: 'hears' }),
      Invoke: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: 'hears',
          Qualifier: '$LATEST',
          DestinationConfig: { OnSuccess: { Destination: arnOf('heard') } },
        },
        DependsOn: ['Function', 'Heard'],
      },
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName,
          NotificationConfiguration: {
            LambdaConfigurations: [{ Event: 's3:ObjectCreated:Put', Function: { 'Fn::GetAtt': ['Function', 'Arn'] } }],
            QueueConfigurations: [
              {
                Event: 's3:ObjectRemoved:*',
                Queue: { 'Fn::GetAtt': ['Queue', 'Arn'] },
                Filter: { S3Key: { Rules: [{ Name: 'suffix', Value: '.csv' }] } },
              },
            ],
            TopicConfigurations: [{ Event: 's3:ObjectCreated:Copy', Topic: { Ref: 'Topic' } }],
            EventBridgeConfiguration: { EventBridgeEnabled: true },
          },
        },
      },
    },
  });
  expect(StackStatus).toBe('CREATE_COMPLETE');
  for (const message of [await next('told'), await nextOfTopic()])
    expect(message).toMatchObject({ Event: 's3:TestEvent', Bucket: BucketName });

  await put(BucketName, 'a ü.csv', 'four');
  const key = 'a+%C3%BC.csv';
  const bucket = { name: BucketName, arn: `arn:aws:s3:::${BucketName}` };
  const { requestPayload } = await next('heard');
  const record = requestPayload.Records[0]!;
  expect(record).toMatchObject({
    ...{ eventVersion: '2.1', eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', awsRegion: 'us-east-1' },
    s3: { s3SchemaVersion: '1.0', bucket, object: { key, size: 4, eTag: expect.stringMatching(/^[\da-f]{32}$/) } },
  });
  expect(await next('of-bus')).toMatchObject({
    ...{ source: 'aws.s3', 'detail-type': 'Object Created', account: '000000000000', resources: [bucket.arn] },
    detail: { version: '0', bucket: { name: BucketName }, object: { key: 'a ü.csv', size: 4 }, reason: 'PutObject' },
  });
  await s3.send(
    new CopyObjectCommand({ Bucket: BucketName, Key: 'copy.txt', CopySource: `${BucketName}/a%20%C3%BC.csv` }),
  );
  const copied = await nextOfTopic();
  expect(copied.Records[0]).toMatchObject({ eventName: 'ObjectCreated:Copy', s3: { object: { key: 'copy.txt' } } });
  for (const Key of ['copy.txt', 'a ü.csv']) await s3.send(new DeleteObjectCommand({ Bucket: BucketName, Key }));
  const removed = (await next('told')).Records[0]!;
  expect(removed).toMatchObject({ eventName: 'ObjectRemoved:Delete', s3: { object: { key } } });
  expect(removed.s3.object).not.toHaveProperty('size');
  expect(removed.s3.object.sequencer > record.s3.object.sequencer).toBe(true);
  const seen = [await next('of-bus'), await next('of-bus'), await next('of-bus')];
  expect(seen.map((event) => [event['detail-type'], event.detail['reason'], event.detail['deletion-type']])).toEqual([
    ['Object Created', 'CopyObject', undefined],
    ['Object Deleted', 'DeleteObject', 'Permanently Deleted'],
    ['Object Deleted', 'DeleteObject', 'Permanently Deleted'],
  ]);
});

it('what was told before a kill is delivered after it', async () => {
  const Bucket = 'told-before';
  await s3.send(new CreateBucketCommand({ Bucket }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'after-kill' }));
  const QueueConfigurations = [{ QueueArn: arnOf('after-kill'), Events: ['s3:ObjectCreated:*' as const] }];
  await s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations } }),
  );
  await Promise.all(Array.from({ length: 20 }, (_, index) => put(Bucket, `${index}`)));
  await account.end('SIGKILL');
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  s3 = new S3Client({ ...account.config, forcePathStyle: true });
  sqs = new SQSClient(account.config);
  const keys = new Set<string>();
  while (keys.size < 20) {
    const { Records = [] } = await next('after-kill');
    for (const { s3: told } of Records) keys.add(told.object.key);
  }
  expect(keys.size).toBe(20);
});

it('a function of the Serverless Framework is added to a bucket that exists, and leaves it alone with its stack', async () => {
  const Bucket = 'exists';
  await s3.send(new CreateBucketCommand({ Bucket }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'beside' }));
  const QueueConfigurations = [{ Id: 'beside', QueueArn: arnOf('beside'), Events: ['s3:ObjectRemoved:*' as const] }];
  await s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations } }),
  );
  const custom = {
    Type: 'Custom::S3',
    Version: 1.0,
    Properties: {
      ServiceToken: { 'Fn::GetAtt': ['F', 'Arn'] },
      FunctionName: 'added',
      BucketName: Bucket,
      BucketConfigs: [{ Event: 's3:ObjectCreated:*', Rules: [{ Prefix: 'a/' }, { Suffix: '.csv' }] }],
    },
  };
  const { StackStatus } = await stacks.create('added', {
    Resources: { F: lambda('', { FunctionName: 'added' }), Custom: custom },
  });
  expect(StackStatus).toBe('CREATE_COMPLETE');
  const asked = new GetBucketNotificationConfigurationCommand({ Bucket });
  expect(await s3.send(asked)).toMatchObject({
    QueueConfigurations,
    LambdaFunctionConfigurations: [
      {
        Id: expect.stringMatching(/^added-[\da-f]{32}$/),
        LambdaFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:added',
        Events: ['s3:ObjectCreated:*'],
        Filter: {
          Key: {
            FilterRules: [
              { Name: 'prefix', Value: 'a/' },
              { Name: 'suffix', Value: '.csv' },
            ],
          },
        },
      },
    ],
  });
  await stacks.delete('added');
  const { QueueConfigurations: left, LambdaFunctionConfigurations: gone } = await s3.send(asked);
  expect([left, gone]).toMatchObject([QueueConfigurations, undefined]);
});

it.each([
  [{ QueueConfigurations: [{ QueueArn: `${arnOf('a')}.fifo`, Events: ['s3:ObjectCreated:*'] }] }, 'InvalidArgument'],
  [{ QueueConfigurations: [{ QueueArn: arnOf('a'), Events: ['s3:Unheard:Of'] }] }, 'InvalidArgument'],
  [{ QueueConfigurations: [{ QueueArn: arnOf('a'), Events: ['s3:ObjectRestore:*'] }] }, 'NotImplemented'],
  [
    { QueueConfigurations: ['*', 'Put'].map((of) => ({ QueueArn: arnOf('a'), Events: [`s3:ObjectCreated:${of}`] })) },
    'InvalidArgument',
  ],
])('refuses %j with %s', async (configuration, code) => {
  const Bucket = 'refuses';
  await s3.send(new CreateBucketCommand({ Bucket }));
  const NotificationConfiguration = configuration as NotificationConfiguration;
  const asked = s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  await expect(asked).rejects.toMatchObject({ name: code });
});
