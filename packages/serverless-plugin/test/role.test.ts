import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { FunctionConfig, Json } from '../src/types.ts';
import { expand, statementsOf } from './fixture.ts';

const read = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const write = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
];
const arn = (id: string, attribute = 'Arn'): Json => ({ 'Fn::GetAtt': [id, attribute] });
const table = arn('Table');
const allow = (Action: string | string[], Resource: Json) => ({ Effect: 'Allow', Action, Resource });
const ofTheAccount = { Condition: { StringEquals: { 's3:ResourceAccount': { Ref: 'AWS::AccountId' } } } };

describe('the role of a function allows', () => {
  it.each<[string, FunctionConfig, object[]]>([
    ['nothing more without a reason', {}, []],
    ['reading the table', { table: 'read' }, [allow(read, table)]],
    ['reading and writing the table', { table: 'readWrite' }, [allow([...read, ...write], table)]],
    [
      'receiving from its queue and sending to its dead letters',
      { consumes: ['ReserveStock.v1'] },
      [
        allow(
          ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
          arn('ItQueue'),
        ),
        allow('sqs:SendMessage', arn('ItDeadLetterQueue')),
      ],
    ],
    [
      'reading the stream and putting events on the bus',
      { relay: true },
      [
        allow(
          ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
          arn('Table', 'StreamArn'),
        ),
        { ...allow(['s3:PutObject', 's3:GetObject'], { 'Fn::Sub': '${ItGivenUpBucket.Arn}/*' }), ...ofTheAccount },
        { ...allow('s3:ListBucket', arn('ItGivenUpBucket')), ...ofTheAccount },
        allow(
          ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
          arn('ItQueue'),
        ),
        expect.objectContaining(allow('events:PutEvents', '{{resolve:ssm:/dure/test/bus/arn}}')),
      ],
    ],
    [
      'what the service adds',
      { iam: [{ Effect: 'Allow', Action: 'states:StartExecution', Resource: { Ref: 'Checkout' } }] },
      [allow('states:StartExecution', { Ref: 'Checkout' })],
    ],
  ])('%s', (_, config, statements) => {
    expect(statementsOf(expand({ it: config }).resources['ItRole'])).toEqual(statements);
  });

  it.each([
    ['read', read],
    ['readWrite', [...read, ...write]],
  ])('what the README lists for `table: %s`', (access, actions) => {
    const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
    const [, listed = ''] = new RegExp(`^\\| \`${access}\` +\\| (.+?) +\\| \`Query\` +\\|$`, 'm').exec(readme) ?? [];
    expect(listed.split(', ')).toEqual(actions.map((action) => `\`${action.replace('dynamodb:', '')}\``));
  });

  it('querying each index by its name, and nothing else with it', () => {
    const indexes = [
      { name: 'open', pk: 'a' },
      { name: 'byStatus', pk: 'b' },
    ];
    const index = (name: string) => ({ 'Fn::Join': ['/', [arn('Table'), 'index', name]] });
    const { resources } = expand({ it: { table: 'read' } }, { dure: { indexes } });
    expect(statementsOf(resources['ItRole'])).toEqual([
      allow(read, table),
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: [index('open'), index('byStatus')] },
    ]);
  });

  it('writing its own log group, by the name that Lambda gives it', () => {
    const { resources } = expand({ it: { name: 'stock-test-it' }, other: {} });
    expect(JSON.stringify(resources['ItRole'])).toContain(':log-group:/aws/lambda/stock-test-it:*"');
    expect(JSON.stringify(resources['OtherRole'])).toContain(':log-group:/aws/lambda/stock-test-other:*"');
  });
});

it('every function has its own role', () => {
  const { functions } = expand({ api: {}, 'my-relay': { relay: true } });
  expect(Object.values(functions).map((it) => it.role)).toEqual(['ApiRole', 'MyRelayRole']);
});
