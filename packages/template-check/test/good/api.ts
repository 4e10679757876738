import type { Json, Resource } from '../../src/template.ts';
import { arn, ref } from './stores.ts';

const RestApiId = ref('Api');
const INVOKE =
  'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${ApiAlias}/invocations';

function resource(PathPart: string, parent: Json): Resource {
  return { Type: 'AWS::ApiGateway::Resource', Properties: { RestApiId, PathPart, ParentId: parent } };
}

function method(verb: string, resourceId: string, more: Readonly<Record<string, Json>>): Resource {
  return {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId,
      ResourceId: ref(resourceId),
      HttpMethod: verb,
      Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: { 'Fn::Sub': INVOKE } },
      ...more,
    },
  };
}

function gatewayResponse(ResponseType: string): Resource {
  return {
    Type: 'AWS::ApiGateway::GatewayResponse',
    Properties: {
      RestApiId,
      ResponseType,
      ResponseTemplates: {
        'application/problem+json': '{"type":"about:blank","title":$context.error.messageString,"status":400}',
      },
    },
  };
}

/** `POST /v1/orders`, which has a body, and `GET /v1/health`, which is open. */
export function apiResources(): Record<string, Resource> {
  return {
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {
        Name: 'prod-shop',
        MinimumCompressionSize: 1024,
        SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
        EndpointAccessMode: 'STRICT',
        EndpointConfiguration: { Types: ['REGIONAL'] },
      },
    },
    V1: resource('v1', { 'Fn::GetAtt': ['Api', 'RootResourceId'] }),
    Orders: resource('orders', ref('V1')),
    Health: resource('health', ref('V1')),
    PlaceOrder: method('POST', 'Orders', {
      ApiKeyRequired: true,
      RequestValidatorId: ref('Validator'),
      RequestModels: { 'application/json': ref('OrderModel') },
    }),
    GetHealth: method('GET', 'Health', { ApiKeyRequired: false }),
    OrdersOptions: method('OPTIONS', 'Orders', {}),
    Validator: {
      Type: 'AWS::ApiGateway::RequestValidator',
      Properties: { RestApiId, ValidateRequestBody: true, ValidateRequestParameters: true },
    },
    OrderModel: {
      Type: 'AWS::ApiGateway::Model',
      Properties: {
        RestApiId,
        Name: 'Order',
        ContentType: 'application/json',
        Schema: { $schema: 'http://json-schema.org/draft-04/schema#', type: 'object', required: ['sku'] },
      },
    },
    ClientErrors: gatewayResponse('DEFAULT_4XX'),
    ServerErrors: gatewayResponse('DEFAULT_5XX'),
    Deployment: { Type: 'AWS::ApiGateway::Deployment', DependsOn: ['PlaceOrder'], Properties: { RestApiId } },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: {
        RestApiId,
        DeploymentId: ref('Deployment'),
        StageName: 'prod',
        TracingEnabled: true,
        AccessLogSetting: { DestinationArn: arn('AccessLogGroup'), Format: '{"requestId":"$context.requestId"}' },
        MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 }],
      },
    },
    AccessLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30 } },
    UsagePlan: {
      Type: 'AWS::ApiGateway::UsagePlan',
      Properties: {
        ApiStages: [{ ApiId: ref('Api'), Stage: ref('Stage') }],
        Throttle: { RateLimit: 50, BurstLimit: 100 },
        Quota: { Limit: 1_000_000, Period: 'MONTH' },
      },
    },
  };
}
