import { commonLogTime, eventHeaders } from '../apigateway/index.ts';
import type { PayloadFormat } from './documents.ts';
import type { Exchange } from './exchange.ts';

type Event = Record<string, unknown>;

/** What a function is invoked with. */
export function eventOf(exchange: Exchange, format: PayloadFormat, accountId: string): Event {
  return format === '2.0' ? { ...eventV2(exchange, accountId) } : eventV1(exchange, accountId);
}

/** Without the body, which authorizers do not get. */
export function requestV2(exchange: Exchange, accountId: string): Event {
  const { request, routeKey, rawPath, rawQueryString, pathParameters, stageVariables, stageName } = exchange;
  const { cookie, ...headers } = headersV2(exchange);
  const query = [...request.query].map(([name, values]) => [name, values.join(',')]);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(';').map((part) => part.trim()) }),
    headers,
    ...(query.length > 0 && { queryStringParameters: Object.fromEntries(query) as object }),
    requestContext: {
      accountId,
      apiId: exchange.apiId,
      ...authorizerV2(exchange),
      domainName: exchange.domainName,
      domainPrefix: exchange.domainName.split('.')[0],
      http: {
        method: request.method,
        path: rawPath,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers.get('user-agent')?.at(-1) ?? '',
      },
      requestId: exchange.requestId,
      routeKey,
      stage: stageName,
      time: commonLogTime(exchange.startedAt),
      timeEpoch: exchange.startedAt,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(Object.keys(stageVariables).length > 0 && { stageVariables }),
  };
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function eventV2(exchange: Exchange, accountId: string): Event {
  const { body, isBase64Encoded } = bodyOf(exchange);
  return { ...requestV2(exchange, accountId), ...(body !== null && { body }), isBase64Encoded };
}

function authorizerV2({ authorizer }: Exchange): Event {
  if (authorizer === undefined) return {};
  if (authorizer.kind === 'jwt') {
    return { authorizer: { jwt: { claims: authorizer.claims, scopes: authorizer.scopes } } };
  }
  return { authorizer: authorizer.kind === 'lambda' ? { lambda: authorizer.context } : { iam: authorizer.iam } };
}

/** In small letters, several values of one name in one. */
function headersV2(exchange: Exchange): Record<string, string> {
  const headers = [...eventHeaders(exchange)].map(([name, values]) => {
    const key = name.toLowerCase();
    return [key, values.join(key === 'cookie' ? '; ' : ',')] as const;
  });
  return { 'content-length': String(exchange.request.body.length), ...Object.fromEntries(headers) };
}

/** Without the body, which authorizers do not get. */
export function requestV1(exchange: Exchange, accountId: string): Event {
  const { request, routeKey, rawPath, stageVariables, pathParameters, domainName } = exchange;
  const headers = eventHeaders(exchange);
  const resource = routeKey.split(' ').at(-1);
  return {
    version: '1.0',
    resource,
    path: rawPath,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: orNull(lastOf(request.query)),
    multiValueQueryStringParameters: orNull(Object.fromEntries(request.query)),
    requestContext: {
      accountId,
      apiId: exchange.apiId,
      ...authorizerV1(exchange),
      domainName,
      domainPrefix: domainName.split('.')[0],
      extendedRequestId: exchange.requestId,
      httpMethod: request.method,
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.sourceIp,
        user: null,
        userAgent: request.headers.get('user-agent')?.at(-1) ?? '',
        userArn: null,
      },
      path: rawPath,
      protocol: request.protocol,
      requestId: exchange.requestId,
      requestTime: commonLogTime(exchange.startedAt),
      requestTimeEpoch: exchange.startedAt,
      resourceId: routeKey,
      resourcePath: resource,
      stage: exchange.stageName,
    },
    pathParameters: orNull(pathParameters),
    stageVariables: orNull(stageVariables),
  };
}

function eventV1(exchange: Exchange, accountId: string): Event {
  return { ...requestV1(exchange, accountId), ...bodyOf(exchange) };
}

function authorizerV1({ authorizer }: Exchange): Event {
  if (authorizer === undefined) return {};
  if (authorizer.kind === 'jwt') return { authorizer: { claims: authorizer.claims, scopes: authorizer.scopes } };
  if (authorizer.kind === 'iam') return { authorizer: { iam: authorizer.iam } };
  const { context, principalId } = authorizer;
  return { authorizer: { ...context, ...(principalId !== undefined && { principalId }) } };
}

const TEXT = /^(?:text\/.+|application\/(?:json|javascript|xml)|.+\+(?:json|xml))$/;

/** Text for the media types that are text, base64 for the others. */
function bodyOf({ request: { body, headers } }: Exchange): { body: string | null; isBase64Encoded: boolean } {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  const mediaType = (headers.get('content-type')?.at(-1) ?? 'text/plain').split(';')[0]!.trim().toLowerCase();
  const isText = TEXT.test(mediaType) && !headers.has('content-encoding');
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function lastOf(values: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']));
}

function orNull<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> | null {
  return Object.keys(record).length === 0 ? null : record;
}
