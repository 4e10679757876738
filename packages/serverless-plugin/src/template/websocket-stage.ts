import { DEFAULT_THROTTLE } from '../edge/config.ts';
import { type CallsContext, sendToCalls, webSocketLogOf } from '../calls.ts';
import type { Json, Resource } from '../types.ts';
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
  // Of an authorizer of `$connect`, where there is one: a hyphen otherwise.
  subject: '$context.authorizer.principalId',
  clientId: '$context.authorizer.clientId',
  tokenId: '$context.authorizer.tokenId',
  status: '$context.status',
  error: '$context.error.responseType',
  integrationStatus: '$context.integrationStatus',
  integrationLatencyMs: '$context.integrationLatency',
});

/**
 * Gives a WebSocket API's stage an access log, which tells the journal who connected. On a laptop, too. Does nothing for a
 * service without one.
 */
export function logConnections({ Resources }: Pick<Template, 'Resources'>, context: CallsContext): void {
  const stage = Resources[STAGE];
  if (Resources[API] === undefined || stage === undefined) return;
  const AccessLogSettings = { DestinationArn: { 'Fn::GetAtt': [LOG_GROUP, 'Arn'] }, Format: ACCESS_LOG_FORMAT };
  const group: Record<string, Resource> = {
    [LOG_GROUP]: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: webSocketLogOf(context), RetentionInDays: context.logRetentionInDays },
    },
  };
  Resources[STAGE] = { ...stage, Properties: { ...stage.Properties, AccessLogSettings } };
  Object.assign(Resources, group, sendToCalls(LOG_GROUP, context, 'WebsocketsCallsSubscription'));
}

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
  const DefaultRouteSettings: Json = { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst };
  logConnections({ Resources }, context);
  const { Properties } = Resources[STAGE]!;
  Resources[STAGE] = { ...stage, Properties: { ...Properties, DefaultRouteSettings } };
  for (const [id, resource] of Object.entries(Resources)) {
    if (PERMISSION.test(id)) Resources[id] = { ...resource, Properties: { ...resource.Properties, SourceArn } };
  }
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
