import { describe, expect, it } from '@jest/globals';
import { ssmReferences } from '@dure/local-cloud/services/ssm/index';
import { conditionHolds, resolveValue } from '../src/resolver.ts';
import { createScope, UnresolvedReference } from '../src/scope.ts';

const parameters = new Map([['/bus/name', 'the-bus']]);
const queue = { ref: 'https://sqs/queue', attributes: { Arn: 'arn:aws:sqs:queue' } };
const scope = createScope({
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/orders-local/1',
  stackName: 'orders-local',
  region: 'us-east-1',
  accountId: '000000000000',
  template: {
    Resources: { Queue: { Type: 'AWS::SQS::Queue' }, Later: { Type: 'AWS::SQS::Queue' } },
    Conditions: {
      Yes: { 'Fn::Equals': ['a', 'a'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Either: { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] },
      IsLocal: { 'Fn::Equals': [{ Ref: 'Stage' }, 'local'] },
    },
    Parameters: {
      Stage: { Type: 'String', Default: 'local' },
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
      Bus: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/bus/name' },
      Missing: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/not/there' },
    },
    Mappings: { Sizes: { local: { memory: 128 } } },
  },
  parameters: {},
  resource: (logicalId) => (logicalId === 'Queue' ? queue : undefined),
  dynamicReferences: ssmReferences({
    find: (name) => (parameters.has(name) ? { type: 'String', value: parameters.get(name)! } : undefined),
  }),
  exported: (name) => (name === 'orders-bus' ? 'the-exported' : undefined),
  reachable: (text) => text.replaceAll('https://sqs/', 'http://here/'),
});
const resolve = (value: unknown): unknown => resolveValue(value, scope);

describe('resolves', () => {
  it.each<[string, unknown, unknown]>([
    ['plain values', { a: [1, 'b', null, true] }, { a: [1, 'b', null, true] }],
    ['Ref of a resource, whose address leads here', { Ref: 'Queue' }, 'http://here/queue'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'local'],
    ['Ref of a list', { Ref: 'Zones' }, ['a', 'b']],
    ['Ref of an SSM parameter', { Ref: 'Bus' }, 'the-bus'],
    ['Ref of AWS::Region', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of AWS::AccountId', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['Ref of AWS::StackName', { Ref: 'AWS::StackName' }, 'orders-local'],
    ['Ref of AWS::Partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['Ref of AWS::URLSuffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['AWS::NoValue in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['AWS::NoValue in a list', [{ Ref: 'AWS::NoValue' }, 1], [1]],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:queue'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:queue'],
    [
      'Fn::Sub as text',
      { 'Fn::Sub': '${Queue}/${Queue.Arn}/${AWS::Region}' },
      'http://here/queue/arn:aws:sqs:queue/us-east-1',
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${a}-${Queue}', { a: { Ref: 'Stage' } }] }, 'local-http://here/queue'],
    ['Fn::Sub with a literal', { 'Fn::Sub': '${!Queue}' }, '${Queue}'],
    ['Fn::Sub around a dynamic reference', { 'Fn::Sub': '{{resolve:ssm:/bus/name}}-${Stage}' }, 'the-bus-local'],
    ['Fn::Join', { 'Fn::Join': [':', ['a', { Ref: 'Stage' }, 3]] }, 'a:local:3'],
    ['Fn::Select', { 'Fn::Select': ['1', ['a', { Ref: 'Stage' }]] }, 'local'],
    ['Fn::Split', { 'Fn::Split': ['-', { Ref: 'AWS::StackName' }] }, ['orders', 'local']],
    ['Fn::Select of Fn::Split', { 'Fn::Select': [0, { 'Fn::Split': ['-', 'x-y'] }] }, 'x'],
    ['Fn::If, true', { 'Fn::If': ['Yes', 'a', { Ref: 'Later' }] }, 'a'],
    ['Fn::If, false', { 'Fn::If': ['No', { Ref: 'Later' }, 'b'] }, 'b'],
    ['Fn::If without a value', { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } }, {}],
    ['Fn::Base64', { 'Fn::Base64': 'a' }, 'YQ=='],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 128],
    ['Fn::ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Stage' } } }, '{"a":"local"}'],
    ['Fn::Length', { 'Fn::Length': [1, 2] }, 2],
    ['a dynamic reference', 'arn:{{resolve:ssm:/bus/name}}', 'arn:the-bus'],
    [
      'a policy’s own Condition',
      { Condition: { StringEquals: { a: 'b' } } },
      { Condition: { StringEquals: { a: 'b' } } },
    ],
  ])('%s', (_what, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it.each([
    ['Yes', true],
    ['No', false],
    ['Both', false],
    ['Either', true],
    ['IsLocal', true],
  ])('the condition %s to %j', (name, expected) => {
    expect(conditionHolds(name, scope)).toBe(expected);
  });
});

describe('waits for', () => {
  it.each([
    ['a resource of the same template', { Ref: 'Later' }, 'the resource Later'],
    ['its attribute', { 'Fn::GetAtt': ['Later', 'Arn'] }, 'the resource Later'],
    ['an SSM parameter', '{{resolve:ssm:/not/there}}', 'the SSM parameter /not/there'],
    ['the SSM parameter of a parameter', { Ref: 'Missing' }, 'the SSM parameter /not/there'],
  ])('%s', (_what, value, missing) => {
    expect(() => resolve(value)).toThrow(UnresolvedReference);
    expect(() => resolve(value)).toThrow(missing);
  });
});

describe('refuses by name', () => {
  it.each([
    ['what the template does not define', { Ref: 'Nobody' }, 'Nobody'],
    ['an attribute that is not there', { 'Fn::GetAtt': ['Queue', 'Colour'] }, 'Colour'],
    ['a macro', { 'Fn::Transform': {} }, 'Fn::Transform is not supported here'],
    ['a secret', '{{resolve:secretsmanager:x}}', 'secretsmanager'],
    ['a condition that is not defined', { 'Fn::If': ['Nope', 1, 2] }, 'Nope'],
    ['an index that is out of range', { 'Fn::Select': [5, ['a']] }, 'no item 5'],
    ['a map that is not there', { 'Fn::FindInMap': ['A', 'b', 'c'] }, 'A.b.c'],
    ['a join of no list', { 'Fn::Join': [':', 'a'] }, 'Fn::Join takes a list'],
    ['a split with one argument', { 'Fn::Split': ['-'] }, 'two arguments'],
  ])('%s', (_what, value, said) => {
    expect(() => resolve(value)).toThrow(TypeError);
    expect(() => resolve(value)).toThrow(said);
  });
});

it('imports what another stack exports', () => {
  expect(resolve({ 'Fn::ImportValue': { 'Fn::Sub': 'orders-bus' } })).toBe('the-exported');
  expect(() => resolve({ 'Fn::ImportValue': 'x' })).toThrow('No export named x found.');
});
