import { describe, expect, it } from '@jest/globals';
import { docsUrl, helpHeader, substituted, withoutMissingDocs } from '../src/docs-url.ts';
import type { Template } from '../src/template/template.ts';

const docs = docsUrl({ service: 'stock', stage: 'dev', local: false });

const template = (other = 'there'): Template => ({
  Resources: {
    ApiLambdaFunction: {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { DOCS_URL: docs, STAGE: 'dev', OTHER: other } } },
    },
    ApiGatewayResponseThrottled: {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: { ResponseParameters: { 'gatewayresponse.header.Link': helpHeader(docs, 'too-many-requests') } },
    },
    ApiGatewayDeployment0123456789abcdef: { Type: 'AWS::ApiGateway::Deployment', Properties: {} },
    ApiGatewayStage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { DeploymentId: { Ref: 'ApiGatewayDeployment0123456789abcdef' } },
    },
  },
});

describe('where the documentation is', () => {
  it('is a path on a laptop, and the registry’s URL on AWS, which CloudFormation looks up', () => {
    expect(docsUrl({ service: 'stock', stage: 'local', local: true })).toBe('/registry/local/docs');
    expect(docs).toBe('{{resolve:ssm:/dure/dev/registry/url}}/docs');
  });

  it('is not looked up by the registry, which publishes it', () => {
    const own = docsUrl({ service: 'registry', stage: 'dev', local: false });
    expect(own).not.toContain('resolve:ssm');
    expect(substituted(own)).toEqual({ 'Fn::Sub': own });
    expect(helpHeader(own, 'not-found')).toEqual({ 'Fn::Sub': `'<${own}/problems/not-found>; rel="help"'` });
  });
});

describe('a stage without a registry', () => {
  it('has no links, and deploys its APIs again once there is one', () => {
    const changed = template();
    expect(withoutMissingDocs(changed, 'dev', ['/dure/dev/registry/url', '/dure/dev/bus/arn'])).toEqual([
      '/dure/dev/bus/arn',
    ]);
    expect(JSON.stringify(changed)).not.toContain('/docs');
    expect(changed.Resources['ApiLambdaFunction']!.Properties['Environment']).toEqual({
      Variables: { STAGE: 'dev', OTHER: 'there' },
    });
    const { DeploymentId } = changed.Resources['ApiGatewayStage']!.Properties;
    expect(Object.keys(changed.Resources)).toContain((DeploymentId as { Ref: string }).Ref);
    expect(DeploymentId).not.toEqual(template().Resources['ApiGatewayStage']!.Properties['DeploymentId']);
  });

  it('still lacks a registry for whatever else needs it', () => {
    const needs = template('{{resolve:ssm:/dure/dev/registry/url}}/v1');
    expect(withoutMissingDocs(needs, 'dev', ['/dure/dev/registry/url'])).toEqual(['/dure/dev/registry/url']);
  });

  it('changes nothing where the registry is there', () => {
    const same = template();
    expect(withoutMissingDocs(same, 'dev', ['/dure/dev/bus/arn'])).toEqual(['/dure/dev/bus/arn']);
    expect(same).toEqual(template());
  });
});
