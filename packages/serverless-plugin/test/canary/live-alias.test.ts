import { describe, expect, it } from '@jest/globals';
import { callAliases } from '../../src/canary/live-alias.ts';
import { addCanary } from '../../src/template/canary.ts';
import type { Json, Resource } from '../../src/types.ts';

const aliases = new Map([['ApiLambdaFunction', 'ApiLiveAlias']]);
const api = { 'Fn::GetAtt': ['ApiLambdaFunction', 'Arn'] };
const live = { Ref: 'ApiLiveAlias' };

const called = (Type: string, Properties: Resource['Properties']) => callAliases({ Type, Properties }, aliases);

describe('what calls a function', () => {
  it.each<[string, Json, Json]>([
    ['its ARN', api, live],
    ['its ARN, in short', { 'Fn::GetAtt': 'ApiLambdaFunction.Arn' }, live],
    ['a text with its ARN', { 'Fn::Sub': '${ApiLambdaFunction.Arn}/x' }, { 'Fn::Sub': '${ApiLiveAlias}/x' }],
    [
      'a text with variables',
      { 'Fn::Sub': ['${ApiLambdaFunction.Arn}${V}', { V: api }] },
      { 'Fn::Sub': ['${ApiLiveAlias}${V}', { V: live }] },
    ],
    ['a list', { 'Fn::Join': ['', ['a:', api, '/invocations']] }, { 'Fn::Join': ['', ['a:', live, '/invocations']] }],
  ])('calls the alias, by %s', (_, before, after) => {
    expect(called('AWS::Any::Thing', { Deep: [{ Down: before }] }).Properties).toEqual({ Deep: [{ Down: after }] });
  });

  it.each<[string, Json]>([
    ['another function', { 'Fn::GetAtt': ['OtherLambdaFunction', 'Arn'] }],
    ['another attribute', { 'Fn::GetAtt': ['ApiLambdaFunction', 'SnapStartResponse.ApplyOn'] }],
    ['its name, where a name is asked for', { Ref: 'ApiLambdaFunction' }],
  ])('stays as it is, for %s', (_, value) => {
    expect(called('AWS::Any::Thing', { Value: value }).Properties).toEqual({ Value: value });
  });

  it.each([
    ['AWS::Lambda::Permission', 'FunctionName'],
    ['AWS::Lambda::EventSourceMapping', 'FunctionName'],
    ['AWS::Lambda::Url', 'TargetFunctionArn'],
  ])('calls the alias from a %s that names the function', (type, property) => {
    expect(called(type, { [property]: { Ref: 'ApiLambdaFunction' } }).Properties).toEqual({ [property]: live });
  });

  it('keeps failures under the alias', () => {
    expect(
      called('AWS::Lambda::EventInvokeConfig', { FunctionName: { Ref: 'ApiLambdaFunction' }, Qualifier: '$LATEST' }),
    ).toEqual({
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'ApiLambdaFunction' }, Qualifier: 'live' },
      DependsOn: ['ApiLiveAlias'],
    });
  });
});

it('a function with an alias of the framework’s own is refused', () => {
  const context = {
    service: 'orders',
    stage: 'prod',
    logRetentionInDays: 30,
    contracts: '',
    dure: { canary: { prod: 'AllAtOnce' } },
  };
  const functions = { api: { name: 'orders-prod-api', provisionedConcurrency: 2 } };
  expect(() => addCanary({ Resources: {} }, { ...context, functions })).toThrow(
    'functions.api: "provisionedConcurrency" creates its own alias',
  );
});
