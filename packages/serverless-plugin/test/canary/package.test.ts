import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Template } from '../../src/template/template.ts';
import { root, runServerless, writeService } from '../packaged-service.ts';

const TIMEOUT_MS = 400_000;
const DURE = '{ canary: { prod: Canary10Percent5Minutes, staging: AllAtOnce } }';
const SERVICE = `  api: { handler: src/http/index.handler, endpoints: [GetStock, SetStock], table: read }
  commands: { handler: src/events/index.handler, consumes: [ReserveStock.v1] }
  relay: { handler: src/relay.handler, relay: true }
  sweep: { handler: src/sweep.handler, events: [{ schedule: rate(1 minute) }] }
  digest:
    handler: src/digest.handler
    events: [{ schedule: { method: scheduler, rate: cron(0 8 ? * MON-FRI *), timezone: Asia/Seoul } }]
  step: { handler: src/step.handler, environment: { SWEEP_ARN: !GetAtt SweepLambdaFunction.Arn } }
resources:
  Resources:
    Machine:
      Type: AWS::StepFunctions::StateMachine
      Properties:
        StateMachineName: dure-\${sls:stage}-inventory-machine
        RoleArn: !GetAtt MachineRole.Arn
        Definition: { StartAt: Do, States: { Do: { Type: Task, Resource: '\${StepArn}', End: true } } }
        DefinitionSubstitutions: { StepArn: !GetAtt StepLambdaFunction.Arn }
    MachineRole:
      Type: AWS::IAM::Role
      Properties:
        AssumeRolePolicyDocument:
          Version: '2012-10-17'
          Statement: [{ Effect: Allow, Principal: { Service: states.amazonaws.com }, Action: sts:AssumeRole }]
        Policies:
          - PolicyName: machine
            PolicyDocument:
              Version: '2012-10-17'
              Statement: [{ Effect: Allow, Action: lambda:InvokeFunction, Resource: !Sub '\${StepLambdaFunction.Arn}' }]
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(root, 'node_modules', '.canary-service-'));
  await writeService(folder, SERVICE, DURE);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function packaged(stage: string): Promise<Template['Resources']> {
  const { code, output } = await runServerless(folder, ['package', '--stage', stage, '--package', stage], {});
  expect({ code, output }).toMatchObject({ code: 0 });
  const text = await readFile(join(folder, stage, 'cloudformation-template-update-stack.json'), 'utf8');
  return (JSON.parse(text) as Template).Resources;
}

const ofType = (resources: Template['Resources'], type: string) =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type);

/** The logical ids of resources that refer to a function's ARN instead of its alias. */
function callersPastAlias(resources: Template['Resources']): string[] {
  const callers = Object.entries(resources).filter(([id]) => !id.startsWith('Canary'));
  const past = callers.filter(([, it]) => /"\w+LambdaFunction","Arn"|\w+LambdaFunction\.Arn/.test(JSON.stringify(it)));
  return past.map(([id]) => id);
}

const FUNCTIONS = ['Api', 'Authorizer', 'Commands', 'Digest', 'Relay', 'Step', 'Sweep'];

describe('a service in a stage with a canary', () => {
  let resources: Template['Resources'];

  beforeAll(async () => {
    resources = await packaged('prod');
  }, TIMEOUT_MS);

  it('has an alias for each function, which CodeDeploy moves after the hook', () => {
    const aliases = ofType(resources, 'AWS::Lambda::Alias');
    expect(aliases.map(([id]) => id).sort()).toEqual(FUNCTIONS.map((name) => `${name}LiveAlias`));
    for (const [id, alias] of aliases) {
      const group = id.replace('LiveAlias', 'DeploymentGroup');
      expect(alias.UpdatePolicy).toEqual({
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: 'CanaryApplication' },
          DeploymentGroupName: { Ref: group },
          BeforeAllowTrafficHook: { Ref: 'CanaryHookLambdaFunction' },
        },
      });
      const version = (alias.Properties['FunctionVersion'] as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
      expect(resources[version[0]]?.Properties['FunctionName']).toEqual(alias.Properties['FunctionName']);
      expect(resources[group]?.Properties).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        AutoRollbackConfiguration: { Enabled: true },
      });
    }
  });

  it.each([
    ['Api', ['ApiServerErrorsAlarm', 'ApiLatencyAlarm', 'ApiErrorsAlarm', 'ApiThrottlesAlarm']],
    ['Commands', ['CommandsDeadLetterQueueAlarm', 'CommandsErrorsAlarm', 'CommandsThrottlesAlarm']],
    ['Sweep', ['SweepDeadLetterQueueAlarm', 'SweepErrorsAlarm', 'SweepThrottlesAlarm']],
  ])('rolls %s back by its own alarms', (name, alarms) => {
    const { Alarms = [] } = resources[`${name}DeploymentGroup`]?.Properties['AlarmConfiguration'] as {
      Alarms?: { Name: { Ref: string } }[];
    };
    expect(Alarms.map((alarm) => alarm.Name.Ref).sort()).toEqual([...alarms].sort());
    for (const alarm of alarms) expect(resources[alarm]?.Type).toBe('AWS::CloudWatch::Alarm');
  });

  it('leaves no caller that bypasses an alias', () => {
    expect(callersPastAlias(resources)).toEqual([]);
    expect(resources['Machine']?.Properties['DefinitionSubstitutions']).toEqual({ StepArn: { Ref: 'StepLiveAlias' } });
    expect(JSON.stringify(resources['MachineRole'])).toContain('{"Fn::Sub":"${StepLiveAlias}"}');
    expect(JSON.stringify(resources['StepLambdaFunction'])).toContain('"SWEEP_ARN":{"Ref":"SweepLiveAlias"}');
    expect(ofType(resources, 'AWS::Lambda::EventInvokeConfig').map(([, it]) => it.Properties['Qualifier'])).toEqual([
      'live',
      'live',
    ]);
  });

  it('has schedules whose role may call just the alias', () => {
    const [target, RoleArn] = [{ Ref: 'DigestLiveAlias' }, { 'Fn::GetAtt': ['DigestScheduleRole', 'Arn'] }];
    expect(resources['DigestSchedulerSchedule1']?.Properties['Target']).toMatchObject({ Arn: target, RoleArn });
    expect(resources['DigestScheduleRole']?.Properties['Policies']).toMatchObject([
      { PolicyDocument: { Statement: [{ Action: 'lambda:InvokeFunction', Resource: target }, {}] } },
    ]);
  });

  it('declares every dependency', () => {
    const named = Object.values(resources).flatMap(({ DependsOn = [] }) => DependsOn);
    expect(named.filter((id) => !(id in resources))).toEqual([]);
  });

  it('has a hook that may only call the new versions', () => {
    const statements = (id: string) => {
      const [policy] = resources[id]?.Properties['Policies'] as { PolicyDocument: { Statement: object[] } }[];
      return policy?.PolicyDocument.Statement ?? [];
    };
    expect(statements('CanaryHookRole')).toContainEqual({
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: ['api', 'commands', 'relay', 'sweep', 'digest', 'step', 'authorizer'].map((name) => ({
        'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:inventory-prod-${name}:*`,
      })),
    });
    const all = [...statements('CanaryHookRole'), ...statements('CanaryRole')] as {
      Action: unknown;
      Resource: unknown;
    }[];
    expect(all.filter((it) => it.Resource === '*').map((it) => it.Action)).toEqual([
      ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    ]);
    expect(resources['CanaryHookLambdaFunction']?.Properties['Environment']).toEqual({
      Variables: { HTTP_FUNCTIONS: 'inventory-prod-api' },
    });
  });
});

describe('a service in a stage', () => {
  it(
    'that uses AllAtOnce has the hook and no alarm that could stop a fix',
    async () => {
      const groups = ofType(await packaged('staging'), 'AWS::CodeDeploy::DeploymentGroup');
      expect(groups).toHaveLength(FUNCTIONS.length);
      for (const [, { Properties }] of groups) {
        expect(Properties['DeploymentConfigName']).toBe('CodeDeployDefault.LambdaAllAtOnce');
        expect(Properties).not.toHaveProperty('AlarmConfiguration');
      }
    },
    TIMEOUT_MS,
  );

  it(
    'that without a canary has neither alias nor CodeDeploy',
    async () => {
      const resources = await packaged('dev');
      const types = Object.values(resources).map(({ Type }) => Type);
      expect(types.filter((type) => /CodeDeploy|Lambda::Alias/.test(type))).toEqual([]);
      expect(JSON.stringify(resources)).not.toContain('"live"');
      expect(callersPastAlias(resources)).toEqual(expect.arrayContaining(['Machine', 'MachineRole']));
    },
    TIMEOUT_MS,
  );

  it(
    'lists the allowed ways of shifting traffic',
    async () => {
      const own = await mkdtemp(join(root, 'node_modules', '.canary-service-'));
      try {
        await writeService(own, '  a: { handler: src/a.handler }\n', '{ canary: { prod: Canary50Percent1Minute } }');
        const { code, output } = await runServerless(own, ['package', '--stage', 'prod'], {});
        expect(code).toBe(1);
        expect(output).toContain("at 'custom.dure.canary.prod'");
      } finally {
        await rm(own, { recursive: true, force: true });
      }
    },
    TIMEOUT_MS,
  );
});
