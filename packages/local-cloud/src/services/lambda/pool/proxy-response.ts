import type { InvokeResult } from '../../../shared/types.ts';

interface ProxyResponse {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** Marks what a function answered, as against what the emulated gateway says by itself. The front door removes it. */
export const INTEGRATION_HEADER = 'x-local-integration';

/**
 * Before the name of a header that the emulated gateway must not see and the function must: told of an `Origin` it would
 * answer with CORS headers of its own, over those of the function.
 */
export const HIDDEN_PREFIX = 'x-local-hidden-';

/** The event with its hidden headers under their own names. */
export function withHiddenHeaders<Event>(event: Event): Event {
  const { headers, multiValueHeaders } = (event ?? {}) as Readonly<Record<string, object | null | undefined>>;
  return {
    ...event,
    ...(headers && { headers: uncovered(headers) }),
    ...(multiValueHeaders && { multiValueHeaders: uncovered(multiValueHeaders) }),
  };
}

const uncovered = (headers: object): object =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase().startsWith(HIDDEN_PREFIX) ? name.slice(HIDDEN_PREFIX.length) : name,
      value as unknown,
    ]),
  );

/** Whether an event comes from an API Gateway method with Lambda proxy integration. An authorizer's does not. */
export function isProxyEvent(event: unknown): boolean {
  const { requestContext, type } = (event ?? {}) as { requestContext?: { httpMethod?: unknown }; type?: unknown };
  return typeof requestContext?.httpMethod === 'string' && type === undefined;
}

/**
 * What API Gateway answers: the function's response if it has the proxy format, otherwise 502, as for a function
 * that failed. The body is what this system's gateway responses say.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyResponse(result: InvokeResult): ProxyResponse {
  const response = result.ok && isWellFormed(result.payload) ? result.payload : internalServerError();
  return { ...response, headers: { ...response.headers, [INTEGRATION_HEADER]: 'lambda' } };
}

function isWellFormed(payload: unknown): payload is ProxyResponse {
  if (typeof payload !== 'object' || payload === null) return false;
  const { statusCode, body, headers, multiValueHeaders } = payload as Record<string, unknown>;
  const status = Number(statusCode);
  return (
    Number.isInteger(status) &&
    status >= 100 &&
    status <= 599 &&
    (body === undefined || body === null || typeof body === 'string') &&
    isPlain(headers) &&
    isPlain(multiValueHeaders)
  );
}

function isPlain(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}

function internalServerError(): ProxyResponse {
  const problem = { type: 'about:blank', title: 'Bad Gateway', status: 502, detail: 'Internal server error' };
  return {
    statusCode: 502,
    headers: { 'content-type': 'application/problem+json', 'x-amzn-errortype': 'InternalServerErrorException' },
    body: JSON.stringify(problem),
  };
}
