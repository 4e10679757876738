import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { expandCalls, sendToCalls } from '../src/calls.ts';
import { logLocalCalls } from '../src/template/api-stage.ts';
import type { Template } from '../src/template/template.ts';
import type { DureConfig, FunctionConfig } from '../src/types.ts';

const SERVICES = join(import.meta.dirname, '..', '..', '..', 'services');

interface Configuration {
  readonly service: string;
  readonly custom?: { readonly dure?: DureConfig };
  readonly functions: Readonly<Record<string, FunctionConfig>>;
}

const context = { service: 'orders', stage: 'dev', logRetentionInDays: 7, functions: {}, dure: {} };

describe('the access log of a service', () => {
  it('goes to the function whose ARN is published', () => {
    expect(sendToCalls('LogGroup', context)).toEqual({
      CallsSubscription: {
        Type: 'AWS::Logs::SubscriptionFilter',
        Properties: {
          LogGroupName: { Ref: 'LogGroup' },
          FilterPattern: '',
          DestinationArn: '{{resolve:ssm:/dure/dev/calls/arn}}',
        },
      },
    });
  });

  it('goes to its own function, once that may be called', () => {
    const own = { ...context, functions: { recordCalls: { calls: { before: [] } } } };
    const arn = { 'Fn::GetAtt': ['RecordCallsLambdaFunction', 'Arn'] };
    expect(sendToCalls('LogGroup', own)['CallsSubscription']).toMatchObject({
      Properties: { DestinationArn: arn },
      DependsOn: ['CallsPermission'],
    });
    expect(expandCalls(own, 'recordCalls', { before: ['alerts'] })).toMatchObject({
      CallsPermission: { Properties: { FunctionName: arn, Principal: 'logs.amazonaws.com' } },
      CallsParameter: { Properties: { Name: '/dure/dev/calls/arn', Value: arn } },
      AlertsCallsSubscription: {
        Properties: { LogGroupName: '/aws/apigateway/dure-dev-alerts', DestinationArn: arn },
        DependsOn: ['CallsPermission'],
      },
    });
  });

  it('may come from the APIs of its stage alone', () => {
    const { CallsPermission } = expandCalls(context, 'recordCalls', { before: [] });
    expect(CallsPermission?.Properties['SourceArn']).toEqual({
      'Fn::Sub': 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/apigateway/dure-dev-*:*',
    });
    expect(CallsPermission?.Properties['SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
  });

  it('goes nowhere by itself where the other service subscribes', () => {
    expect(sendToCalls('LogGroup', { ...context, dure: { calls: 'journal' } })).toEqual({});
  });

  it('of a mock goes nowhere: it runs before anything else may', () => {
    expect(sendToCalls('LogGroup', { ...context, mock: true })).toEqual({});
  });

  it('is written on a laptop, too, where the deployment makes the stage', () => {
    const Deployment = { Type: 'AWS::ApiGateway::Deployment', Properties: { StageName: 'local' } };
    const template: Template = { Resources: { Deployment } };
    logLocalCalls(template, context);
    expect(template.Resources['Deployment']?.Properties).toMatchObject({
      StageName: 'local',
      StageDescription: { AccessLogSetting: { Format: expect.stringContaining('$context.authorizer.principalId') } },
    });
    expect(Object.keys(template.Resources)).toEqual(['Deployment', 'ApiGatewayLogGroup', 'CallsSubscription']);
  });
});

it('every service that leaves its access log to another is named there', () => {
  const files = readdirSync(SERVICES).map((name) => join(SERVICES, name, 'serverless.yml'));
  const services = files
    .filter((file) => existsSync(file))
    .map((file) => parse(readFileSync(file, 'utf8'), { logLevel: 'error' }) as Configuration);
  const left = services.flatMap(({ service, custom }) => {
    const by = custom?.dure?.calls;
    return by === undefined ? [] : [`${service} to ${by}`];
  });
  const taken = services.flatMap(({ service, functions }) =>
    Object.values(functions).flatMap(({ calls }) => calls?.before.map((other) => `${other} to ${service}`) ?? []),
  );
  expect(left).not.toEqual([]);
  expect(taken).toEqual(left);
});
