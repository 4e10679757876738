import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateStateMachineCommand,
  DescribeActivityCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { openStacks, type RunningAccount, type Stacks, startAccountProcess, temporaryFolder } from './harness.ts';

const folder = temporaryFolder();
let account: RunningAccount;
let stacks: Stacks;
let sfn: SFNClient;
let sqs: SQSClient;

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  sfn = new SFNClient(account.config);
  sqs = new SQSClient(account.config);
});

afterAll(async () => {
  await account.end('SIGTERM');
  for (const client of [stacks.client, sfn, sqs]) client.destroy();
  folder.remove();
});

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:heard';
const table = {
  TableName: 'things',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};
const resources = {
  Table: { Type: 'AWS::DynamoDB::Table', Properties: table },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'heard' } },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'told' } },
  Subscription: {
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'sqs', Endpoint: QUEUE, RawMessageDelivery: true },
  },
  Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } },
};

async function execute(definition: object, input: object = {}): Promise<Record<string, unknown>> {
  const name = `machine-${Math.random()}`;
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::000000000000:role/r',
    }),
  );
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return JSON.parse(output ?? '{}') as Record<string, unknown>;
    if (status !== 'RUNNING' || Date.now() > deadline) throw new Error(`${status}: ${error} ${cause}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const step = (resource: string, Parameters: object, fields: object) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${resource}`,
  Parameters,
  ...fields,
});

async function received(): Promise<string[]> {
  const QueueUrl = `${account.url}/000000000000/heard`;
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }),
  );
  return messages.map(({ Body }) => Body ?? '');
}

it('reaches tables, queues, topics and buckets from state machines', async () => {
  await stacks.create('things', { Resources: resources });
  const output = await execute({
    StartAt: 'Put',
    States: {
      Put: step(
        'dynamodb:putItem',
        { TableName: 'things', Item: { id: { S: 'a' } } },
        { ResultPath: null, Next: 'Update' },
      ),
      Update: step(
        'dynamodb:updateItem',
        {
          TableName: 'things',
          Key: { id: { S: 'a' } },
          UpdateExpression: 'SET n = :n',
          ExpressionAttributeValues: { ':n': { N: '2' } },
        },
        { ResultPath: null, Next: 'Get' },
      ),
      Get: step(
        'dynamodb:getItem',
        { TableName: 'things', Key: { id: { S: 'a' } } },
        { ResultSelector: { 'item.$': '$.Item', 'status.$': '$.SdkHttpMetadata.HttpStatusCode' }, Next: 'Query' },
      ),
      Query: step(
        'aws-sdk:dynamodb:query',
        {
          TableName: 'things',
          KeyConditionExpression: 'id = :id',
          ExpressionAttributeValues: { ':id': { S: 'a' } },
        },
        { ResultPath: '$.query', Next: 'Publish' },
      ),
      Publish: step(
        'sns:publish',
        { TopicArn: 'arn:aws:sns:us-east-1:000000000000:told', Message: { 'n.$': '$.item.n.N' } },
        { ResultPath: null, Next: 'Write' },
      ),
      Write: step(
        'aws-sdk:s3:putObject',
        { Bucket: 'files', Key: 'k', Body: { a: 1 } },
        { ResultPath: null, Next: 'Read' },
      ),
      Read: step(
        'aws-sdk:s3:getObject',
        { Bucket: 'files', Key: 'k' },
        { ResultSelector: { 'body.$': '$.Body' }, ResultPath: '$.read', End: true },
      ),
    },
  });
  expect(output).toEqual({
    item: { id: { S: 'a' }, n: { N: '2' } },
    status: 200,
    query: { Count: 1, ScannedCount: 1, Items: [{ id: { S: 'a' }, n: { N: '2' } }] },
    read: { body: '{"a":1}' },
  });
  expect(await received()).toEqual(['{"n":"2"}']);
});

it('maps over the objects of a bucket and the items of a file, and writes results there', async () => {
  const put = (Key: string, Body: unknown, Next: string) =>
    step('aws-sdk:s3:putObject', { Bucket: 'files', Key, Body }, { ResultPath: null, Next });
  const map = (ItemReader: object, fields: object) => ({
    Type: 'Map',
    ItemReader,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: `In ${Object.keys(fields).join()}`,
      States: { [`In ${Object.keys(fields).join()}`]: { Type: 'Pass', End: true } },
    },
    ...fields,
  });
  const list = { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'files', Prefix: 'in/' } };
  const file = {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSON' },
    Parameters: { Bucket: 'files', Key: 'in/a.json' },
  };
  const writer = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'files', Prefix: 'out' } };
  const output = await execute({
    StartAt: 'A',
    States: {
      A: put('in/a.json', [{ sku: '1' }, { sku: '2' }], 'B'),
      B: put('in/b.txt', 'b', 'List'),
      List: map(list, { ResultSelector: { 'keys.$': '$[*].Key' }, ResultPath: '$.listed', Next: 'Rows' }),
      Rows: map(file, { ResultPath: '$.rows', Next: 'Write' }),
      Write: map(file, { ResultWriter: writer, ResultPath: '$.written', Next: 'Read' }),
      Read: step(
        'aws-sdk:s3:getObject',
        { 'Bucket.$': '$.written.ResultWriterDetails.Bucket', 'Key.$': '$.written.ResultWriterDetails.Key' },
        { ResultSelector: { 'manifest.$': 'States.StringToJson($.Body)' }, ResultPath: '$.read', End: true },
      ),
    },
  });
  expect(output).toMatchObject({
    listed: { keys: ['in/a.json', 'in/b.txt'] },
    rows: [{ sku: '1' }, { sku: '2' }],
    read: { manifest: { DestinationBucket: 'files', ResultFiles: { FAILED: [], SUCCEEDED: [{}] } } },
  });
});

it('waits for another state machine, and sends the default bus what happened to it', async () => {
  const eventBridge = new EventBridgeClient(account.config);
  const pattern = { source: ['aws.states'], detail: { status: ['SUCCEEDED'], name: ['awaited'] } };
  await eventBridge.send(new PutRuleCommand({ Name: 'ends', EventPattern: JSON.stringify(pattern) }));
  await eventBridge.send(
    new PutTargetsCommand({ Rule: 'ends', Targets: [{ Id: 'q', Arn: QUEUE, InputPath: '$.detail.output' }] }),
  );
  eventBridge.destroy();
  const child = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: 'child',
      definition: JSON.stringify(child),
      roleArn: 'arn:aws:iam::000000000000:role/r',
    }),
  );
  const parameters = { StateMachineArn: stateMachineArn, Name: 'awaited', Input: { 'n.$': '$.n' } };
  const sync = step('states:startExecution.sync:2', parameters, { OutputPath: '$.Output', End: true });
  expect(await execute({ StartAt: 'S', States: { S: sync } }, { n: 7 })).toEqual({ n: 7 });
  expect(await received()).toEqual([JSON.stringify('{"n":7}')]);
});

it('makes Express workflows with logs, and activities, of a template', async () => {
  const logging = {
    Level: 'ALL',
    IncludeExecutionData: true,
    Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': ['Group', 'Arn'] } } }],
  };
  const machine = {
    StateMachineName: 'fast',
    StateMachineType: 'EXPRESS',
    RoleArn: 'arn:aws:iam::000000000000:role/r',
    Definition: { StartAt: 'P', States: { P: { Type: 'Pass', Result: 1, End: true } } },
    LoggingConfiguration: logging,
  };
  const stack = await stacks.create('fast', {
    Resources: {
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/flow/fast' } },
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: machine },
      Activity: { Type: 'AWS::StepFunctions::Activity', Properties: { Name: 'pack' } },
    },
    Outputs: { Machine: { Value: { Ref: 'Machine' } }, Activity: { Value: { 'Fn::GetAtt': ['Activity', 'Arn'] } } },
  });
  const outputOf = (key: string) => stack.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
  const client = new SFNClient({ ...account.config, disableHostPrefix: true });
  const answer = await client.send(new StartSyncExecutionCommand({ stateMachineArn: outputOf('Machine') }));
  expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '1' });
  const described = await client.send(new DescribeActivityCommand({ activityArn: outputOf('Activity') }));
  expect(described.name).toBe('pack');
  client.destroy();
  const logs = new CloudWatchLogsClient(account.config);
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({ logGroupName: '/flow/fast', logStreamNamePrefix: 'states/' }),
  );
  logs.destroy();
  const types = events.map(({ message = '{}' }) => (JSON.parse(message) as { type: string }).type);
  expect(types).toEqual(['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded']);
});

it('names the errors of services as AWS does', async () => {
  const get = (resource: string) =>
    execute({
      StartAt: 'G',
      States: { G: step(resource, { TableName: 'gone', Key: { id: { S: 'a' } } }, { End: true }) },
    });
  await expect(get('dynamodb:getItem')).rejects.toThrow(
    /^FAILED: DynamoDB.ResourceNotFoundException .* \(Service: AmazonDynamoDBv2; Status Code: 400; /,
  );
  await expect(get('aws-sdk:dynamodb:getItem')).rejects.toThrow(
    /^FAILED: DynamoDb.ResourceNotFoundException .* \(Service: DynamoDb, Status Code: 400, /,
  );
  const nothing = { StartAt: 'G', States: { G: step('aws-sdk:dynamodb:frobnicate', {}, { End: true }) } };
  await expect(execute(nothing)).rejects.toThrow(
    'aws-sdk:dynamodb:frobnicate is no action that the local cloud can call at /States/G/Resource',
  );
});
