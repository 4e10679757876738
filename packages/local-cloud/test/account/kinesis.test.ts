import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  ListTagsForStreamCommand,
  DescribeStreamSummaryCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
let kinesis: KinesisClient;

function connect(): void {
  stacks = openStacks(account.config);
  kinesis = new KinesisClient(account.config);
}

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  connect();
});

afterAll(async () => {
  kinesis.destroy();
  stacks.client.destroy();
  await account.end('SIGTERM');
  folder.remove();
});

const stream = (Properties: object = {}): object => ({ Type: 'AWS::Kinesis::Stream', Properties });
const put = (StreamName: string, text: string, PartitionKey = 'k') =>
  kinesis.send(new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from(text) }));

async function recordsIn(StreamName: string): Promise<{ key: string; text: string }[]> {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }));
  const pages = await Promise.all(
    Shards.map(async ({ ShardId }) => {
      const input = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const };
      const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(input));
      return (await kinesis.send(new GetRecordsCommand({ ShardIterator }))).Records ?? [];
    }),
  );
  return pages.flat().map(({ PartitionKey: key = '', Data }) => ({ key, text: Buffer.from(Data ?? []).toString() }));
}

async function until<T>(ask: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Not so within a minute; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

describe('AWS::Kinesis::Stream', () => {
  it('is made, changed in place with its records, replaced by name, and removed', async () => {
    const template = (properties: object) => ({
      Resources: { Stream: stream(properties) },
      Outputs: { Name: { Value: { Ref: 'Stream' } }, Arn: { Value: { 'Fn::GetAtt': ['Stream', 'Arn'] } } },
    });
    const outputsOf = ({ Outputs = [] }: Awaited<ReturnType<Stacks['create']>>) =>
      Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    const made = await stacks.create(
      'streams',
      template({ Name: 'first', ShardCount: 1, Tags: [{ Key: 'a', Value: '1' }] }),
    );
    expect(outputsOf(made)).toEqual({ Name: 'first', Arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/first' });
    await put('first', 'kept');
    const more = { Name: 'first', ShardCount: 2, RetentionPeriodHours: 30, Tags: [{ Key: 'b', Value: '2' }] };
    await stacks.update('streams', template(more));
    const { StreamDescriptionSummary: summary } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: 'first' }),
    );
    expect(summary).toMatchObject({ OpenShardCount: 2, RetentionPeriodHours: 30 });
    const { Tags } = await kinesis.send(new ListTagsForStreamCommand({ StreamName: 'first' }));
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
    expect(await recordsIn('first')).toEqual([{ key: 'k', text: 'kept' }]);
    const tooMany = await stacks.update('streams', template({ Name: 'first', ShardCount: 5 }));
    expect(tooMany.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    const replaced = await stacks.update(
      'streams',
      template({ Name: 'second', StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
    );
    expect(outputsOf(replaced)['Name']).toBe('second');
    expect((await kinesis.send(new ListStreamsCommand({}))).StreamNames).toEqual(['second']);
    expect((await stacks.delete('streams')).StackStatus).toBe('DELETE_COMPLETE');
    expect((await kinesis.send(new ListStreamsCommand({}))).StreamNames).toEqual([]);
  });
});

it('feeds a function, is fed by a rule and by a state machine, and survives a kill', async () => {
  const source = `const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
    const sqs = new SQSClient({});
    exports.handler = async ({ Records }) => {
      for (const { kinesis, invokeIdentityArn } of Records) {
        const text = Buffer.from(kinesis.data, 'base64').toString();
        const MessageBody = JSON.stringify({ text, invokeIdentityArn });
        await sqs.send(new SendMessageCommand({ QueueUrl: process.env.OUT, MessageBody }));
      }
    };`;
  const arn = { 'Fn::GetAtt': ['Stream', 'Arn'] };
  const definition = {
    StartAt: 'Put',
    States: {
      Put: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:kinesis:putRecord',
        Parameters: { StreamName: 'fed', PartitionKey: 'machine', 'Data.$': '$' },
        End: true,
      },
    },
  };
  const { StackStatus } = await stacks.create('fed', {
    Resources: {
      Stream: stream({ Name: 'fed', ShardCount: 2 }),
      Out: queue({ QueueName: 'fed-out' }),
      F: lambda(source, {
        FunctionName: 'reader',
        Role: 'arn:aws:iam::000000000000:role/reads-streams',
        Environment: { Variables: { OUT: { Ref: 'Out' } } },
      }),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: arn, FunctionName: { Ref: 'F' }, StartingPosition: 'TRIM_HORIZON' },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['shop'] },
          Targets: [{ Id: 't', Arn: arn, KinesisParameters: { PartitionKeyPath: '$.detail.order' } }],
        },
      },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'puts',
          RoleArn: 'arn:aws:iam::000000000000:role/none',
          DefinitionString: JSON.stringify(definition),
        },
      },
    },
  });
  expect([StackStatus, StackStatus === 'CREATE_COMPLETE' ? [] : await stacks.events('fed')]).toEqual([
    'CREATE_COMPLETE',
    [],
  ]);
  const [events, states] = [new EventBridgeClient(account.config), new SFNClient(account.config)];
  const entry = { Source: 'shop', DetailType: 'Ordered', Detail: '{"order":"o-1"}' };
  await events.send(new PutEventsCommand({ Entries: [entry] }));
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:puts';
  const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn, input: '{"by":"machine"}' }));
  const execution = await until(
    () => states.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status !== 'RUNNING',
  );
  expect(execution).toMatchObject({ status: 'SUCCEEDED', output: expect.stringContaining('"SequenceNumber"') });
  const records = await until(
    () => recordsIn('fed'),
    ({ length }) => length === 2,
  );
  expect(records.map(({ key }) => key).sort()).toEqual(['machine', 'o-1']);
  expect(records.find(({ key }) => key === 'machine')!.text).toBe('{"by":"machine"}');
  expect(JSON.parse(records.find(({ key }) => key === 'o-1')!.text)).toMatchObject({ source: 'shop' });
  for (const client of [events, states, kinesis, stacks.client]) client.destroy();

  await account.end('SIGKILL');
  account = await startAccountProcess(folder.path);
  connect();
  await put('fed', 'after the kill');
  expect(await recordsIn('fed')).toHaveLength(3);
  const sqs = new SQSClient(account.config);
  const QueueUrl = `${account.url}/000000000000/fed-out`;
  const bodies: { text: string; invokeIdentityArn: string }[] = [];
  // A record that was handled just before the kill comes again, and how soon depends on the machine.
  while (new Set(bodies.map(({ text }) => text)).size < 3) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 10 }),
    );
    bodies.push(...Messages.map(({ Body }) => JSON.parse(Body!) as (typeof bodies)[0]));
  }
  sqs.destroy();
  expect(bodies.map(({ text }) => text)).toContain('after the kill');
  expect(new Set(bodies.map(({ invokeIdentityArn }) => invokeIdentityArn))).toEqual(
    new Set(['arn:aws:iam::000000000000:role/reads-streams']),
  );
});

it('keeps regions apart', async () => {
  const elsewhere = new KinesisClient({ ...account.config, region: 'eu-west-1' });
  expect((await elsewhere.send(new ListStreamsCommand({}))).StreamNames).toEqual([]);
  elsewhere.destroy();
});
