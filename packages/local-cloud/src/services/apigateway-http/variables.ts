import { type Answer, commonLogTime, type Variables } from '../apigateway/index.ts';
import type { ApiExchange } from './exchange.ts';

/**
 * `$context` variables of an access log.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function variablesOf(
  exchange: ApiExchange,
  { status, body }: Answer,
  { accountId, latencyMs }: { readonly accountId: string; readonly latencyMs: number },
): Variables {
  const { request, startedAt, domainName, requestId, routeKey } = exchange;
  return {
    accountId,
    apiId: exchange.apiId,
    domainName,
    domainPrefix: domainName.split('.')[0],
    extendedRequestId: requestId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.headers.get('user-agent')?.at(-1),
    path: exchange.rawPath,
    protocol: request.protocol,
    requestId,
    requestTime: commonLogTime(startedAt),
    requestTimeEpoch: String(startedAt),
    responseLatency: String(latencyMs),
    responseLength: String(body.length),
    routeKey: routeKey === '' ? undefined : routeKey,
    stage: exchange.stageName,
    status: String(status),
    ...Object.fromEntries(
      Object.entries(exchange.stageVariables).map(([name, value]) => [`stageVariables.${name}`, value]),
    ),
  };
}
