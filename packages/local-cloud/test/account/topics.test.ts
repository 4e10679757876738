import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
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
let [sqs, sns] = [] as unknown as [SQSClient, SNSClient];

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  sqs = new SQSClient(account.config);
  sns = new SNSClient(account.config);
});

afterAll(async () => {
  await account.end('SIGTERM');
  for (const client of [stacks.client, sqs, sns]) client.destroy();
  folder.remove();
});

async function received(QueueUrl = ''): Promise<Record<string, unknown>> {
  const { Messages: messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  return JSON.parse(messages?.[0]?.Body ?? 'null') as Record<string, unknown>;
}

/** Creates or updates a stack, and answers its resources as outputs: what `Ref` says of each. */
async function deploy(change: 'create' | 'update', name: string, resources: Record<string, object>) {
  const Outputs = Object.fromEntries(Object.keys(resources).map((id) => [id, { Value: { Ref: id } }]));
  const stack = await stacks[change](name, { Resources: resources, Outputs });
  expect([stack.StackStatus, ...(await stacks.events(name))]).toContain(`${change.toUpperCase()}_COMPLETE`);
  return Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue]));
}

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const tells = (queueId: string) =>
  lambda(
    `const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
    exports.handler = (event) => new SQSClient({}).send(new SendMessageCommand({
      QueueUrl: process.env.OUT, MessageBody: JSON.stringify(event) }));`,
    { Environment: { Variables: { OUT: { Ref: queueId } } } },
  );
const endpointsOf = async (TopicArn = '') => {
  const { Subscriptions: all = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  return all.map(({ Protocol, Endpoint = '' }) => `${Protocol} ${Endpoint.split(':').at(-1)}`).sort();
};

it('a function gets the notifications that its filter lets through, in the form of AWS', async () => {
  const { Topic, Out, Subscription } = await deploy('create', 'heard', {
    Out: queue(),
    F: tells('Out'),
    Topic: { Type: 'AWS::SNS::Topic', Properties: { Tags: [{ Key: 'team', Value: 'a' }] } },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'lambda', Endpoint: arn('F'), FilterPolicy: { n: [5] } },
    },
  });
  const publish = (more: object) => sns.send(new PublishCommand({ TopicArn: Topic, Message: 'any', ...more }));
  await publish({ Message: 'not for it' });
  const MessageAttributes = { n: { DataType: 'Number', StringValue: '5' } };
  const Message = JSON.stringify({ default: 'all', lambda: 'functions' });
  const { MessageId } = await publish({ Message, MessageStructure: 'json', MessageAttributes });
  const event = (await received(Out)) as { Records: [{ Sns: { SigningCertUrl: string } }] };
  const { SigningCertUrl } = event.Records[0].Sns;
  expect(event).toEqual({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: Subscription,
        Sns: {
          ...{ Type: 'Notification', MessageId, TopicArn: Topic, Subject: null, Message: 'functions' },
          Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
          SignatureVersion: '1',
          Signature: expect.any(String),
          SigningCertUrl: expect.stringContaining(`${account.url}/SimpleNotificationService-`),
          UnsubscribeUrl: expect.stringContaining(`SubscriptionArn=${Subscription}`),
          MessageAttributes: { n: { Type: 'Number', Value: '5' } },
        },
      },
    ],
  });
  const certificate = await fetch(SigningCertUrl);
  expect(new X509Certificate(await certificate.text()).subject).toBe('CN=sns.amazonaws.com');
  expect((await fetch(`${account.url}/SimpleNotificationService-none.pem`)).status).toBe(404);
  const described = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: Subscription }));
  expect(described.Attributes).toMatchObject({ Protocol: 'lambda', PendingConfirmation: 'false' });
  const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: Topic }));
  expect(Tags).toEqual([{ Key: 'team', Value: 'a' }]);
});

it('a function that fails is tried three times, and one that is gone makes a dead letter at once', async () => {
  const subscriptionOf = (Endpoint: unknown) => ({
    Type: 'AWS::SNS::Subscription',
    Properties: {
      ...{ TopicArn: { Ref: 'Topic' }, Protocol: 'lambda', Endpoint },
      RedrivePolicy: { deadLetterTargetArn: arn('Letters') },
    },
  });
  const { Topic, Failed, Letters } = await deploy('create', 'failing', {
    Failed: queue(),
    Letters: queue(),
    F: lambda(`exports.handler = () => { throw new Error('never'); };`),
    Config: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        ...{ FunctionName: { Ref: 'F' }, Qualifier: '$LATEST' },
        DestinationConfig: { OnFailure: { Destination: arn('Failed') } },
      },
    },
    Topic: { Type: 'AWS::SNS::Topic' },
    ...{ OfF: subscriptionOf(arn('F')), OfNone: subscriptionOf('arn:aws:lambda:us-east-1:000000000000:function:none') },
  });
  await sns.send(new PublishCommand({ TopicArn: Topic, Message: 'fails' }));
  expect(await received(Letters)).toMatchObject({ Type: 'Notification', Message: 'fails', TopicArn: Topic });
  expect(await received(Failed)).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: { Records: [{ Sns: { Message: 'fails' } }] },
  });
});

it('a topic has the subscriptions that its template lists now, and one by itself besides', async () => {
  const resources = (...Subscription: object[]) => ({
    A: queue({ QueueName: 'listed-a' }),
    B: queue({ QueueName: 'listed-b' }),
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'listed', Subscription } },
    Other: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'a@shop.example' },
    },
  });
  const [a, b] = ['A', 'B'].map((id) => ({ Protocol: 'sqs', Endpoint: arn(id) }));
  const { Topic, Other } = await deploy('create', 'listed', resources(a!));
  expect(Other).toMatch(new RegExp(`^${Topic}:[-\\da-f]{36}$`));
  expect(await endpointsOf(Topic)).toEqual(['email a@shop.example', 'sqs listed-a']);
  await deploy('update', 'listed', resources(b!));
  expect(await endpointsOf(Topic)).toEqual(['email a@shop.example', 'sqs listed-b']);
  await deploy('update', 'listed', resources());
  expect(await endpointsOf(Topic)).toEqual(['email a@shop.example']);
});

it('a subscription by e-mail waits to be confirmed', async () => {
  const { Topic: TopicArn } = await deploy('create', 'mailed', { Topic: { Type: 'AWS::SNS::Topic' } });
  const request = { TopicArn, Protocol: 'email', Endpoint: 'a@shop.example' };
  expect(await sns.send(new SubscribeCommand(request))).toMatchObject({ SubscriptionArn: 'pending confirmation' });
  const { SubscriptionArn } = await sns.send(new SubscribeCommand({ ...request, ReturnSubscriptionArn: true }));
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes).toMatchObject({ PendingConfirmation: 'true', ConfirmationWasAuthenticated: 'false' });
  expect(await sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).toMatchObject({
    MessageId: expect.any(String),
  });
});
