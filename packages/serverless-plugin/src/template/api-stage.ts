import { createHash } from 'node:crypto';
import { DEFAULT_THROTTLE } from '../edge/config.ts';
import { docsUrl } from '../docs-url.ts';
import { gatewayResponses } from '../edge/gateway-responses.ts';
import { accessLogOf, type CallsContext, sendToCalls } from '../calls.ts';
import { resourceName } from '../names.ts';
import type { Json, Resource } from '../types.ts';
import type { Template, TemplateContext } from './template.ts';

/** The framework's logical ids. */
export const REST_API = 'ApiGatewayRestApi';
const USAGE_PLAN = 'ApiGatewayUsagePlan';
const API_KEY = /^ApiGatewayApiKey\d+$/;

export const STAGE = 'ApiGatewayStage';
const LOG_GROUP = 'ApiGatewayLogGroup';

/** The types that a deployment captures. */
const PICTURED = ['RestApi', 'Resource', 'Method', 'Model', 'RequestValidator', 'GatewayResponse', 'Authorizer'].map(
  (type) => `AWS::ApiGateway::${type}`,
);

/**
 * One line of the access log, as JSON: who called what, when, with which key and token, and how it went. No path, query,
 * header or body, because these may contain personal data. Every value is quoted, because a missing one is a hyphen. Who
 * it was is what the authorizer says.
 * The journal's list of calls reads these lines.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  traceId: '$context.xrayTraceId',
  requestTimeEpoch: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  apiKeyId: '$context.identity.apiKeyId',
  subject: '$context.authorizer.principalId',
  clientId: '$context.authorizer.clientId',
  tokenId: '$context.authorizer.tokenId',
  actor: '$context.authorizer.actor',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  protocol: '$context.protocol',
  tlsVersion: '$context.tlsVersion',
  status: '$context.status',
  error: '$context.error.responseType',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationStatus: '$context.integration.status',
  integrationLatencyMs: '$context.integration.latency',
});

/**
 * Gives the REST API a separate stage with throttling, access log and traces, and gateway responses. With the
 * framework's default the deployment creates the stage, without any of these. Does nothing for a service without an
 * API.
 */
export function addApiStage(template: Template, context: TemplateContext): void {
  const { Resources } = template;
  if (Resources[REST_API] === undefined) return;
  const docs = docsUrl({ service: context.service, stage: context.stage, local: false });
  Object.assign(Resources, gatewayResponses({ Ref: REST_API }, docs));
  const deployment = replaceDeployment(Resources);
  Object.assign(Resources, accessLog(context));
  Resources[STAGE] = stage(deployment, context);
  attachUsagePlan(Resources, context);
}

/** The log group of the API's access log, and what sends its lines to the journal. */
function accessLog(context: CallsContext): Record<string, Resource> {
  return {
    [LOG_GROUP]: {
      Type: 'AWS::Logs::LogGroup',
      Properties: {
        LogGroupName: accessLogOf(context),
        RetentionInDays: context.logRetentionInDays,
      },
    },
    ...sendToCalls(LOG_GROUP, context),
  };
}

const ACCESS_LOG: Json = { DestinationArn: { 'Fn::GetAtt': [LOG_GROUP, 'Arn'] }, Format: ACCESS_LOG_FORMAT };

/** On a laptop the deployment makes the stage, and its access log is set there. */
export function logLocalCalls({ Resources }: Template, context: CallsContext): void {
  const [id, deployment] = Object.entries(Resources).find(([, it]) => it.Type === 'AWS::ApiGateway::Deployment') ?? [];
  if (id === undefined || deployment === undefined) return;
  Object.assign(Resources, accessLog(context));
  Resources[id] = {
    ...deployment,
    Properties: { ...deployment.Properties, StageDescription: { AccessLogSetting: ACCESS_LOG } },
  };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html */
function stage(deployment: string, { stage: StageName, dure }: TemplateContext): Resource {
  const { rate, burst } = dure.edge?.throttle ?? DEFAULT_THROTTLE;
  return {
    Type: 'AWS::ApiGateway::Stage',
    Properties: {
      RestApiId: { Ref: REST_API },
      DeploymentId: { Ref: deployment },
      StageName,
      TracingEnabled: true,
      AccessLogSetting: ACCESS_LOG,
      MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }],
    },
  };
}

/**
 * Names the deployment after a hash of the API, instead of the time. An unchanged API gives the same template; a
 * changed API or policy is deployed again.
 * @returns its logical id
 */
function replaceDeployment(resources: Record<string, Resource>): string {
  const [id, deployment] = Object.entries(resources).find(([, it]) => it.Type === 'AWS::ApiGateway::Deployment') ?? [];
  if (id === undefined || deployment === undefined) throw new Error('The REST API has no deployment.');
  const pictured = Object.entries(resources)
    .filter(([, { Type }]) => PICTURED.includes(Type))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify(pictured)).digest('hex').slice(0, 16);
  const named = `ApiGatewayDeployment${hash}`;
  delete resources[id];
  const { StageName: _stage, ...Properties } = deployment.Properties;
  const DependsOn = pictured.map(([it]) => it).filter((it) => it !== REST_API);
  resources[named] = { ...deployment, Properties, DependsOn };
  return named;
}

/** The plan and the keys are created after the stage and deleted before it. */
function attachUsagePlan(resources: Record<string, Resource>, context: TemplateContext): void {
  const plan = resources[USAGE_PLAN];
  if (plan === undefined) return;
  const { DependsOn: _deployment, Properties, ...rest } = plan;
  const ApiStages: Json = [{ ApiId: { Ref: REST_API }, Stage: { Ref: STAGE } }];
  resources[USAGE_PLAN] = {
    ...rest,
    Properties: { ...Properties, UsagePlanName: resourceName(context), ApiStages },
  };
  for (const id of Object.keys(resources).filter((it) => API_KEY.test(it)))
    resources[id] = withoutStage(resources[id]!);
}

/** A key belongs to usage plans. Its own list of stages is the older mechanism. */
function withoutStage({ DependsOn: _deployment, Properties, ...key }: Resource): Resource {
  const { StageKeys: _stages, ...others } = Properties;
  return { ...key, Properties: others };
}
