import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeChangeSetCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  UpdateTerminationProtectionCommand,
  UpdateStackCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ResourceNotFoundException,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import {
  openStacks,
  parameter,
  queue,
  type RunningAccount,
  type Stacks,
  startAccountProcess,
  temporaryFolder,
} from './harness.ts';

const folder = temporaryFolder();
let account: RunningAccount;
let stacks: Stacks;
let sqs: SQSClient;
let ssm: SSMClient;

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  sqs = new SQSClient(account.config);
  ssm = new SSMClient(account.config);
});

afterAll(async () => {
  await account.end('SIGTERM');
  for (const client of [stacks.client, sqs, ssm]) client.destroy();
  folder.remove();
});

const urlOf = async (QueueName: string): Promise<string | undefined> =>
  (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
const table = (properties: object): object => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName: 'protecting',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ...properties,
  },
});
const valueOf = async (Name: string): Promise<string | undefined> =>
  (await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value;

describe('a stack', () => {
  it('is created in the order of its references, with outputs, exports and events', async () => {
    const stack = await stacks.create('one', {
      Resources: {
        Told: parameter('/one/queue', { 'Fn::GetAtt': ['Queue', 'Arn'] }),
        Queue: queue({ RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': 'Dead.Arn' }, maxReceiveCount: 3 } }),
        Dead: queue({ QueueName: 'one-dead' }),
      },
      Outputs: { Url: { Value: { Ref: 'Queue' }, Export: { Name: 'one-url' } } },
    });
    expect(stack).toMatchObject({ StackStatus: 'CREATE_COMPLETE', StackName: 'one' });
    const url = stack.Outputs?.[0]?.OutputValue ?? '';
    expect(url).toMatch(new RegExp(`^${account.url}/000000000000/one-Queue-[a-z0-9]+$`));
    const { Attributes: attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn', 'RedrivePolicy'] }),
    );
    expect(attributes?.['RedrivePolicy']).toContain(':one-dead"');
    expect(await valueOf('/one/queue')).toBe(attributes?.['QueueArn']);
    expect(await stacks.events('one')).toEqual([
      'one CREATE_IN_PROGRESS',
      'Dead CREATE_IN_PROGRESS',
      'Dead CREATE_COMPLETE',
      'Queue CREATE_IN_PROGRESS',
      'Queue CREATE_COMPLETE',
      'Told CREATE_IN_PROGRESS',
      'Told CREATE_COMPLETE',
      'one CREATE_COMPLETE',
    ]);
    const { Exports: exported } = await stacks.client.send(new ListExportsCommand({}));
    expect(exported).toContainEqual({ ExportingStackId: stack.StackId, Name: 'one-url', Value: url });
  });

  it('is made anew in what changed, and loses what left its template', async () => {
    const before = { Kept: queue({ QueueName: 'two-kept' }), Gone: queue({ QueueName: 'two-gone' }) };
    await stacks.create('two', { Resources: before });
    const { Gone: _gone, ...rest } = { ...before, Kept: queue({ QueueName: 'two-kept', VisibilityTimeout: 77 }) };
    const updated = await stacks.update('two', { Resources: { ...rest, Added: queue({ QueueName: 'two-added' }) } });
    expect(updated.StackStatus).toBe('UPDATE_COMPLETE');
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: await urlOf('two-kept'), AttributeNames: ['VisibilityTimeout'] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: '77' });
    await expect(urlOf('two-gone')).rejects.toThrow(/does not exist/);
    expect(await urlOf('two-added')).toContain('two-added');
    const { StackResourceSummaries: left } = await stacks.client.send(
      new ListStackResourcesCommand({ StackName: 'two' }),
    );
    expect(left?.map(({ LogicalResourceId: id, ResourceStatus: status }) => [id, status])).toEqual([
      ['Kept', 'UPDATE_COMPLETE'],
      ['Added', 'CREATE_COMPLETE'],
    ]);
  });

  it('generates names of FIFO queues and topics, which end with .fifo', async () => {
    const fifo = {
      Queue: queue({ FifoQueue: true, Tags: [{ Key: 'team', Value: 'orders' }] }),
      Topic: { Type: 'AWS::SNS::Topic', Properties: { FifoTopic: true } },
    };
    const Outputs = { Queue: { Value: { Ref: 'Queue' } }, Topic: { Value: { 'Fn::GetAtt': ['Topic', 'TopicName'] } } };
    const stack = await stacks.create('fifo', { Resources: fifo, Outputs });
    const [QueueUrl = '', topic] = ['Queue', 'Topic'].map(
      (key) => stack.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue,
    );
    expect(QueueUrl).toMatch(/\/fifo-Queue-\w+\.fifo$/);
    expect(topic).toMatch(/^fifo-Topic-\w+\.fifo$/);
    expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: 'orders' });
  });

  it('replaces a resource whose name changed: the new one first, and the old one at the end', async () => {
    await stacks.create('three', { Resources: { Queue: queue({ QueueName: 'three-a' }) } });
    await stacks.update('three', {
      Resources: { Queue: queue({ QueueName: 'three-b' }), Told: parameter('/three', { Ref: 'Queue' }) },
    });
    expect(await valueOf('/three')).toMatch(/three-b$/);
    await expect(urlOf('three-a')).rejects.toThrow(/does not exist/);
  });

  it('refuses an update that changes nothing', async () => {
    const template = { Resources: { Queue: queue() } };
    await stacks.create('same', template);
    await expect(stacks.update('same', template)).rejects.toThrow('No updates are to be performed.');
  });

  it('keeps its template as it was sent', async () => {
    const template = { Resources: { Queue: queue() } };
    await stacks.create('templated', template);
    const { TemplateBody } = await stacks.client.send(new GetTemplateCommand({ StackName: 'templated' }));
    expect(JSON.parse(TemplateBody ?? '')).toEqual(template);
  });

  it('takes parameters, conditions and a template from a bucket', async () => {
    const s3 = new S3Client({ ...account.config, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'templates' }));
    const template = {
      Parameters: { Name: { Type: 'String' }, Loud: { Type: 'String', Default: 'no', AllowedValues: ['yes', 'no'] } },
      Conditions: { IsLoud: { 'Fn::Equals': [{ Ref: 'Loud' }, 'yes'] } },
      Resources: {
        Told: parameter('/four', { 'Fn::Sub': '${Name} in ${AWS::Region}' }),
        Shouted: { ...parameter('/four/loud', 'YES'), Condition: 'IsLoud' },
      },
    };
    await s3.send(new PutObjectCommand({ Bucket: 'templates', Key: 'a/four.json', Body: JSON.stringify(template) }));
    s3.destroy();
    const Parameters = [{ ParameterKey: 'Name', ParameterValue: 'it' }];
    const url = { TemplateBody: undefined, TemplateURL: 'https://s3.amazonaws.com/templates/a/four.json' };
    await stacks.create('four', {}, { ...url, Parameters });
    expect(await valueOf('/four')).toBe('it in us-east-1');
    await expect(valueOf('/four/loud')).rejects.toThrow(/no parameter/);
    const wrong = [...Parameters, { ParameterKey: 'Loud', ParameterValue: 'maybe' }];
    await expect(stacks.create('five', {}, { ...url, Parameters: wrong })).rejects.toThrow(/AllowedValues/);
    await expect(stacks.create('five', {}, url)).rejects.toThrow('Parameters: [Name] must have values');
  });
});

describe('a table', () => {
  const index = (name: string): object => ({
    IndexName: name,
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  });
  const withIndexes = (...names: string[]): object => ({
    Resources: {
      Table: table({
        TableName: 'indexed',
        AttributeDefinitions: ['pk', ...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        GlobalSecondaryIndexes: names.map(index),
      }),
    },
  });

  it('gets and loses an index, one at a time, and keeps its items', async () => {
    const dynamodb = new DynamoDBClient(account.config);
    const TableName = 'indexed';
    await stacks.create('indexed', withIndexes('one'));
    await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } }));
    expect((await stacks.update('indexed', withIndexes('one', 'two'))).StackStatus).toBe('UPDATE_COMPLETE');
    const indexes = async (): Promise<unknown> =>
      (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table?.GlobalSecondaryIndexes?.map(
        ({ IndexName }) => IndexName,
      );
    expect(await indexes()).toEqual(['one', 'two']);
    expect((await stacks.update('indexed', withIndexes())).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await stacks.update('indexed', withIndexes('two'))).StackStatus).toBe('UPDATE_COMPLETE');
    expect(await indexes()).toEqual(['two']);
    expect((await dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } }))).Item).toBeDefined();
    dynamodb.destroy();
  });

  it('with a name of its own is not replaced by another with other keys', async () => {
    await stacks.create('keyed', { Resources: { Table: table({ TableName: 'keyed' }) } });
    const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' }];
    const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' }];
    await stacks.update('keyed', {
      Resources: { Table: table({ TableName: 'keyed', AttributeDefinitions, KeySchema }) },
    });
    expect((await stacks.events('keyed')).join('\n')).toMatch(/custom-named resource requires replacing. Rename keyed/);
  });
});

describe('a failure', () => {
  const failing = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'x', NoSuchThing: 1 } };

  it('while creating removes what was made, and says why', async () => {
    const Resources = { First: queue({ QueueName: 'undone' }), Second: { ...failing, DependsOn: 'First' } };
    const stack = await stacks.create('undone', { Resources });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    await expect(urlOf('undone')).rejects.toThrow(/does not exist/);
    expect(await stacks.events('undone')).toEqual([
      'undone CREATE_IN_PROGRESS',
      'First CREATE_IN_PROGRESS',
      'First CREATE_COMPLETE',
      'Second CREATE_IN_PROGRESS',
      'Second CREATE_FAILED AWS::SQS::Queue: the property NoSuchThing is not supported here.',
      'undone ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [Second]. ',
      'First DELETE_IN_PROGRESS',
      'First DELETE_COMPLETE',
      'undone ROLLBACK_COMPLETE',
    ]);
    await expect(stacks.update('undone', { Resources: { First: queue() } })).rejects.toThrow(
      /is in ROLLBACK_COMPLETE state and can not be updated/,
    );
  });

  it('while updating puts everything back as it was', async () => {
    const before = { Changed: queue({ QueueName: 'back', VisibilityTimeout: 10 }), Told: parameter('/back', 'before') };
    await stacks.create('back', { Resources: before, Outputs: { O: { Value: 'before' } } });
    const stack = await stacks.update('back', {
      Resources: {
        Changed: queue({ QueueName: 'back', VisibilityTimeout: 20 }),
        Added: queue({ QueueName: 'back-added' }),
        Told: { ...parameter('/back', 'after'), DependsOn: ['Changed', 'Added'] },
        Last: { ...failing, DependsOn: 'Told' },
      },
      Outputs: { O: { Value: 'after' } },
    });
    expect(stack).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE', Outputs: [{ OutputValue: 'before' }] });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: await urlOf('back'), AttributeNames: ['VisibilityTimeout'] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: '10' });
    expect(await valueOf('/back')).toBe('before');
    await expect(urlOf('back-added')).rejects.toThrow(/does not exist/);
    expect((await stacks.update('back', { Resources: { ...before, Now: queue() } })).StackStatus).toBe(
      'UPDATE_COMPLETE',
    );
  });

  it.each([
    ['an unknown type', { A: { Type: 'AWS::Nothing::AtAll' } }, /Unrecognized resource types: \[AWS::Nothing::AtAll\]/],
    ['a reference to nothing', { A: queue({ QueueName: { Ref: 'B' } }) }, /Unresolved resource dependencies \[B\]/],
    [
      'a circle',
      { A: queue({}, { DependsOn: 'B' }), B: queue({}, { DependsOn: 'A' }) },
      /Circular dependency .*\[A, B\]/,
    ],
    ['no resource', {}, /At least one Resources member/],
    [
      'a missing parameter',
      { A: parameter('/a', '{{resolve:ssm:/none}}') },
      /Parameters: \[ssm:\/none\] cannot be found\./,
    ],
  ])('of %s is reported before anything is done', async (_what, Resources, reason) => {
    await expect(stacks.create('refused', { Resources })).rejects.toThrow(reason);
    await expect(stacks.client.send(new DescribeStacksCommand({ StackName: 'refused' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id refused does not exist',
    });
  });

  it('of a parameter with a composed name is reported while creating', async () => {
    const Value = { 'Fn::Sub': '{{resolve:ssm:/none/${AWS::Region}}}' };
    await stacks.create('composed', { Resources: { A: parameter('/a', Value) } });
    expect(await stacks.events('composed')).toContain(
      'A CREATE_FAILED Parameters: [ssm:/none/us-east-1] cannot be found.',
    );
  });

  it('of a name that another stack has is reported', async () => {
    const template = { Resources: { Queue: queue({ QueueName: 'taken' }) } };
    const { StackId } = await stacks.create('owner', template);
    await stacks.create('thief', template);
    expect(await stacks.events('thief')).toContain(`Queue CREATE_FAILED taken already exists in stack ${StackId}`);
    expect(await urlOf('taken')).toContain('taken');
  });
});

it('keeps an export that another stack imports, and lets it go with the last import', async () => {
  const exporting = (value: string) => ({
    Resources: { A: queue() },
    Outputs: { O: { Value: value, Export: { Name: 'shared' } } },
  });
  await stacks.create('exporter', exporting('one'));
  await stacks.create('importer', { Resources: { P: parameter('/imported', { 'Fn::ImportValue': 'shared' }) } });
  expect(await valueOf('/imported')).toBe('one');
  expect(await stacks.delete('exporter')).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    StackStatusReason: 'Export shared cannot be deleted as it is in use by importer',
  });
  expect((await stacks.update('exporter', exporting('two'))).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await stacks.events('exporter')).join()).toContain(
    'Export shared cannot be updated as it is in use by importer',
  );
  await stacks.delete('importer');
  expect((await stacks.delete('exporter')).StackStatus).toBe('DELETE_COMPLETE');
});

describe('a change set', () => {
  const input = { StackName: 'sets', ChangeSetName: 'first' };
  const describe = () => stacks.client.send(new DescribeChangeSetCommand(input));

  it('says what would change, and is executed', async () => {
    const TemplateBody = JSON.stringify({ Resources: { A: queue(), B: queue() } });
    await stacks.client.send(
      new CreateChangeSetCommand({ ...input, TemplateBody, ChangeSetType: 'CREATE', Parameters: [] }),
    );
    const { Stacks: [stack] = [] } = await stacks.client.send(new DescribeStacksCommand({ StackName: 'sets' }));
    expect(stack?.StackStatus).toBe('REVIEW_IN_PROGRESS');
    expect((await describe()).Changes?.map(({ ResourceChange: it }) => [it?.Action, it?.LogicalResourceId])).toEqual([
      ['Add', 'A'],
      ['Add', 'B'],
    ]);
    await stacks.client.send(new ExecuteChangeSetCommand(input));
    expect((await stacks.settled('sets')).StackStatus).toBe('CREATE_COMPLETE');
    await stacks.update('sets', { Resources: { A: queue({ DelaySeconds: 1 }), C: queue() } });
    const { StackResourceDetail: detail } = await stacks.client.send(
      new DescribeStackResourceCommand({ StackName: 'sets', LogicalResourceId: 'C' }),
    );
    expect(detail).toMatchObject({ ResourceType: 'AWS::SQS::Queue', ResourceStatus: 'CREATE_COMPLETE' });
    await expect(
      stacks.client.send(new DescribeStackResourceCommand({ StackName: 'sets', LogicalResourceId: 'B' })),
    ).rejects.toThrow('Resource B does not exist for stack sets');
  });

  it('takes the value that a parameter has, its default, or that of an SSM parameter', async () => {
    const Parameters = {
      Given: { Type: 'String' },
      Default: { Type: 'String', Default: 'by default' },
      Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/previous/stored' },
      Listed: { Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: '/previous/listed' },
      Hidden: { Type: 'String', Default: 'secret', NoEcho: true },
    };
    const last = { 'Fn::Select': [1, { Ref: 'Listed' }] };
    const all = { 'Fn::Join': ['|', [...['Given', 'Default', 'Stored'].map((Ref) => ({ Ref })), last]] };
    const template = (delay: number) => ({
      Parameters,
      Resources: { A: queue({ DelaySeconds: delay }), P: parameter('/all', all) },
    });
    await stacks.create('stored', {
      Resources: { S: parameter('/previous/stored', 'from SSM'), L: parameter('/previous/listed', 'a,b') },
    });
    await stacks.create('previous', template(1), {
      Parameters: [{ ParameterKey: 'Given', ParameterValue: 'said once' }],
    });
    const names = { StackName: 'previous', ChangeSetName: 'next' };
    await stacks.client.send(
      new CreateChangeSetCommand({
        ...names,
        TemplateBody: JSON.stringify(template(2)),
        Parameters: Object.keys(Parameters).map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
      }),
    );
    await stacks.client.send(new ExecuteChangeSetCommand(names));
    const { StackStatus: status, Parameters: described } = await stacks.settled('previous');
    expect(status).toBe('UPDATE_COMPLETE');
    expect(await valueOf('/all')).toBe('said once|by default|from SSM|b');
    expect(described).toEqual([
      { ParameterKey: 'Default', ParameterValue: 'by default' },
      { ParameterKey: 'Stored', ParameterValue: '/previous/stored', ResolvedValue: 'from SSM' },
      { ParameterKey: 'Listed', ParameterValue: '/previous/listed', ResolvedValue: 'a,b' },
      { ParameterKey: 'Hidden', ParameterValue: '****' },
      { ParameterKey: 'Given', ParameterValue: 'said once' },
    ]);
  });

  it('names an SSM parameter that a template waits for', async () => {
    const Parameters = { Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/none/such' } };
    const TemplateBody = JSON.stringify({ Parameters, Resources: { A: queue() } });
    const sent = stacks.client.send(
      new CreateChangeSetCommand({ StackName: 'waits', ChangeSetName: 'a', ChangeSetType: 'CREATE', TemplateBody }),
    );
    await expect(sent).rejects.toThrow(
      'Unable to fetch parameters [/none/such] from parameter store for this account.',
    );
  });

  it('without changes fails, as the tools expect it', async () => {
    await stacks.create('unchanged', { Resources: { A: queue() } });
    const names = { StackName: 'unchanged', ChangeSetName: 'none' };
    const TemplateBody = JSON.stringify({ Resources: { A: queue() } });
    await stacks.client.send(new CreateChangeSetCommand({ ...names, TemplateBody }));
    expect(await stacks.client.send(new DescribeChangeSetCommand(names))).toMatchObject({
      Status: 'FAILED',
      StatusReason: expect.stringContaining("The submitted information didn't contain changes."),
    });
  });
});

describe('a deletion', () => {
  it('keeps what is to be retained, which then is in the way of a new stack', async () => {
    const template = {
      Resources: {
        Kept: queue({ QueueName: 'kept' }, { DeletionPolicy: 'Retain' }),
        Gone: queue({ QueueName: 'not-kept' }),
      },
    };
    await stacks.create('keeper', template);
    expect((await stacks.delete('keeper')).StackStatus).toBe('DELETE_COMPLETE');
    expect(await urlOf('kept')).toContain('kept');
    await expect(urlOf('not-kept')).rejects.toThrow(/does not exist/);
    await stacks.create('keeper', template);
    expect(await stacks.events('keeper')).toContain(
      "Kept CREATE_FAILED Resource of type 'AWS::SQS::Queue' with identifier 'kept' already exists.",
    );
  });

  it('of a protected table fails, until the protection is off', async () => {
    const dynamodb = new DynamoDBClient(account.config);
    await stacks.create('protecting', { Resources: { Table: table({ DeletionProtectionEnabled: true }) } });
    expect(await stacks.delete('protecting')).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: 'The following resource(s) failed to delete: [Table]. ',
    });
    expect((await stacks.events('protecting')).join('\n')).toMatch(/Table DELETE_FAILED .*protected against deletion/);
    await dynamodb.send(new UpdateTableCommand({ TableName: 'protecting', DeletionProtectionEnabled: false }));
    expect((await stacks.delete('protecting')).StackStatus).toBe('DELETE_COMPLETE');
    const gone = dynamodb.send(new DescribeTableCommand({ TableName: 'protecting' }));
    await expect(gone).rejects.toThrow(ResourceNotFoundException);
    dynamodb.destroy();
  });

  it('of a stack under termination protection is refused', async () => {
    await stacks.create('termination', { Resources: { A: queue() } }, { EnableTerminationProtection: true });
    await expect(stacks.delete('termination')).rejects.toThrow(
      /cannot be deleted while TerminationProtection is enabled/,
    );
    await stacks.client.send(
      new UpdateTerminationProtectionCommand({ StackName: 'termination', EnableTerminationProtection: false }),
    );
    expect((await stacks.delete('termination')).StackStatus).toBe('DELETE_COMPLETE');
  });

  it('of a bucket with something in it fails', async () => {
    const s3 = new S3Client({ ...account.config, forcePathStyle: true });
    const Resources = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full' } } };
    await stacks.create('full', { Resources });
    await s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'a', Body: 'a' }));
    s3.destroy();
    expect((await stacks.delete('full')).StackStatus).toBe('DELETE_FAILED');
    expect((await stacks.events('full')).join('\n')).toMatch(/Bucket DELETE_FAILED .*not empty/);
  });
});

it('validates a template, and says which capabilities it needs', async () => {
  const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
  const TemplateBody = JSON.stringify({ Description: 'what it is', Resources: { Role: role } });
  expect(await stacks.client.send(new ValidateTemplateCommand({ TemplateBody }))).toMatchObject({
    Description: 'what it is',
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
});

describe('a template in YAML', () => {
  it('is updated, and shows its parameters', async () => {
    const StackName = 'yaml-update';
    const text = (delay: number) =>
      `Parameters: { Key: { Type: String, NoEcho: true, Default: secret } }\nResources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties: { DelaySeconds: ${delay} }\n`;
    await stacks.client.send(new CreateStackCommand({ StackName, TemplateBody: text(1) }));
    await stacks.settled(StackName);
    const update = (delay: number) =>
      stacks.client.send(new UpdateStackCommand({ StackName, TemplateBody: text(delay) }));
    await expect(update(1)).rejects.toThrow('No updates are to be performed.');
    await update(2);
    expect(await stacks.settled(StackName)).toMatchObject({
      StackStatus: 'UPDATE_COMPLETE',
      Parameters: [{ ParameterKey: 'Key', ParameterValue: '****' }],
    });
  });

  const TemplateBody = `
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Stage: { Type: String, Default: dev }
Conditions:
  IsLive: !Equals [!Ref Stage, live]
Resources:
  Queue: # first
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub \${AWS::StackName}-\${Stage}
      VisibilityTimeout: !If [IsLive, 60, 7]
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt Dead.Arn
        maxReceiveCount: 3
  Dead:
    Type: AWS::SQS::Queue
Outputs:
  Url: { Value: !Ref Queue }
`;

  it('is created, and shown as it was given', async () => {
    const StackName = 'of-yaml';
    await stacks.client.send(new CreateStackCommand({ StackName, TemplateBody }));
    const { StackStatus: status, Outputs: [url] = [] } = await stacks.settled(StackName);
    expect(status).toBe('CREATE_COMPLETE');
    expect(url?.OutputValue).toBe(await urlOf('of-yaml-dev'));
    const { Attributes: attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url?.OutputValue, AttributeNames: ['All'] }),
    );
    expect(attributes).toMatchObject({
      VisibilityTimeout: '7',
      RedrivePolicy: expect.stringContaining('"maxReceiveCount":3'),
    });
    const shown = await stacks.client.send(new GetTemplateCommand({ StackName }));
    expect(shown.TemplateBody).toBe(TemplateBody);
  });

  it.each([
    ['Resources: {}', /At least one Resources member must be defined/],
    ['Resources: { A: text }', /\[\/Resources\/A\] resource definition is malformed/],
    ['Resources: [', /YAML not well-formed. \(line 1, column 13\)/],
    ['Resources: { A: { Type: AWS::SQS::Queue, Properties: } }', /\[\/Resources\/A\/Properties\] 'null' values/],
  ])('%s is refused', async (text, message) => {
    await expect(stacks.client.send(new ValidateTemplateCommand({ TemplateBody: text }))).rejects.toThrow(message);
  });
});
