import type { Exchange } from './exchange.ts';

/**
 * The event of a Lambda proxy integration, payload format 1.0.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function proxyEvent(exchange: Exchange, accountId: string): Record<string, unknown> {
  const { request, stage, resourcePath, method, snapshot } = exchange;
  const isBinary = matchesMediaType(snapshot.api.binaryMediaTypes, request.headers.get('content-type')?.at(-1));
  const body = request.body.length === 0 ? null : request.body.toString(isBinary ? 'base64' : 'utf8');
  // A REST API does not hand on the length of a body that it has read, which an HTTP API does.
  const headers = new Map([...eventHeaders(exchange)].filter(([name]) => name.toLowerCase() !== 'content-length'));
  return {
    resource: resourcePath,
    path: request.path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: orNull(lastOf(request.query)),
    multiValueQueryStringParameters: orNull(Object.fromEntries(request.query)),
    pathParameters: orNull(request.pathParameters),
    stageVariables: orNull(stage.variables),
    requestContext: {
      ...requestContext(exchange, accountId),
      ...(method?.authorizationType === 'CUSTOM' && authorizer(exchange)),
    },
    body,
    isBase64Encoded: body !== null && isBinary,
  };
}

/**
 * Whether a Content-Type or Accept names one of an API's binary media types: `image/png`, `image/*`, or any. A star on the
 * left alone matches nothing.
 */
export function matchesMediaType(types: readonly string[], value: string | undefined): boolean {
  const [mediaType = ''] = (value ?? '').toLowerCase().split(/[;,]/);
  const name = mediaType.trim();
  const [main, sub] = name.split('/');
  const candidates = ['*/*', ...(sub === undefined ? [] : [`${main}/*`]), name];
  return types.some((type) => candidates.includes(type.toLowerCase()) && !/^\*\/[^*]/.test(type));
}

/** What is between one hop and the next does not reach the function; what API Gateway adds does. */
const DROPPED = new Set([
  'connection',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'proxy-connection',
]);
for (const name of ['te', 'trailer', 'transfer-encoding', 'upgrade', 'via']) DROPPED.add(name);

/** Names as the client wrote them. */
export function eventHeaders({
  request,
  traceId,
}: Pick<Exchange, 'request' | 'traceId'>): Map<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  for (const [name, values] of request.headers) {
    // On the way through AWS, this one is written anew.
    const written = name === 'authorization' ? 'Authorization' : (request.headerNames.get(name) ?? name);
    if (!DROPPED.has(name)) headers.set(written, values);
  }
  const forwarded = request.headers.get('x-forwarded-for')?.join(', ');
  const added = {
    'X-Amzn-Trace-Id': traceId,
    'X-Forwarded-For': forwarded === undefined ? request.sourceIp : `${forwarded}, ${request.sourceIp}`,
    'X-Forwarded-Port': request.headers.get('host')?.at(-1)?.split(':')[1] ?? '443',
    'X-Forwarded-Proto': 'https',
  };
  for (const [name, value] of Object.entries(added)) {
    headers.delete(request.headerNames.get(name.toLowerCase()) ?? name);
    headers.set(name, [value]);
  }
  return headers;
}

function requestContext(exchange: Exchange, accountId: string): Record<string, unknown> {
  const { request, stage, method, apiKey, signer } = exchange;
  const domainName = domainNameOf(exchange);
  return {
    resourceId: method?.resourceId,
    resourcePath: exchange.resourcePath,
    httpMethod: request.method,
    extendedRequestId: exchange.extendedRequestId,
    requestTime: commonLogTime(exchange.startedAt),
    path: `${request.basePath}${request.sentPath}`,
    accountId,
    protocol: request.protocol,
    stage: stage.stageName,
    domainPrefix: domainName.split('.')[0],
    requestTimeEpoch: exchange.startedAt,
    requestId: exchange.requestId,
    ...(method?.operationName !== undefined && { operationName: method.operationName }),
    identity: {
      cognitoIdentityPoolId: null,
      accountId: signer?.account ?? null,
      cognitoIdentityId: null,
      caller: signer?.userId ?? null,
      ...(apiKey !== undefined && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
      sourceIp: request.sourceIp,
      principalOrgId: null,
      accessKey: signer?.accessKey ?? null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: signer?.arn ?? null,
      userAgent: request.headers.get('user-agent')?.at(-1) ?? null,
      user: signer?.userId ?? null,
    },
    domainName,
    deploymentId: stage.deploymentId,
    apiId: exchange.apiId,
  };
}

function authorizer({ authorization }: Exchange): object {
  if (authorization === undefined) return {};
  const { principalId, context, latencyMs } = authorization;
  return { authorizer: { ...context, principalId, integrationLatency: latencyMs } };
}

/** The name by which the API was called, without the port. */
export function domainNameOf({ request }: Exchange): string {
  return request.headers.get('host')?.at(-1)?.replace(/:\d+$/, '') ?? '';
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `09/Apr/2015:12:34:56 +0000` */
export function commonLogTime(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

function lastOf(values: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']));
}

function orNull<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> | null {
  return Object.keys(record).length === 0 ? null : record;
}
