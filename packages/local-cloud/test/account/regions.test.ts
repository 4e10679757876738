import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DescribeTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  lambda,
  openStacks,
  queue,
  type RunningAccount,
  type Stacks,
  startAccountProcess,
  temporaryFolder,
} from './harness.ts';

const REGIONS = ['us-east-1', 'eu-central-1'] as const;
type Name = (typeof REGIONS)[number];

const folder = temporaryFolder();
let account: RunningAccount;

beforeAll(async () => void (account = await startAccountProcess(folder.path)));

afterAll(async () => {
  await account.end('SIGTERM');
  folder.remove();
});

const configOf = (region: Name): RunningAccount['config'] => ({ ...account.config, region });

const template = (region: Name) => ({
  Resources: {
    Queue: queue({ QueueName: 'same-name' }),
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: `bus-of-${region}` } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'same-name',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: `role-of-${region}`, AssumeRolePolicyDocument: {} } },
    F: lambda(`exports.handler = async () => process.env.AWS_REGION;`, { FunctionName: 'same-name' }),
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'a', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['F', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: '$default',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
  },
  Outputs: {
    Queue: { Value: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
    Table: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
  },
});

/** What a region has, as its clients see it. */
async function contents(region: Name) {
  const config = configOf(region);
  const clients = {
    buses: new EventBridgeClient(config),
    dynamo: new DynamoDBClient(config),
    functions: new LambdaClient(config),
    sqs: new SQSClient(config),
  };
  const { QueueUrl } = await clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'same-name' }));
  const attributes = { QueueUrl, AttributeNames: ['All' as const] };
  const { Attributes } = await clients.sqs.send(new GetQueueAttributesCommand(attributes));
  const { EventBuses = [] } = await clients.buses.send(new ListEventBusesCommand({}));
  const { Table } = await clients.dynamo.send(new DescribeTableCommand({ TableName: 'same-name' }));
  const { Payload } = await clients.functions.send(new InvokeCommand({ FunctionName: 'same-name' }));
  const { Count } = await clients.dynamo.send(new ScanCommand({ TableName: 'same-name' }));
  for (const client of Object.values(clients)) client.destroy();
  return {
    queue: [Attributes?.['QueueArn'], Attributes?.['ApproximateNumberOfMessages']],
    table: [Table?.TableArn, Count],
    buses: EventBuses.map(({ Name }) => Name),
    function: Payload?.transformToString(),
  };
}

const expected = (region: Name, filled: number) => ({
  queue: [`arn:aws:sqs:${region}:000000000000:same-name`, String(filled)],
  table: [`arn:aws:dynamodb:${region}:000000000000:table/same-name`, filled],
  buses: ['default', `bus-of-${region}`].sort(),
  function: `"${region}"`,
});

const failures = async (stacks: Stacks): Promise<string[]> =>
  (await stacks.events('same')).filter((event) => event.includes('FAILED'));

it('keeps regions apart: stacks of one name, with what is in them, and across a restart', async () => {
  for (const region of REGIONS) {
    const stacks = openStacks(configOf(region));
    const stack = await stacks.create('same', template(region));
    expect(await failures(stacks)).toEqual([]);
    expect(stack.Outputs?.map(({ OutputValue }) => OutputValue?.split(':')[3])).toEqual([region, region]);
    stacks.client.destroy();
  }
  const [there, here] = [configOf('eu-central-1'), configOf('us-east-1')];
  const [sqs, dynamo] = [new SQSClient(there), new DynamoDBClient(there)];
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'same-name' }));
  expect(QueueUrl).toBe(`${account.url}/queue/eu-central-1/000000000000/same-name`);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'to the other region' }));
  await dynamo.send(new PutItemCommand({ TableName: 'same-name', Item: { pk: { S: 'there' } } }));
  expect(await contents('us-east-1')).toEqual(expected('us-east-1', 0));
  expect(await contents('eu-central-1')).toEqual(expected('eu-central-1', 1));

  const iam = new IAMClient(here);
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  expect(Roles.map(({ RoleName }) => RoleName)).toEqual(expect.arrayContaining(REGIONS.map((it) => `role-of-${it}`)));
  for (const client of [sqs, dynamo, iam]) client.destroy();

  await account.end('SIGKILL');
  account = await startAccountProcess(folder.path);
  expect(await contents('eu-central-1')).toEqual(expected('eu-central-1', 1));
  const overview = (await (await fetch(account.url)).json()) as { stacks: object[]; httpApis: { urls: string[] }[] };
  expect(overview.stacks).toMatchObject(REGIONS.map((region) => ({ name: 'same', region })));
  const answers = overview.httpApis.map(async ({ urls: [url = ''] }) => (await fetch(`${url}/any`)).text());
  expect((await Promise.all(answers)).sort()).toEqual([...REGIONS].sort());

  const stacks = openStacks(configOf('us-east-1'));
  expect((await stacks.delete('same')).StackStatus).toBe('DELETE_COMPLETE');
  stacks.client.destroy();
  expect(await contents('eu-central-1')).toEqual(expected('eu-central-1', 1));
});

it('counts a name that is none of a region as its first one', async () => {
  const client = new EventBridgeClient({ ...account.config, region: 'anywhere' });
  const { EventBuses } = await client.send(new ListEventBusesCommand({}));
  expect(EventBuses?.[0]?.Arn).toBe('arn:aws:events:us-east-1:000000000000:event-bus/default');
  client.destroy();
});
