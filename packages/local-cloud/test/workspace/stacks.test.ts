import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CreatedResource } from '@dure/cloudformation';
import type { Engine } from '@dure/cloudformation/stacks/engine';
import { openStackStore } from '@dure/cloudformation/stacks/store';
import type { Resources, Template } from '@dure/cloudformation/template';
import { inertResourceTypes } from '@dure/cloudformation/inert-resource-types';
import { type EventBridge, createEventBridge } from '../../src/services/eventbridge/index.ts';
import { eventBridgeResourceTypes } from '../../src/services/eventbridge/resource-types.ts';
import { type Iam, createIam } from '../../src/services/iam/index.ts';
import { iamResourceTypes } from '../../src/services/iam/resource-types.ts';
import { type Sns, createSns } from '../../src/services/sns/index.ts';
import { snsResourceTypes } from '../../src/services/sns/resource-types.ts';
import { type Sqs, createSqs } from '../../src/services/sqs/index.ts';
import { reachableQueues } from '../../src/services/sqs/reachable-queues.ts';
import { sqsResourceTypes } from '../../src/services/sqs/resource-types.ts';
import { type Ssm, createSsm, ssmReferences } from '../../src/services/ssm/index.ts';
import { ssmResourceTypes } from '../../src/services/ssm/resource-types.ts';
import { type DeployedResource, type Deployment, deployServices } from '../../src/workspace/stacks.ts';

const account = { accountId: '000000000000', region: 'us-east-1' };
const log = (): void => {};
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:queue';
let database: DatabaseSync;
let eventBridge: EventBridge;
let [sqs, sns, ssm, iam] = [] as unknown as [Sqs, Sns, Ssm, Iam];
let engine: Engine;

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  const deliver = async (): Promise<void> => {};
  eventBridge = createEventBridge({ ...account, database, deliver, deadLetter: deliver, log, recordDelivery: log });
  sqs = createSqs({ ...account, database });
  sns = createSns({ ...account, database, sqs, deliver: log, log });
  ssm = createSsm({ ...account, database });
  iam = createIam({ ...account, database });
  const types = {
    ...inertResourceTypes(account),
    ...eventBridgeResourceTypes({ ...account, eventBridge: eventBridge.handle }),
    ...iamResourceTypes(iam),
    ...snsResourceTypes(sns),
    ...sqsResourceTypes(sqs, account),
    ...ssmResourceTypes(ssm),
  };
  engine = {
    ...account,
    store: openStackStore(database),
    resourceTypes: new Map(Object.entries(types)),
    log,
    development: true,
    generateName: (stackName, logicalId) => `${stackName}-${logicalId}`,
    dynamicReferences: ssmReferences(ssm),
    reachable: reachableQueues('http://127.0.0.1:1', account.region),
  };
});

afterEach(() => {
  sqs.stop();
  database.close();
});

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:sweep';
const frameworkResource = (logicalId: string): CreatedResource | undefined =>
  logicalId === 'SweepLambdaFunction' ? { ref: 'sweep', attributes: { Arn: FUNCTION } } : undefined;

/** Deploys templates by service, as one start of the local cloud does. */
function deploy(templates: Record<string, Resources | Template>): Promise<Deployment> {
  const services = Object.entries(templates).map(([service, given]) => ({
    service,
    template: 'Resources' in given ? (given as Template) : { Resources: given as Resources },
    frameworkResource,
  }));
  return deployServices(services, engine);
}

const idsOf = (resources: readonly DeployedResource[]): string[] => resources.map(({ logicalId }) => logicalId);

const bus = { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } };
const busName = { Type: 'AWS::SSM::Parameter', Properties: { Name: '/bus', Type: 'String', Value: { Ref: 'Bus' } } };
const rule = (...targets: string[]) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: 'rule',
    EventBusName: '{{resolve:ssm:/bus}}',
    EventPattern: { source: ['x'] },
    Targets: targets.map((id) => ({ Id: id, Arn: QUEUE })),
  },
});

async function rules(): Promise<Record<string, string[]>> {
  const { Rules: found } = (await eventBridge.handle('ListRules', { EventBusName: 'bus' })) as {
    Rules: { Name: string }[];
  };
  const entries = found.map(async ({ Name }) => {
    const input = { Rule: Name, EventBusName: 'bus' };
    const { Targets: targets } = (await eventBridge.handle('ListTargetsByRule', input)) as {
      Targets: { Id: string }[];
    };
    return [Name, targets.map(({ Id }) => Id).sort()] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe('resources', () => {
  it('are created in the order in which they need one another, across services', async () => {
    const { failures, resources } = await deploy({
      orders: { Rule: rule('a', 'b') },
      journal: { Name: busName, Bus: bus },
    });
    expect(failures.size).toBe(0);
    expect(idsOf(resources)).toEqual(['Rule', 'Bus', 'Name']);
    expect(await rules()).toEqual({ rule: ['a', 'b'] });
  });

  it('leave no events behind, which nobody could read', async () => {
    await deploy({ orders: { Bus: bus, Name: busName } });
    const events = database.prepare('SELECT count(*) AS count FROM account_stack_events').get();
    const records = database.prepare('SELECT count(*) AS count FROM account_stack_resources').get();
    expect([events, records]).toMatchObject([{ count: 0 }, { count: 2 }]);
  });

  it('without an effect here have the names that their template gives them', async () => {
    const named = (name: string, Value: unknown) => ({
      Type: 'AWS::SSM::Parameter',
      Properties: { Name: name, Type: 'String', Value },
    });
    await deploy({
      orders: {
        Audit: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/shop/audit', RetentionInDays: 3 } },
        Unnamed: { Type: 'AWS::Logs::LogGroup' },
        A: named('/audit', { Ref: 'Audit' }),
        B: named('/audit-arn', { 'Fn::GetAtt': ['Audit', 'Arn'] }),
        C: named('/unnamed', { Ref: 'Unnamed' }),
      },
    });
    expect(['/audit', '/audit-arn', '/unnamed'].map((name) => ssm.get(name))).toEqual([
      '/shop/audit',
      'arn:aws:logs:us-east-1:000000000000:log-group:/shop/audit:*',
      'orders-local-Unnamed',
    ]);
  });

  it('with a type or a property that is not supported are refused by name, with their places', async () => {
    const locate = (logicalId: string, path: readonly string[]) =>
      logicalId === 'Made' ? undefined : `serverless.yml:${[logicalId, ...path].join('.')}`;
    const Resources = {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'places', Delay: 1 } },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupNam: '/a' } },
      Pool: { Type: 'AWS::EC2::Instance' },
      Made: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'made', Delay: 1 } },
    };
    const { failures } = await deployServices(
      [{ service: 'places', template: { Resources }, frameworkResource, locate }],
      engine,
    );
    expect(failures.get('places')).toEqual([
      'serverless.yml:Pool.Type: Pool: the resource type AWS::EC2::Instance is not supported here.',
      'serverless.yml:Queue.Properties.Delay: Queue (AWS::SQS::Queue): the property Delay is not supported here.',
      'serverless.yml:Group.Properties.LogGroupNam: Group (AWS::Logs::LogGroup): the property LogGroupNam is not supported here.',
      'Made (AWS::SQS::Queue): the property Delay is not supported here.',
    ]);
  });

  it('wait for what they depend on, though they do not refer to it', async () => {
    const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'last' }, DependsOn: 'Rule' };
    const alone = await deploy({ orders: { Rule: rule('a'), Queue: queue } });
    expect(idsOf(alone.resources)).toEqual([]);
    expect(alone.failures.get('orders')).toEqual([
      'Rule (AWS::Events::Rule) and 1 more wait for the SSM parameter /bus, which nothing here makes.',
    ]);
    const { failures, resources } = await deploy({
      orders: { Rule: rule('a'), Queue: queue },
      journal: { Name: busName, Bus: bus },
    });
    expect(failures.size).toBe(0);
    expect(idsOf(resources)).toEqual(['Rule', 'Queue', 'Bus', 'Name']);
  });

  it('are brought in line by the next start, and rules that are gone are removed', async () => {
    const journal = { Name: busName, Bus: bus };
    const other = { ...rule('a'), Properties: { ...rule('a').Properties, Name: 'other' } };
    await deploy({ journal, orders: { Rule: rule('a', 'b'), Other: other } });
    await deploy({ journal, orders: { Rule: rule('b', 'c'), Other: other } });
    expect(await rules()).toEqual({ rule: ['b', 'c'], other: ['a'] });
    await deploy({ journal, orders: { Rule: rule('c') } });
    expect(await rules()).toEqual({ rule: ['c'] });
  });

  it('of a service that is not run now stay', async () => {
    const journal = { Name: busName, Bus: bus };
    await deploy({ journal, orders: { Rule: rule('a') } });
    await deploy({ journal });
    expect(await rules()).toEqual({ rule: ['a'] });
  });

  it('whose condition does not hold are left out', async () => {
    const { resources } = await deploy({
      journal: {
        Conditions: { Never: { 'Fn::Equals': [1, 2] } },
        Resources: { Bus: bus, Name: { ...busName, Condition: 'Never' } },
      },
    });
    expect(idsOf(resources)).toEqual(['Bus']);
  });

  it('of which a part is put into effect needs no more of it: a role’s say in events', async () => {
    const statement = (Action: string, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
    const policy = (...Statement: object[]) => [{ PolicyName: 'own', PolicyDocument: { Statement } }];
    const elsewhere = statement('s3:GetObject', { 'Fn::GetAtt': ['NotThere', 'Arn'] });
    const put = statement('events:PutEvents', { 'Fn::GetAtt': ['Bus', 'Arn'] });
    const { failures, resources } = await deploy({
      orders: {
        Role: { Type: 'AWS::IAM::Role', Properties: { Policies: policy(elsewhere, put) } },
        Bus: bus,
      },
    });
    expect([...failures]).toEqual([]);
    const roleArn = `arn:aws:iam::${account.accountId}:role/${resources.find(({ logicalId }) => logicalId === 'Role')!.ref}`;
    const may = (EventBusName: string) => () =>
      iam.requirePutEvents({ roleArn, sessionName: 'test' }, [{ EventBusName, Source: 'a', DetailType: 'B' }]);
    expect(may('bus')).not.toThrow();
    expect(may('other')).toThrow('is not authorized');
  });

  it.each([
    ['AWS::CloudWatch::CompositeAlarm', { AlarmName: 'all' }, 'all', 'Arn', 'arn:aws:cloudwatch:REGION:alarm:all'],
    ['AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'may' }, 'arn:aws:iam::policy/may', 'PolicyArn'],
    ['AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'may', Path: '/x/' }, 'arn:aws:iam::policy/x/may', 'PolicyArn'],
    ['AWS::Logs::LogGroup', { LogGroupName: '/a' }, '/a', 'Arn', 'arn:aws:logs:REGION:log-group:/a:*'],
  ])(
    '%s %j has the Ref and the attributes that it has on AWS',
    async (Type, Properties, ref, attribute, value = ref) => {
      const text = (Name: string, Value: unknown) => ({
        Type: 'AWS::SSM::Parameter',
        Properties: { Name, Type: 'String', Value },
      });
      const { failures } = await deploy({
        orders: {
          It: { Type, Properties },
          Ref: text('/ref', { Ref: 'It' }),
          Attribute: text('/attribute', { 'Fn::GetAtt': ['It', attribute] }),
        },
      });
      expect([...failures]).toEqual([]);
      const full = (arn: string) =>
        arn
          .replace('REGION', `${account.region}:${account.accountId}`)
          .replace('iam::policy', `iam::${account.accountId}:policy`);
      expect([ssm.get('/ref'), ssm.get('/attribute')]).toEqual([full(ref), full(value)]);
    },
  );

  it('without an effect on a laptop can be referred to', async () => {
    const { failures, resources } = await deploy({
      orders: {
        Group: { Type: 'AWS::Logs::LogGroup', Properties: { KmsKeyId: { Ref: 'NotThere' } } },
        Arn: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Name: '/role', Type: 'String', Value: { 'Fn::GetAtt': ['Group', 'Arn'] } },
        },
      },
    });
    expect(failures.size).toBe(0);
    expect(resources).toMatchObject([{ enforced: false }, { enforced: true }]);
    expect(ssm.get('/role')).toBe('arn:aws:logs:us-east-1:000000000000:log-group:orders-local-Group:*');
  });
});

describe('what a stack says to others', () => {
  const parameter = (Name: string, Value: unknown) => ({
    Type: 'AWS::SSM::Parameter',
    Properties: { Name, Type: 'String', Value },
  });
  const owner = {
    Resources: { Bus: bus },
    Outputs: { BusName: { Value: { Ref: 'Bus' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}-bus' } } } },
  };

  it('is an output or an export, whoever comes first', async () => {
    const reader = {
      Imported: parameter('/imported', { 'Fn::ImportValue': 'journal-local-bus' }),
      Read: parameter('/read', 'on {{resolve:serverless-cf:journal-local.BusName}}'),
    };
    const { failures } = await deploy({ alpha: reader, journal: owner });
    expect([...failures]).toEqual([]);
    expect([ssm.get('/imported'), ssm.get('/read')]).toEqual(['bus', 'on bus']);
    expect([...(await deploy({ alpha: reader })).failures]).toEqual([]);
  });

  it('is missed by its name', async () => {
    const missing = {
      A: parameter('/a', { 'Fn::ImportValue': 'none' }),
      B: parameter('/b', '{{resolve:serverless-cf:x.Y}}'),
    };
    expect((await deploy({ alpha: missing })).failures.get('alpha')).toEqual([
      'A (AWS::SSM::Parameter) waits for the export none, which nothing here makes.',
      'B (AWS::SSM::Parameter) waits for the output Y of the stack x, which nothing here makes.',
    ]);
  });

  it('is no secure parameter', async () => {
    const { failures } = await deploy({ alpha: { A: parameter('/a', '{{resolve:ssm-secure:/x:1}}') } });
    expect(failures.get('alpha')?.[0]).toContain(
      'SSM Secure reference is not supported in: [AWS::SSM::Parameter/Properties/Value]',
    );
  });
});

describe('is told by service, resource and type', () => {
  it.each<[string, Resources, string]>([
    ['an unknown type', { X: { Type: 'AWS::Glue::Job' } }, 'X: the resource type AWS::Glue::Job'],
    [
      'an unknown property',
      { Bus: { ...bus, Properties: { Name: 'bus', Policy: {} } } },
      'Bus (AWS::Events::EventBus): the property Policy is not supported here.',
    ],
    [
      'what AWS would refuse',
      { Bus: bus, Rule: { ...rule(), Properties: { Name: 'r', EventBusName: 'bus', EventPattern: { a: 'text' } } } },
      'Rule (AWS::Events::Rule): ',
    ],
    ['a reference to nothing', { Bus: { ...bus, Properties: { Name: { Ref: 'Nobody' } } } }, 'Nobody'],
    [
      'several that wait for one thing',
      { A: rule('a'), B: rule('b'), C: rule('c') },
      'A (AWS::Events::Rule) and 2 more wait for the SSM parameter /bus, which nothing here makes.',
    ],
  ])('%s', async (_what, resources, said) => {
    const { failures } = await deploy({ orders: resources });
    expect(failures.get('orders')).toEqual([expect.stringContaining(said)]);
  });
});

const queue = (Properties: Record<string, unknown> = {}) => ({ Type: 'AWS::SQS::Queue', Properties });
const topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'topic' } };
const subscription = {
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'sqs', Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
};
const received = (): number => {
  sns.publish('arn:aws:sns:us-east-1:000000000000:topic', 'hello');
  return sqs.views.of('orders-local-Queue')!.visible;
};

describe('what left its template', () => {
  it('stops acting, and is kept where it holds data, until it comes back', async () => {
    await deploy({ orders: { Topic: topic, Queue: queue(), Subscription: subscription } });
    expect(received()).toBe(1);
    await deploy({ orders: { Topic: topic } });
    expect(received()).toBe(1);
    const { failures } = await deploy({ orders: { Topic: topic, Queue: queue(), Subscription: subscription } });
    expect([...failures]).toEqual([]);
    expect(received()).toBe(2);
  });

  it('stays when it has only another logical id, or is in another service now', async () => {
    const shared = { Topic: topic, Queue: queue({ QueueName: 'orders-local-Queue' }) };
    await deploy({ orders: { ...shared, Subscription: subscription, Bus: bus, Name: busName, Rule: rule('a') } });
    await deploy({
      orders: { ...shared, Renamed: subscription, Bus: bus, Name: busName },
      zebra: { Rule: rule('a') },
    });
    expect(received()).toBe(1);
    expect(await rules()).toEqual({ rule: ['a'] });
  });

  it('is not removed by a template that has a fault', async () => {
    const journal = { Name: busName, Bus: bus };
    await deploy({ journal, orders: { Rule: rule('a') } });
    await deploy({ journal, orders: { Wrong: queue({ Colour: 'blue' }) } });
    expect(await rules()).toEqual({ rule: ['a'] });
  });
});

describe('a change', () => {
  it('of an attribute that left the template goes back to its default', async () => {
    const timeout = async (): Promise<string | undefined> => {
      const input = { QueueUrl: 'http://x/000000000000/orders-local-Queue', AttributeNames: ['VisibilityTimeout'] };
      return ((await sqs.request('GetQueueAttributes', input)) as { Attributes: Record<string, string> }).Attributes[
        'VisibilityTimeout'
      ];
    };
    await deploy({ orders: { Queue: queue({ VisibilityTimeout: 77 }) } });
    expect(await timeout()).toBe('77');
    await deploy({ orders: { Queue: queue() } });
    expect(await timeout()).toBe('30');
  });

  it('of what makes another resource under the same name replaces what holds no data, and keeps the rest', async () => {
    const other = { Type: 'AWS::Events::EventBus', Properties: { Name: 'other' } };
    const on = (EventBusName: string) => ({ ...rule('a'), Properties: { ...rule('a').Properties, EventBusName } });
    await deploy({ orders: { Bus: bus, Other: other, Rule: on('other') } });
    await deploy({ orders: { Bus: bus, Other: other, Rule: on('bus') } });
    expect(await rules()).toEqual({ rule: ['a'] });
    expect(await eventBridge.handle('ListRules', { EventBusName: 'other' })).toEqual({ Rules: [] });

    await deploy({ orders: { Queue: queue({ QueueName: 'kept' }) } });
    const { failures } = await deploy({ orders: { Queue: queue({ QueueName: 'kept', FifoQueue: true }) } });
    expect(failures.get('orders')).toEqual([expect.stringMatching(/^Queue .*kept would have .*"npm run reset"/)]);
    expect(sqs.views.of('kept')).toBeDefined();
  });

  it('of where queues are reached comes to whom it concerns', async () => {
    const templates = {
      orders: {
        Url: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/url', Type: 'String', Value: { Ref: 'Queue' } } },
        Queue: queue(),
      },
    };
    await deploy(templates);
    expect(ssm.get('/url')).toBe('http://127.0.0.1:1/000000000000/orders-local-Queue');
    engine = { ...engine, reachable: reachableQueues('http://127.0.0.1:2', account.region) };
    const { resources } = await deploy(templates);
    expect(ssm.get('/url')).toBe('http://127.0.0.1:2/000000000000/orders-local-Queue');
    expect(resources.map(({ ref }) => ref)).toContain('http://127.0.0.1:2/000000000000/orders-local-Queue');
  });

  it('that somebody made by hand is undone', async () => {
    await deploy({ orders: { Queue: queue() } });
    sqs.deleteQueue('orders-local-Queue');
    await deploy({ orders: { Queue: queue() } });
    expect(sqs.views.of('orders-local-Queue')).toBeDefined();
  });
});

it('a rule by schedule runs a function, and changes with its template', async () => {
  const scheduled = (...ids: string[]) => ({
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: 'rate(1 minute)',
      Targets: ids.map((Id) => ({ Id, Arn: { 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] }, Input: '{"a":1}' })),
    },
  });
  const found = async (): Promise<unknown> =>
    (await eventBridge.handle('ListTargetsByRule', { Rule: 'orders-local-Rule' })) as unknown;
  await deploy({ orders: { Rule: scheduled('a', 'b') } });
  const target = { Arn: FUNCTION, Input: '{"a":1}' };
  expect(await found()).toEqual({
    Targets: [
      { Id: 'a', ...target },
      { Id: 'b', ...target },
    ],
  });
  await deploy({ orders: { Rule: scheduled('b') } });
  expect(await found()).toEqual({ Targets: [{ Id: 'b', ...target }] });
  expect(await eventBridge.handle('ListRules', {})).toMatchObject({
    Rules: [{ ScheduleExpression: 'rate(1 minute)' }],
  });
  await deploy({ orders: { Queue: queue() } });
  expect(await eventBridge.handle('ListRules', {})).toEqual({ Rules: [] });
});
