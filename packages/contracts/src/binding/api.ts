import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod/mini';
import { beginCall, type Call } from './call.ts';
import { Conflict } from './commit.ts';
import type { EndpointContract } from '../contracts/contract.ts';
import { Traceparent } from '../contracts/envelope.ts';
import { type Checks, healthRoute, versionRoute } from './health.ts';
import type { AnyAnswer, Route } from './http.ts';
import { type Headers, type Incoming, lowerCase } from './http-request.ts';
import { metric } from './log.ts';
import { settings, warmUp } from './middleware.ts';
import {
  commonProblems,
  type FieldError,
  HttpProblem,
  loggable,
  type ProblemDetails,
  problemType,
} from '../contracts/problem.ts';
import type { Table } from './table.ts';
import { Uuid } from '../contracts/values.ts';

interface ApiOptions {
  /** Holds the idempotency markers. */
  readonly table?: Table;
  /** By name of the dependency: rejects when it fails. */
  readonly checks: Checks;
}

/**
 * Makes the handler of a service's REST API (API Gateway proxy integration) from its routes; `/v1/health` and
 * `/v1/version` come with it. Every answer is checked against its contract; one that breaks it is a 500 and logged.
 */
export function api(options: ApiOptions, routes: readonly Route[]) {
  const owner = routes[0]?.endpoint.owner ?? 'unknown';
  const all = [...routes, healthRoute(owner, options.checks), versionRoute(owner)];
  const byKey = new Map(all.map((route) => [`${route.endpoint.method} ${route.endpoint.fullPath}`, route]));
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>(settings)
    .use(warmUp())
    .handler(async (event) => {
      const route = byKey.get(`${event.httpMethod} ${event.resource}`);
      return respond(route, event, options.table);
    });
}

async function respond(route: Route | undefined, event: APIGatewayProxyEvent, table: Table | undefined) {
  const started = performance.now();
  const headers = lowerCase(event.headers);
  const call = callOfRequest(event, headers);
  const result = route
    ? await answer(route, { event, headers }, call, table)
    : failure(new HttpProblem('not-found'), event, call);
  const response = { ...result, headers: { ...usualHeaders(call), ...result.headers } };
  if (notModified(event, headers, response)) Object.assign(response, { statusCode: 304, body: '' });
  const { statusCode: status } = response;
  const operation = route?.endpoint.name ?? 'unknown';
  const outcome = status >= 500 ? 'error' : status >= 400 ? 'refused' : 'ok';
  call.log.info('request', { ...metric(operation, outcome, performance.now() - started), status, actor: call.actor });
  return response;
}

interface Result extends APIGatewayProxyResult {
  headers: Record<string, string>;
}

async function answer(route: Route, incoming: Incoming, call: Call, table: Table | undefined): Promise<Result> {
  const { event } = incoming;
  try {
    const given = await route.handle(incoming, call, table);
    return given.problem === undefined
      ? success(route.endpoint, given)
      : refusal(route.endpoint, given.problem, given.detail, event, call);
  } catch (error) {
    return failure(error, event, call);
  }
}

function success(endpoint: EndpointContract, given: AnyAnswer): Result {
  const status = given.status ?? 0;
  const contract = endpoint.responses[status];
  if (contract === undefined) throw new BrokenAnswer(endpoint, `the status ${status} is not in the contract`);
  const headers: Record<string, string> = { 'cache-control': 'no-cache', ...given.headers };
  if (given.etag !== undefined) headers['etag'] = `"${given.etag}"`;
  if (given.replayed) headers['idempotency-replayed'] = 'true';
  const missing = contract.headers?.find((name) => headers[name] === undefined);
  if (missing !== undefined) throw new BrokenAnswer(endpoint, `the header ${missing} is missing`);
  if (contract.body === undefined) return { statusCode: status, headers, body: '' };
  const parsed = z.safeParse(contract.body, given.body);
  if (!parsed.success) {
    const paths = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
    throw new BrokenAnswer(endpoint, paths.join('; '));
  }
  headers['content-type'] = 'application/json';
  return { statusCode: status, headers, body: JSON.stringify(parsed.data) };
}

/** Our own answer breaks its contract: our fault, never the client's. */
class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer';
  constructor(endpoint: EndpointContract, what: string) {
    super(`The answer of ${endpoint.owner} ${endpoint.name} breaks its contract: ${what}`);
  }
}

function refusal(
  endpoint: EndpointContract,
  code: string,
  detail: string | undefined,
  event: APIGatewayProxyEvent,
  call: Call,
): Result {
  const known = endpoint.problems?.[code] ?? commonProblems[code as keyof typeof commonProblems];
  if (known === undefined) throw new BrokenAnswer(endpoint, `the problem ${code} is not in the contract`);
  return problemResult({ code, ...known, detail }, event, call);
}

function failure(error: unknown, event: APIGatewayProxyEvent, call: Call): Result {
  if (error instanceof HttpProblem) {
    return problemResult(
      { ...commonProblems[error.code], code: error.code, detail: error.message, errors: error.errors },
      event,
      call,
    );
  }
  if (error instanceof Conflict) {
    return problemResult({ ...commonProblems['concurrent-change'], code: 'concurrent-change' }, event, call);
  }
  call.log.error('request failed', { error, resource: event.resource });
  return problemResult({ ...commonProblems['internal-error'], code: 'internal-error' }, event, call);
}

interface Told {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
}

function problemResult({ code, status, title, detail, errors }: Told, event: APIGatewayProxyEvent, call: Call): Result {
  const details: ProblemDetails = { type: problemType(code), title, status, detail, instance: event.path, errors };
  if (status < 500) call.log.info('refused', { code, errors: loggable(errors) });
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: JSON.stringify(details),
  };
}

function callOfRequest(event: APIGatewayProxyEvent, headers: Headers): Call {
  const valid = (schema: z.ZodMiniType<string>, value: string | undefined) =>
    value !== undefined && z.safeParse(schema, value).success ? value : undefined;
  return beginCall({
    correlationId: valid(Uuid, headers['x-correlation-id']),
    traceparent: valid(Traceparent, headers['traceparent']),
    actor: callerOf(event),
  });
}

/** As the authorizer knows them, else by the id of their API key: `client:…`. Undefined for anybody. */
function callerOf({ requestContext }: APIGatewayProxyEvent): string | undefined {
  const { authorizer, identity } = requestContext ?? {};
  const principal: unknown = authorizer?.['principalId'];
  if (typeof principal === 'string' && principal !== '') return principal;
  return identity?.apiKeyId ? `client:${identity.apiKeyId}` : undefined;
}

/** Sources: https://owasp.org/www-project-secure-headers/ and https://fetch.spec.whatwg.org/#http-cors-protocol */
const usualHeaders = (call: Call) => ({
  'x-correlation-id': call.correlationId,
  traceparent: call.traceparent,
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'referrer-policy': 'no-referrer',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'etag, location, x-correlation-id, traceparent, idempotency-replayed',
});

/** Source: https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match */
function notModified(event: APIGatewayProxyEvent, headers: Headers, response: Result): boolean {
  const asked = headers['if-none-match'];
  const etag = response.headers['etag'];
  if (event.httpMethod !== 'GET' || response.statusCode !== 200 || asked === undefined || etag === undefined)
    return false;
  return asked.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
