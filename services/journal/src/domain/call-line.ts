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
  method: z.string(),
  resource: Optional,
  status: Count,
  latencyMs: z.catch(Count, 0),
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
  if (data === undefined) return undefined;
  const route = given(data.resource);
  return {
    id: data.requestId,
    at: new Date(data.requestTimeEpoch).toISOString(),
    service,
    operation: route === undefined ? data.method : `${data.method} ${route}`,
    subject: given(data.subject),
    clientId: given(data.clientId),
    tokenId: given(data.tokenId),
    actor: given(data.actor),
    apiKeyId: given(data.apiKeyId),
    address: data.ip,
    status: data.status,
    error: given(data.error),
    latencyMs: data.latencyMs,
    traceId: given(data.traceId),
  };
}

/** The service of a log group: `/aws/apigateway/dure-dev-orders` → `orders`; undefined for another group. */
export function serviceOf(logGroup: string, stage: string): string | undefined {
  const start = `/aws/apigateway/dure-${stage}-`;
  return logGroup.startsWith(start) ? logGroup.slice(start.length) : undefined;
}
