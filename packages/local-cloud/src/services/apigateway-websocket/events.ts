import { randomBytes } from 'node:crypto';
import { commonLogTime } from '../apigateway/index.ts';
import type { Connection } from './connection.ts';

export interface EventKind {
  readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
  readonly routeKey: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/**
 * What all three events have in their requestContext.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
export function requestContext(
  connection: Connection,
  { eventType, routeKey, more }: EventKind,
  time: number,
): RequestContext {
  const { handshake, authorizer } = connection;
  const requestId = randomBytes(11).toString('base64url') + '=';
  return {
    routeKey,
    ...(authorizer !== undefined && { authorizer }),
    ...(eventType === 'MESSAGE' && { messageId: randomBytes(11).toString('base64url') + '=' }),
    ...more,
    eventType,
    extendedRequestId: requestId,
    requestTime: commonLogTime(time),
    messageDirection: 'IN',
    stage: connection.stage.stageName,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: time,
    identity: {
      sourceIp: handshake.sourceIp,
      ...(handshake.userAgent !== undefined && { userAgent: handshake.userAgent }),
    },
    requestId,
    domainName: handshake.domainName,
    connectionId: connection.id,
    apiId: connection.apiId,
  };
}

export interface RequestContext extends Readonly<Record<string, unknown>> {
  readonly requestId: string;
}

/** The event of `$connect`, and an authorizer's. */
export function connectEvent({ handshake, stage }: Connection, context: RequestContext): Record<string, unknown> {
  return {
    headers: lastOf(handshake.headers),
    multiValueHeaders: Object.fromEntries(handshake.headers),
    ...(handshake.query.size > 0 && {
      queryStringParameters: lastOf(handshake.query),
      multiValueQueryStringParameters: Object.fromEntries(handshake.query),
    }),
    ...stageVariables(stage.variables),
    requestContext: context,
    isBase64Encoded: false,
  };
}

export function messageEvent({ stage }: Connection, context: RequestContext, body: string): Record<string, unknown> {
  return { ...stageVariables(stage.variables), requestContext: context, body, isBase64Encoded: false };
}

export function disconnectEvent({ handshake, stage }: Connection, context: RequestContext): Record<string, unknown> {
  const headers = { Host: handshake.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return {
    headers,
    multiValueHeaders,
    ...stageVariables(stage.variables),
    requestContext: context,
    isBase64Encoded: false,
  };
}

function stageVariables(variables: Readonly<Record<string, string>>): object {
  return Object.keys(variables).length === 0 ? {} : { stageVariables: variables };
}

function lastOf(values: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']));
}
