import { gunzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  DeleteSubscriptionFilterCommand,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  lambda,
  openStacks,
  type RunningAccount,
  type Stacks,
  startAccountProcess,
  temporaryFolder,
} from './harness.ts';

const folder = temporaryFolder();
let account: RunningAccount;
let stacks: Stacks;
let clients: { logs: CloudWatchLogsClient; lambda: LambdaClient; sqs: SQSClient };

const MS = 240_000;

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  const { config } = account;
  clients = { logs: new CloudWatchLogsClient(config), lambda: new LambdaClient(config), sqs: new SQSClient(config) };
}, MS);

afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  stacks.client.destroy();
  await account.end('SIGINT');
  folder.remove();
}, MS);

const logGroupName = '/aws/lambda/writer';

/** Hands on what it gets, as its destination for successes. */
const template = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'read' } },
    Reader: lambda('exports.handler = async (event) => event;', { FunctionName: 'reader' }),
    Config: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Reader' },
        Qualifier: '$LATEST',
        DestinationConfig: { OnSuccess: { Destination: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
      },
    },
    Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: logGroupName } },
    Writer: lambda('exports.handler = async (event) => void console.log(event.say);', { FunctionName: 'writer' }),
    Filter: {
      Type: 'AWS::Logs::SubscriptionFilter',
      Properties: {
        LogGroupName: { Ref: 'Group' },
        FilterName: 'told',
        FilterPattern: 'told',
        DestinationArn: { 'Fn::GetAtt': ['Reader', 'Arn'] },
      },
    },
  },
};

async function say(text: string): Promise<void> {
  await clients.lambda.send(new InvokeCommand({ FunctionName: 'writer', Payload: JSON.stringify({ say: text }) }));
}

/** The next delivery that the reader got. */
async function next(): Promise<{ logGroup: string; subscriptionFilters: string[]; logEvents: { message: string }[] }> {
  const QueueUrl = `${account.url}/000000000000/read`;
  for (;;) {
    const received = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    const { Body } = received.Messages?.[0] ?? {};
    if (Body === undefined) continue;
    const { responsePayload } = JSON.parse(Body) as { responsePayload: { awslogs: { data: string } } };
    return JSON.parse(gunzipSync(Buffer.from(responsePayload.awslogs.data, 'base64')).toString());
  }
}

it(
  'lines of a log group go to a function, through templates and the SDK',
  async () => {
    await stacks.create('subscribed', template);
    const { subscriptionFilters } = await clients.logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
    expect(subscriptionFilters).toMatchObject([
      { filterName: 'told', filterPattern: 'told', destinationArn: expect.stringMatching(/:function:reader$/) },
    ]);
    await say('kept back');
    await say('told one');
    expect(await next()).toMatchObject({
      logGroup: logGroupName,
      subscriptionFilters: ['told'],
      logEvents: [{ message: expect.stringContaining('told one') }],
    });
    const [{ destinationArn } = {}] = subscriptionFilters ?? [];
    const more = { logGroupName, filterName: 'more', filterPattern: 'more', destinationArn };
    await clients.logs.send(new PutSubscriptionFilterCommand(more));
    await say('more of it');
    expect(await next()).toMatchObject({ subscriptionFilters: ['more'] });
    await clients.logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: 'more' }));
    await expect(
      clients.logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: 'more' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(
      clients.logs.send(new PutSubscriptionFilterCommand({ ...more, filterPattern: '[a, b]' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await stacks.delete('subscribed');
  },
  MS,
);
