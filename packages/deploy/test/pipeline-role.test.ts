import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts } from '@dure/contracts/all-contracts';
import { codeDeployRole, hookRole } from '@dure/serverless-plugin/canary/code-deploy';
import { expandService } from '@dure/serverless-plugin/expand';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readCompose } from '../src/compose.ts';
import { pipelineRole, type RoleTemplate, type Statement } from '../src/pipeline-role.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SOURCE = readFileSync(join(import.meta.dirname, '..', 'aws', 'pipeline-role.yml'), 'utf8');
const services = readCompose(ROOT).map(({ name }) => name);
const template = pipelineRole(services);
/** AWS's limit for a managed policy, without white space. */
const POLICY_LIMIT = 6144;

const policies = ({ Resources }: RoleTemplate) =>
  Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::ManagedPolicy');
const statementsOf = (properties: Record<string, unknown>) =>
  (properties['PolicyDocument'] as { Statement: Statement[] }).Statement;
/** The role's policies, without the boundary of the roles that it creates. */
const statementsIn = (it: RoleTemplate) =>
  policies(it)
    .filter(([id]) => id !== 'Boundary')
    .flatMap(([, { Properties }]) => statementsOf(Properties));
const statements = statementsIn(template);
const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const actions = allowed.flatMap(({ Action }) => Action);
const boundary = statementsOf(template.Resources['Boundary']?.Properties ?? {});

/** As AWS reads it: with the values of parameters and pseudo parameters. */
function filled(value: unknown, stage = 'dev'): string {
  const text = typeof value === 'string' ? value : String((value as { 'Fn::Sub': unknown })['Fn::Sub']);
  const values = { Stage: stage, 'AWS::Partition': 'aws', 'AWS::AccountId': '123456789012' };
  return Object.entries(values).reduce((rest, [name, is]) => rest.replaceAll(`\${${name}}`, is), text);
}

const matches = (pattern: string, text: string) =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);

/** The actions of the role on a resource that is named by a pattern, without conditions. */
function reach(it: RoleTemplate, arn: string): string[] {
  return statementsIn(it)
    .filter(({ Effect }) => Effect === 'Allow')
    .filter(({ Resource }) => listed(Resource).some((one) => one !== '*' && matches(filled(one), arn)))
    .flatMap(({ Action }) => Action);
}

const OWN = [
  'lambda:eu-west-1:123456789012:function:journal-dev-api',
  'iam::123456789012:role/gift-cards-dev-ApiRole-1ABC',
  'iam::123456789012:role/journal-dev-ApiRole-1ABC',
  'cloudformation:eu-west-1:123456789012:stack/journal-dev/1',
  's3:::journal-dev-serverlessdeploymentbucket-abc',
  's3:::dure-dev-loyalty-files',
  'events:eu-west-1:123456789012:rule/journal-dev-SweepRule-1ABC',
  'scheduler:eu-west-1:123456789012:schedule/default/journal-dev-DigestSchedule-1ABC',
  'logs:eu-west-1:123456789012:log-group:/aws/lambda/journal-dev-api',
  'sqs:eu-west-1:123456789012:dure-dev-journal-commands',
  'cloudwatch::123456789012:dashboard/dure-dev',
];
const FOREIGN = [
  'lambda:eu-west-1:123456789012:function:billing-dev-api',
  'lambda:eu-west-1:123456789012:function:journal-devlive-api',
  'lambda:eu-west-1:123456789012:function:my-journal-dev-api',
  'iam::123456789012:role/billing-dev-admin',
  'iam::123456789012:role/journal-devlive-ApiRole-1ABC',
  'cloudformation:eu-west-1:123456789012:stack/billing-dev/1',
  's3:::billing-dev-serverlessdeploymentbucket-abc',
  'events:eu-west-1:123456789012:rule/billing-dev-SweepRule-1ABC',
  'logs:eu-west-1:123456789012:log-group:/aws/lambda/billing-dev-api',
  'logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/billing-dure-dev-x',
  'sqs:eu-west-1:123456789012:dure-devlive-orders-commands',
  'cloudwatch::123456789012:dashboard/dure-devlive',
  'scheduler:eu-west-1:123456789012:schedule/default/billing-dev-DigestSchedule-1ABC',
  's3:::dure-devlive-loyalty-files',
];

it('is for jobs of one environment of one repository, on one branch', () => {
  const document = template.Resources['Role']?.Properties['AssumeRolePolicyDocument'] as {
    Statement: { Condition: unknown }[];
  };
  const sub = 'repo:${Repository}:environment:${Environment}:ref:refs/heads/${Branch}';
  expect(document.Statement.map(({ Condition }) => Condition)).toEqual([
    {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': { 'Fn::Sub': sub },
      },
    },
  ]);
});

describe('reaches', () => {
  const withGifts = pipelineRole([...services, 'gift-cards']);

  it.each(OWN)('%s, which is of its stage', (arn) => {
    expect(reach(withGifts, `arn:aws:${arn}`)).not.toEqual([]);
  });

  it.each(FOREIGN)('%s never', (arn) => {
    expect(reach(withGifts, `arn:aws:${arn}`)).toEqual([]);
  });

  it.each([
    ['function:${Service}-${Stage}-*', 'function:*-${Stage}-*', FOREIGN[0]],
    ['function:${Service}-${Stage}-*', 'function:${Service}-${Stage}*', FOREIGN[1]],
    ['role/${Service}-${Stage}-*', 'role/*-${Stage}-*', FOREIGN[3]],
    ['stack/${Service}-${Stage}/*', 'stack/*-${Stage}/*', FOREIGN[5]],
    ['dashboard/dure-${Stage}-*', 'dashboard/dure-${Stage}*', FOREIGN[11]],
  ])('foreign things if %s were %s', (exact, planted, arn) => {
    expect(reach(pipelineRole(services, SOURCE.replaceAll(exact, planted)), `arn:aws:${arn}`)).not.toEqual([]);
  });
});

it('names resources of its stage, if AWS has resources to name', () => {
  const wild = allowed.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
  expect(wild).toEqual([
    'cloudformation:ValidateTemplate',
    'logs:DescribeLogGroups',
    ...['Create', 'Get', 'Update', 'Delete'].map((verb) => `logs:${verb}LogDelivery`),
    ...['logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies'],
    'kms:CreateKey',
    ...['Create', 'Get', 'Update', 'Delete'].map((verb) => `lambda:${verb}EventSourceMapping`),
    'lambda:ListEventSourceMappings',
  ]);
  expect(actions.filter((action) => /^(?:\*|iam:\*|kms:\*|s3:\*|sts:)/.test(action))).toEqual([]);
});

it("fits AWS's limits for policies, with the longest stage name", () => {
  for (const [, { Properties }] of policies(template)) {
    const text = JSON.stringify(Properties['PolicyDocument'], (_, value: unknown) =>
      typeof value === 'object' && value !== null && 'Fn::Sub' in value ? filled(value, 's'.repeat(16)) : value,
    );
    expect(text.length).toBeLessThanOrEqual(POLICY_LIMIT);
  }
});

describe('makes roles', () => {
  const granting = ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:PutRolePermissionsBoundary'];

  it.each(granting)('%s within the boundary alone', (action) => {
    const grants = allowed.filter(({ Action }) => listed(Action).includes(action));
    expect(grants).toHaveLength(1);
    expect(grants[0]).toMatchObject({
      Condition: { StringEquals: { 'iam:PermissionsBoundary': { Ref: 'Boundary' } } },
    });
  });

  it("only with AWS's policies for services, and changes neither itself nor the boundary", () => {
    const attach = allowed.find(({ Action }) => Action.includes('iam:AttachRolePolicy'));
    expect(attach).toMatchObject({ Condition: { ArnLike: { 'iam:PolicyARN': expect.anything() } } });
    const denied = JSON.stringify(statements.filter(({ Effect }) => Effect === 'Deny'));
    for (const what of ['role/dure-*-pipeline', 'policy/*', 'iam:DeleteRolePermissionsBoundary']) {
      expect(denied).toContain(what);
    }
  });

  it('that cannot create others: the boundary has no action of IAM or STS', () => {
    const bounded = boundary.flatMap(({ Action }) => Action);
    expect(bounded.filter((action) => /^(?:\*|iam:|sts:|organizations:)/.test(action))).toEqual([]);
  });

  it.each(services)('whose actions, in %s, are within the boundary', (service) => {
    const bounded = boundary.flatMap(({ Action }) => Action);
    const needed = actionsOfRoles(service);
    expect(needed.length).toBeGreaterThan(3);
    expect(needed.filter((action) => !bounded.some((one) => matches(one, action)))).toEqual([]);
  });
});

/** The actions of all roles of a service, those of its canary included. */
function actionsOfRoles(service: string): string[] {
  const folder = join(ROOT, 'services', service);
  const text = readFileSync(join(folder, 'serverless.yml'), 'utf8').replaceAll('${sls:stage}', 'dev');
  const { custom, functions, resources } = parse(text, { logLevel: 'error' });
  const input = {
    service,
    stage: 'dev',
    timeout: 10,
    version: '1.0.0',
    commit: 'abc',
    docs: 'https://example.com/docs',
    functions,
  };
  const own = resources?.Resources ?? {};
  const expanded = expandService({ ...input, dure: custom?.dure ?? {}, resources: own }, contracts);
  const shifted = { key: 'api', name: 'api', id: 'Api', version: 'V', isHttp: true, guards: ['Alarm'] };
  const roles = [
    ...Object.values({ ...own, ...expanded.resources } as RoleTemplate['Resources']),
    codeDeployRole([shifted], 'Hook'),
    hookRole('hook', [shifted], 'Application'),
  ].filter(({ Type }) => Type === 'AWS::IAM::Role');
  return roles.flatMap(({ Properties }) =>
    ((Properties['Policies'] ?? []) as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.flatMap(({ Action }) => Action),
    ),
  );
}

it.each([
  ...['apigateway', 'cloudformation', 'cloudwatch', 'codedeploy', 'dynamodb', 'events', 'iam', 'kms', 'lambda', 'logs'],
  ...['s3', 'sns', 'sqs', 'ssm', 'states'],
])('may use %s', (service) => {
  expect(actions.some((action) => action.startsWith(`${service}:`))).toBe(true);
});
