import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Deployment, deployStacks } from '../../../src/workspace/cloudformation/deploy.ts';
import { removeLeftovers } from '../../../src/workspace/cloudformation/leftovers.ts';
import type { Cloud } from '../../../src/services/cloudformation/resource-type.ts';
import { createStack } from '../../../src/workspace/cloudformation/stack.ts';
import type { Resources, Template } from '../../../src/services/cloudformation/template.ts';
import { createEventBridge } from '../../../src/services/eventbridge/index.ts';
import { createIam } from '../../../src/services/iam/index.ts';
import { createSsm } from '../../../src/services/ssm/index.ts';

const account = { accountId: '000000000000', region: 'us-east-1' };
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:queue';
let database: DatabaseSync;
let cloud: Cloud;

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  const eventBridge = createEventBridge({
    ...account,
    database,
    deliver: async () => {},
    deadLetter: async () => {},
    log: () => {},
    recordDelivery: () => {},
  });
  const ssm = createSsm({ ...account, database });
  cloud = {
    ...account,
    stage: 'local',
    eventBridge: eventBridge.handle,
    ssm: ssm.handle,
    iam: createIam({ ...account, database }),
    log: () => {},
  } as Partial<Cloud> as Cloud;
});

afterEach(() => database.close());

/** Deploys templates by service, as one start of the local cloud does. */
async function deploy(templates: Record<string, Resources | Template>): Promise<Deployment> {
  const ssm = createSsm({ ...account, database });
  const stacks = Object.entries(templates).map(([service, given]) =>
    createStack({
      ...account,
      service,
      stage: 'local',
      template: 'Resources' in given ? (given as Template) : { Resources: given as Resources },
      functionArn: () => undefined,
      ssmParameter: ssm.get,
    }),
  );
  const deployment = await deployStacks(stacks, cloud);
  await removeLeftovers(database, Object.keys(templates), deployment.resources, cloud);
  return deployment;
}

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
  const { Rules: found } = (await cloud.eventBridge('ListRules', { EventBusName: 'bus' })) as {
    Rules: { Name: string }[];
  };
  const entries = found.map(async ({ Name }) => {
    const input = { Rule: Name, EventBusName: 'bus' };
    const { Targets: targets } = (await cloud.eventBridge('ListTargetsByRule', input)) as { Targets: { Id: string }[] };
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
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['Bus', 'Name', 'Rule']);
    expect(await rules()).toEqual({ rule: ['a', 'b'] });
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
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['Bus']);
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
      cloud.iam.requirePutEvents({ roleArn, sessionName: 'test' }, [{ EventBusName, Source: 'a', DetailType: 'B' }]);
    expect(may('bus')).not.toThrow();
    expect(may('other')).toThrow('is not authorized');
  });

  it('without an effect on a laptop can be referred to', async () => {
    const { failures, resources } = await deploy({
      orders: {
        Key: { Type: 'AWS::KMS::Key', Properties: { Anything: { Ref: 'NotThere' } } },
        Arn: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Name: '/role', Type: 'String', Value: { 'Fn::GetAtt': ['Key', 'Arn'] } },
        },
      },
    });
    expect(failures.size).toBe(0);
    expect(resources).toMatchObject([{ enforced: false }, { enforced: true }]);
    const { Parameter: parameter } = (await cloud.ssm('GetParameter', { Name: '/role' })) as {
      Parameter: { Value: string };
    };
    expect(parameter.Value).toBe('arn:aws:kms:us-east-1:000000000000:key/orders-local-Key');
  });
});

describe('is told by service, resource and type', () => {
  it.each<[string, Resources, string]>([
    ['an unknown type', { X: { Type: 'AWS::Kinesis::Stream' } }, 'X: the resource type AWS::Kinesis::Stream'],
    [
      'an unknown property',
      { Bus: { ...bus, Properties: { Name: 'bus', Policy: {} } } },
      'Bus (AWS::Events::EventBus): the property Policy',
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
