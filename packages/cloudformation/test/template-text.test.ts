import { describe, expect, it } from '@jest/globals';
import { readTemplateText } from '../src/template-text.ts';

const valueOf = (yaml: string): unknown => (readTemplateText(`Value: ${yaml}\n`) as { Value: unknown }).Value;
const refusal = (text: string): string => {
  try {
    readTemplateText(text);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('a short form', () => {
  it.each<[string, unknown]>([
    ['!Ref Queue', { Ref: 'Queue' }],
    ['!Condition IsLive', { Condition: 'IsLive' }],
    ['!GetAtt Queue.Arn', { 'Fn::GetAtt': ['Queue', 'Arn'] }],
    ['!GetAtt Inner.Outputs.Url', { 'Fn::GetAtt': ['Inner', 'Outputs.Url'] }],
    ['!GetAtt [Queue, Arn]', { 'Fn::GetAtt': ['Queue', 'Arn'] }],
    ["!Sub '${AWS::StackName}-x'", { 'Fn::Sub': '${AWS::StackName}-x' }],
    ["!Sub ['${A}', { A: !Ref B }]", { 'Fn::Sub': ['${A}', { A: { Ref: 'B' } }] }],
    ["!Join ['-', [a, !Ref B]]", { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }],
    ["!GetAZs ''", { 'Fn::GetAZs': '' }],
    ['!If [IsLive, 2, !Ref AWS::NoValue]', { 'Fn::If': ['IsLive', 2, { Ref: 'AWS::NoValue' }] }],
    ['!Not [!Equals [!Ref Stage, dev]]', { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] }] }],
    ['!Transform { Name: Include, Parameters: { Location: !Ref Where } }', transform()],
    ['{ Fn::Base64: !Sub text }', { 'Fn::Base64': { 'Fn::Sub': 'text' } }],
    ['!ImportValue { Fn::Sub: "${Stage}-url" }', { 'Fn::ImportValue': { 'Fn::Sub': '${Stage}-url' } }],
  ])('%s', (yaml, value) => {
    expect(valueOf(yaml)).toEqual(value);
  });
});

function transform(): object {
  return { 'Fn::Transform': { Name: 'Include', Parameters: { Location: { Ref: 'Where' } } } };
}

describe('a value', () => {
  it.each<[string, unknown]>([
    ['2012-10-17', '2012-10-17'],
    ['yes', true],
    ['012345678901', '012345678901'],
    ['123456789012', 123456789012],
    ['30', 30],
    ['"30"', '30'],
    ['|\n  one\n  two', 'one\ntwo\n'],
  ])('%s', (yaml, value) => {
    expect(valueOf(yaml)).toEqual(value);
  });

  it('is the same in JSON', () => {
    expect(readTemplateText(' {"Value": {"Ref": "Queue"}}')).toEqual({ Value: { Ref: 'Queue' } });
  });
});

it.each<[string, string]>([
  ['{ "Resources": ', 'Template format error: JSON not well-formed. ('],
  ['Resources:\n  A: [1\n', 'Template format error: YAML not well-formed. (line 3, column 1)'],
  ['Resources:\n  A: 1\n  A: 2\n', 'Template format error: YAML not well-formed. (line 3, column 3)'],
  ['Resources:\n  A: !Reference B\n', '(line 2, column 6) Unresolved tag: !Reference'],
  ['A: &a 1\nB: *a\n', 'YAML aliases are not allowed in CloudFormation templates. (line 2, column 4)'],
  ['A: &a { b: 1 }\nB:\n  <<: *a\n', 'YAML aliases are not allowed in CloudFormation templates. (line 3, column 7)'],
  ['a text', 'Template format error: unsupported structure.'],
  ['- 1\n', 'Template format error: unsupported structure.'],
  ['', 'Template format error: unsupported structure.'],
  ['Resources:\n  A:\n', "Template format error: [/Resources/A] 'null' values are not allowed in templates"],
  ['{"Outputs": [{"A": null}]}', "[/Outputs/0/A] 'null' values are not allowed in templates"],
  ['['.repeat(50_000), 'Template format error: YAML not well-formed.'],
  [`{"A": ${'['.repeat(1000)}${']'.repeat(1000)}}`, 'nested more deeply than is read here'],
])('%.40j is refused', (text, message) => {
  expect(refusal(text)).toContain(message);
});
