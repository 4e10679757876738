import * as z from 'zod/mini';
import type { CallRecord } from './call.ts';

/** API Gateway writes a hyphen for what there is not. */
const given = (text: string | undefined): string | undefined => (text === '-' || text === '' ? undefined : text);

const Optional = z.optional(z.string());
const Count = z.coerce.number().check(z.int(), z.gte(0));

/** The fields of a line that this needs; a line has more. */
const Line = z.object({
  requestId: z.string().check(z.minLength(2), z.maxLength(128)),
  requestTimeEpoch: z.coerce.number().check(z.gte(0), z.lte(8_640_000_000_000_000)),
  ip: z.string(),
  /** Of a request; a WebSocket connection has the other two. */
  method: Optional,
  eventType: Optional,
  routeKey: Optional,
  connectionId: Optional,
  resource: Optional,
  status: Count,
  latencyMs: z.catch(z.optional(Count), undefined),
  integrationLatencyMs: z.catch(Count, 0),
  subject: Optional,
  clientId: Optional,
  tokenId: Optional,
  actor: Optional,
  apiKeyId: Optional,
  error: Optional,
  traceId: Optional,
});

/** Reads a line of the access log of a service's API; undefined when it is none. */
export function readCall(service: string, line: unknown): CallRecord | undefined {
  const { data } = z.safeParse(Line, line);
  const what = data?.method ?? data?.eventType;
  if (data === undefined || what === undefined) return undefined;
  const route = given(data.resource) ?? given(data.routeKey);
  return {
    id: data.requestId,
    at: new Date(data.requestTimeEpoch).toISOString(),
    service,
    operation: route === undefined ? what : `${what} ${route}`,
    connectionId: given(data.connectionId),
    subject: given(data.subject),
    clientId: given(data.clientId),
    tokenId: given(data.tokenId),
    actor: given(data.actor),
    apiKeyId: given(data.apiKeyId),
    address: data.ip,
    status: data.status,
    error: given(data.error),
    latencyMs: data.latencyMs ?? data.integrationLatencyMs,
    traceId: given(data.traceId),
  };
}

/**
 * The service of a log group: `/aws/apigateway/dure-dev-orders` → `orders`, and so is that of its WebSocket API,
 * `/aws/apigateway/dure-dev-orders-websocket`. Undefined for another group.
 */
export function serviceOf(logGroup: string, stage: string): string | undefined {
  const start = `/aws/apigateway/dure-${stage}-`;
  return logGroup.startsWith(start) ? logGroup.slice(start.length).replace(/-websocket$/, '') : undefined;
}
