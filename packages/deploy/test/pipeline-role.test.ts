import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const tag = (name: string) => ({ tag: `!${name}`, resolve: (value: string) => ({ [name]: value }) });
const collection = (name: string) => ({ tag: `!${name}`, collection: 'seq' as const });
const template = parse(readFileSync(join(import.meta.dirname, '..', 'aws', 'pipeline-role.yml'), 'utf8'), {
  customTags: [tag('Sub'), tag('Ref'), tag('GetAtt'), collection('If'), collection('Equals')],
}) as { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };

const statements = Object.values(template.Resources)
  .filter(({ Type }) => Type === 'AWS::IAM::ManagedPolicy')
  .flatMap(({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);
const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
const actions = allowed.flatMap(({ Action }) => Action);

it('is for jobs of one environment of one repository alone', () => {
  const document = template.Resources['Role']?.Properties['AssumeRolePolicyDocument'] as {
    Statement: { Condition: unknown }[];
  };
  expect(document.Statement.map(({ Condition }) => Condition)).toEqual([
    {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': { Sub: 'repo:${Repository}:environment:${Environment}' },
      },
    },
  ]);
});

it('attaches no policy but those that AWS made for services, and changes itself never', () => {
  const attach = allowed.find(({ Action }) => Action.includes('iam:AttachRolePolicy'));
  expect(attach).toMatchObject({ Condition: { ArnLike: { 'iam:PolicyARN': expect.anything() } } });
  const denied = statements.filter(({ Effect }) => Effect === 'Deny');
  expect(JSON.stringify(denied)).toContain('role/dure-*-pipeline');
});

it('names resources of its stage, where AWS has any to name', () => {
  const wild = allowed.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
  expect(wild).toEqual([
    'cloudformation:ValidateTemplate',
    ...['lambda:CreateEventSourceMapping', 'lambda:ListEventSourceMappings', 'lambda:GetEventSourceMapping'],
    'logs:DescribeLogGroups',
    ...['Create', 'Get', 'Update', 'Delete'].map((verb) => `logs:${verb}LogDelivery`),
    ...['logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies'],
    'kms:CreateKey',
  ]);
  expect(actions.filter((action) => /^(?:\*|iam:\*|kms:\*|s3:\*|sts:)/.test(action))).toEqual([]);
});

it.each([
  ...['apigateway', 'cloudformation', 'cloudwatch', 'codedeploy', 'dynamodb', 'events', 'iam', 'kms', 'lambda', 'logs'],
  ...['s3', 'sns', 'sqs', 'ssm', 'states'],
])('may use %s', (service) => {
  expect(actions.some((action) => action.startsWith(`${service}:`))).toBe(true);
});
