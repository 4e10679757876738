import { DEFAULT_THROTTLE } from '../edge/config.ts';
import { resourceName } from '../names.ts';
import type { Json } from '../types.ts';
import type { Template, TemplateContext } from './template.ts';

/** The framework's logical ids. */
const API = 'WebsocketsApi';
const STAGE = 'WebsocketsDeploymentStage';
const URL_OUTPUT = 'ServiceEndpointWebsocket';

const PERMISSION = /LambdaPermissionWebsockets$/;

/** Without it any API of any account could call the function. */
const SourceArn: Json = {
  'Fn::Sub': `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${API}}/*`,
};

const LOG_GROUP = 'WebsocketsLogGroup';
const URL_PARAMETER = 'WebsocketUrlParameter';

/**
 * One line of the access log, as JSON. No query, because it may contain a token.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: '$context.requestId',
  connectionId: '$context.connectionId',
  eventType: '$context.eventType',
  routeKey: '$context.routeKey',
  requestTimeEpoch: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  status: '$context.status',
  error: '$context.error.responseType',
  integrationStatus: '$context.integrationStatus',
  integrationLatencyMs: '$context.integrationLatency',
});

/**
 * Gives a WebSocket API's stage throttling and an access log, restricts its functions to this API, and publishes its
 * URL as the parameter
 * `/dure/{stage}/{service}/websocket-url`: `wss://a1b2c3.execute-api.us-east-1.amazonaws.com/dev`. Does nothing for a
 * service without one.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html
 */
export function addWebsocketStage({ Resources, Outputs }: Template, context: TemplateContext): void {
  const [stage, url] = [Resources[STAGE], Outputs?.[URL_OUTPUT]?.Value];
  if (Resources[API] === undefined || stage === undefined || url === undefined) return;
  const { rate, burst } = context.dure.edge?.throttle ?? DEFAULT_THROTTLE;
  const settings: Readonly<Record<string, Json>> = {
    DefaultRouteSettings: { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
    AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': [LOG_GROUP, 'Arn'] }, Format: ACCESS_LOG_FORMAT },
  };
  Resources[STAGE] = { ...stage, Properties: { ...stage.Properties, ...settings } };
  for (const [id, resource] of Object.entries(Resources)) {
    if (PERMISSION.test(id)) Resources[id] = { ...resource, Properties: { ...resource.Properties, SourceArn } };
  }
  Resources[LOG_GROUP] = {
    Type: 'AWS::Logs::LogGroup',
    Properties: {
      LogGroupName: `/aws/apigateway/${resourceName(context)}-websocket`,
      RetentionInDays: context.logRetentionInDays,
    },
  };
  Resources[URL_PARAMETER] = {
    Type: 'AWS::SSM::Parameter',
    Properties: {
      Name: `/dure/${context.stage}/${context.service}/websocket-url`,
      Type: 'String',
      Value: url,
      Description: `Where the WebSocket API of ${context.service} answers`,
    },
  };
}
