import { expect, it } from '@jest/globals';
import { addWebsocketStage } from '../../src/template/websocket-stage.ts';
import type { Template } from '../../src/template/template.ts';

const context = { service: 'news', stage: 'prod', logRetentionInDays: 30, contracts: '', dure: {}, functions: {} };

const template = (): Template => ({
  Resources: {
    WebsocketsApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
    WebsocketsDeploymentStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: 'prod' } },
    SocketLambdaPermissionWebsockets: {
      Type: 'AWS::Lambda::Permission',
      Properties: { Action: 'lambda:InvokeFunction' },
    },
  },
  Outputs: { ServiceEndpointWebsocket: { Value: 'wss://a.example/prod' } },
});

it('throttles and logs the stage, keeps other APIs out, and publishes where it answers', () => {
  const { Resources, Outputs } = template();
  addWebsocketStage({ Resources, Outputs: Outputs! }, context);
  expect(Resources['WebsocketsDeploymentStage']!.Properties).toMatchObject({
    StageName: 'prod',
    DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': ['WebsocketsLogGroup', 'Arn'] } },
  });
  expect(Resources['WebsocketsLogGroup']!.Properties).toMatchObject({
    LogGroupName: '/aws/apigateway/dure-prod-news-websocket',
  });
  expect(Resources['WebsocketsCallsSubscription']!.Properties).toMatchObject({
    LogGroupName: { Ref: 'WebsocketsLogGroup' },
    DestinationArn: '{{resolve:ssm:/dure/prod/calls/arn}}',
  });
  const { SourceArn } = Resources['SocketLambdaPermissionWebsockets']!.Properties;
  expect(JSON.stringify(SourceArn)).toContain('${WebsocketsApi}/*');
  expect(Resources['WebsocketUrlParameter']!.Properties).toMatchObject({
    Name: '/dure/prod/news/websocket-url',
    Value: 'wss://a.example/prod',
  });
});

it('leaves a service without a WebSocket API alone', () => {
  const Resources = { Table: { Type: 'AWS::DynamoDB::Table', Properties: {} } };
  const before = structuredClone(Resources);
  addWebsocketStage({ Resources }, context);
  expect(Resources).toEqual(before);
});
