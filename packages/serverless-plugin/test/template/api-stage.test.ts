import { describe, expect, it } from '@jest/globals';
import { addApiStage } from '../../src/template/api-stage.ts';
import type { Template, TemplateContext } from '../../src/template/template.ts';
import type { DureConfig, Resource } from '../../src/types.ts';

const context = (dure: DureConfig = {}): TemplateContext => ({
  ...{ service: 'orders', stage: 'prod', logRetentionInDays: 30, contracts: '', functions: {}, dure },
});

const resource = (Type: string, Properties: Resource['Properties'], DependsOn?: string): Resource => ({
  ...{ Type, Properties },
  ...(DependsOn !== undefined && { DependsOn }),
});

/** As the framework compiles an API, packaged at a certain time. */
function compiled(time: number, method: Resource['Properties'] = { HttpMethod: 'GET' }): Template {
  const deployment = `ApiGatewayDeployment${time}`;
  return {
    Resources: {
      ApiGatewayRestApi: resource('AWS::ApiGateway::RestApi', { Name: 'prod-orders' }),
      ApiGatewayMethodV1OrdersGet: resource('AWS::ApiGateway::Method', method),
      [deployment]: resource(
        'AWS::ApiGateway::Deployment',
        { RestApiId: { Ref: 'ApiGatewayRestApi' }, StageName: 'prod' },
        'ApiGatewayMethodV1OrdersGet',
      ),
      ApiGatewayUsagePlan: resource('AWS::ApiGateway::UsagePlan', { Quota: { Limit: 1 } }, deployment),
      ApiGatewayApiKey1: resource(
        'AWS::ApiGateway::ApiKey',
        { Name: 'key', StageKeys: [{ StageName: 'prod' }] },
        deployment,
      ),
    },
  };
}

function staged(template: Template, dure?: DureConfig): Template['Resources'] {
  addApiStage(template, context(dure));
  return template.Resources;
}

const deploymentOf = (resources: Template['Resources']): string =>
  (resources['ApiGatewayStage']?.Properties['DeploymentId'] as { Ref: string }).Ref;

describe('the stage of an API', () => {
  it('is throttled, traced, and logs each request', () => {
    const resources = staged(compiled(1));
    expect(resources['ApiGatewayStage']?.Properties).toMatchObject({
      StageName: 'prod',
      TracingEnabled: true,
      AccessLogSetting: { DestinationArn: { 'Fn::GetAtt': ['ApiGatewayLogGroup', 'Arn'] } },
      MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 }],
    });
    expect(resources['ApiGatewayLogGroup']?.Properties).toEqual({
      LogGroupName: '/aws/apigateway/dure-prod-orders',
      RetentionInDays: 30,
    });
  });

  it('lets through what the service says', () => {
    const { ApiGatewayStage: stage } = staged(compiled(1), { edge: { throttle: { rate: 5, burst: 7 } } });
    expect(stage?.Properties['MethodSettings']).toMatchObject([{ ThrottlingRateLimit: 5, ThrottlingBurstLimit: 7 }]);
  });

  it('logs no personal data but the address and ids', () => {
    const { Format } = staged(compiled(1))['ApiGatewayStage']?.Properties['AccessLogSetting'] as { Format: string };
    const fields = Object.values(JSON.parse(Format) as Record<string, string>);
    expect(fields).toEqual(
      expect.arrayContaining([
        ...['$context.requestId', '$context.identity.sourceIp', '$context.status'],
        ...['$context.authorizer.principalId', '$context.authorizer.clientId', '$context.authorizer.tokenId'],
      ]),
    );
    const personal =
      /\.(path|user|caller|userAgent|userArn|apiKey|authorizer\.(?!principalId|clientId|tokenId|actor).*|identity\.(?!sourceIp|apiKeyId).*)$/;
    expect(fields.filter((field) => personal.test(field))).toEqual([]);
    expect(personal.test('$context.path')).toBe(true);
  });

  it('runs a deployment that is named by the API, whenever it is packaged', () => {
    const [one, two] = [staged(compiled(1)), staged(compiled(2))];
    expect(one).toEqual(two);
    expect(one[deploymentOf(one)]?.Properties).not.toHaveProperty('StageName');
    const changed = staged(compiled(1, { HttpMethod: 'PUT' }));
    expect(deploymentOf(changed)).not.toBe(deploymentOf(one));
  });

  it('comes after all that the deployment takes a picture of, and before plan and keys', () => {
    const resources = staged(compiled(1));
    expect(resources[deploymentOf(resources)]?.DependsOn).toEqual(
      expect.arrayContaining(['ApiGatewayMethodV1OrdersGet', 'ApiGatewayResponseThrottled']),
    );
    expect(resources['ApiGatewayUsagePlan']).toEqual({
      Type: 'AWS::ApiGateway::UsagePlan',
      Properties: {
        UsagePlanName: 'dure-prod-orders',
        Quota: { Limit: 1 },
        ApiStages: [{ ApiId: { Ref: 'ApiGatewayRestApi' }, Stage: { Ref: 'ApiGatewayStage' } }],
      },
    });
    expect(resources['ApiGatewayApiKey1']).toEqual({ Type: 'AWS::ApiGateway::ApiKey', Properties: { Name: 'key' } });
    expect(JSON.stringify(resources)).not.toContain('ApiGatewayDeployment1"');
  });

  it('is not created without an API', () => {
    const table = resource('AWS::DynamoDB::Table', { TableName: 'table' });
    expect(staged({ Resources: { Table: table } })).toEqual({ Table: table });
  });
});
