import type { Answer, Exchange } from './exchange.ts';
import { commonLogTime, domainNameOf } from './proxy-event.ts';
import type { Variables } from './template.ts';

/**
 * `$context` and stage variables of a call, as far as it got.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function variablesOf(exchange: Exchange, accountId: string): Variables {
  const { apiId, stage, request, method, apiKey, authorization, signer, integration, snapshot } = exchange;
  const domainName = domainNameOf(exchange);
  return {
    accountId,
    apiId,
    deploymentId: stage.deploymentId,
    domainName,
    domainPrefix: domainName.split('.')[0],
    endpointType: snapshot.api.endpointTypes[0],
    extendedRequestId: exchange.extendedRequestId,
    httpMethod: request.method,
    'identity.apiKey': apiKey?.value,
    'identity.apiKeyId': apiKey?.id,
    ...(signer !== undefined && {
      'identity.accessKey': signer.accessKey,
      'identity.accountId': signer.account,
      'identity.caller': signer.userId,
      'identity.user': signer.userId,
      'identity.userArn': signer.arn,
    }),
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.headers.get('user-agent')?.at(-1),
    path: `${request.basePath}${request.sentPath}`,
    protocol: request.protocol,
    requestId: exchange.requestId,
    requestTime: commonLogTime(exchange.startedAt),
    requestTimeEpoch: String(exchange.startedAt),
    resourceId: method?.resourceId,
    resourcePath: exchange.resourcePath,
    stage: stage.stageName,
    xrayTraceId: stage.tracingEnabled ? exchange.traceId : undefined,
    ...(integration !== undefined && integrationVariables(integration)),
    ...(authorization !== undefined && {
      'authorizer.principalId': authorization.principalId,
      'authorizer.integrationLatency': String(authorization.latencyMs),
      ...prefixed('authorizer', authorization.context),
    }),
    ...prefixed('stageVariables', stage.variables),
  };
}

function integrationVariables({ latencyMs, status, error }: NonNullable<Exchange['integration']>): Variables {
  return {
    integrationLatency: String(latencyMs),
    'integration.latency': String(latencyMs),
    integrationStatus: String(status),
    'integration.integrationStatus': String(status),
    'integration.status': String(status),
    integrationErrorMessage: error,
    'integration.error': error,
  };
}

/** What is known once the call is answered. */
export function responseVariables({ status, body }: Answer, latencyMs: number): Variables {
  return { status: String(status), responseLength: String(body.length), responseLatency: String(latencyMs) };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Variables {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
