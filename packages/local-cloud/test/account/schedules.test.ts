import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
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
const RoleArn = 'arn:aws:iam::000000000000:role/none';
let account: RunningAccount;
let stacks: Stacks;
let [sqs, events] = [] as unknown as [SQSClient, EventBridgeClient];

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  sqs = new SQSClient(account.config);
  events = new EventBridgeClient(account.config);
});

afterAll(async () => {
  await account.end('SIGTERM');
  for (const client of [stacks.client, sqs, events]) client.destroy();
  folder.remove();
});

async function received(QueueUrl: string): Promise<string> {
  const { Messages: messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  return messages?.[0]?.Body ?? '';
}

async function outputs(name: string, template: object): Promise<Record<string, string>> {
  const stack = await stacks.create(name, template);
  expect([stack.StackStatus, ...(await stacks.events(name))]).toContain('CREATE_COMPLETE');
  return Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue ?? '']));
}

const getAtt = (id: string, name = 'Arn') => ({ 'Fn::GetAtt': [id, name] });

it('a schedule of a template invokes its function', async () => {
  const source = `const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
    exports.handler = (event) => new SQSClient({}).send(new SendMessageCommand({
      QueueUrl: process.env.OUT, MessageBody: JSON.stringify(event) }));`;
  const { Out = '', Name } = await outputs('scheduled', {
    Resources: {
      Out: queue(),
      F: lambda(source, { Environment: { Variables: { OUT: { Ref: 'Out' } } } }),
      Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'mine' } },
      Schedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          GroupName: { Ref: 'Group' },
          ScheduleExpression: 'rate(1 day)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: getAtt('F'), RoleArn, Input: '{"arn":"<aws.scheduler.schedule-arn>"}' },
        },
      },
    },
    Outputs: { Out: { Value: { Ref: 'Out' } }, Name: { Value: { Ref: 'Schedule' } } },
  });
  const arn = `arn:aws:scheduler:us-east-1:000000000000:schedule/mine/${Name}`;
  expect(JSON.parse(await received(Out))).toEqual({ arn });
  const scheduler = new SchedulerClient(account.config);
  expect(await scheduler.send(new GetScheduleCommand({ Name, GroupName: 'mine' }))).toMatchObject({ Arn: arn });
  await stacks.delete('scheduled');
  await expect(scheduler.send(new GetScheduleCommand({ Name, GroupName: 'mine' }))).rejects.toThrow('does not exist');
  scheduler.destroy();
});

it('a rule hands events to a topic, a log group and a function, which is tried three times', async () => {
  const logs = new CloudWatchLogsClient(account.config);
  const logGroupName = '/aws/events/ruled';
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const { Out = '', Failed = '' } = await outputs('ruled', {
    Resources: {
      Out: queue(),
      Failed: queue(),
      Topic: { Type: 'AWS::SNS::Topic' },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'sqs', Endpoint: getAtt('Out'), RawMessageDelivery: true },
      },
      F: lambda(`exports.handler = () => { throw new Error('never'); };`),
      Config: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'F' },
          Qualifier: '$LATEST',
          DestinationConfig: { OnFailure: { Destination: getAtt('Failed') } },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['ruled'] },
          Targets: [
            { Id: 'topic', Arn: { Ref: 'Topic' }, InputPath: '$.detail' },
            { Id: 'logs', Arn: `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}` },
            { Id: 'function', Arn: getAtt('F'), InputPath: '$.detail' },
          ],
        },
      },
    },
    Outputs: { Out: { Value: { Ref: 'Out' } }, Failed: { Value: { Ref: 'Failed' } } },
  });
  await events.send(new PutEventsCommand({ Entries: [{ Source: 'ruled', DetailType: 'It', Detail: '{"n":1}' }] }));
  expect(await received(Out)).toBe('{"n":1}');
  const { events: lines = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  expect(lines.map(({ message }) => JSON.parse(message ?? '') as unknown)).toMatchObject([{ detail: { n: 1 } }]);
  expect(JSON.parse(await received(Failed))).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: { n: 1 },
    responsePayload: { errorMessage: 'never' },
  });
  logs.destroy();
});
