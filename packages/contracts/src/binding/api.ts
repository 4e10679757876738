import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod/mini';
import { beginCall, type Call } from './call.ts';
import { conform } from './check.ts';
import { Conflict } from './commit.ts';
import { deprecationHeaders } from './deprecation.ts';
import type { EndpointContract, ProblemContract } from '../contracts/contract.ts';
import { Traceparent } from '../contracts/envelope.ts';
import { type Checks, healthRoute, versionRoute } from './health.ts';
import { helpLink } from './help-link.ts';
import type { AnyAnswer, Route } from './http.ts';
import { type Headers, type Incoming, lowerCase } from './http-request.ts';
import { lambda } from './lambda.ts';
import { type Linked, linkedFrom } from './links.ts';
import { metric } from './log.ts';
import { commonProblems, HttpProblem, loggable, type ProblemDetails, problemType } from '../contracts/problem.ts';
import { checkTable, type Table } from './table.ts';
import { Uuid } from '../contracts/values.ts';

interface ApiOptions {
  /** Holds the idempotency markers, and is one of the health checks. */
  readonly table?: Table;
  /** Further health checks, by the name of the dependency. A check rejects when the dependency fails. */
  readonly checks?: Checks;
}

/**
 * Makes the handler of a service's REST API (API Gateway proxy integration) from its routes, and adds `/v1/health` and
 * `/v1/version`. Every response is checked against its contract; a response that breaks it becomes a 500 and is logged.
 *
 * @example
 * ```ts
 * import { api } from '@dure/contracts/binding/api';
 * import { required } from '@dure/contracts/binding/environment';
 * import { http, reply } from '@dure/contracts/binding/http';
 * import { openTable } from '@dure/contracts/binding/table';
 * import { GetThing } from '@dure/contracts/things';
 *
 * const table = openTable(required('TABLE_NAME'));
 *
 * const getThing = http(GetThing, {
 *   run: ({ params: { id } }) => Promise.resolve({ id, size: 1 }),
 *   answer: (thing) => reply(200, { ...thing, _links: {} }),
 * });
 *
 * export const handler = api({ table }, [getThing]);
 * ```
 */
export function api({ table, checks }: ApiOptions, routes: readonly Route[]) {
  const owner = routes[0]?.endpoint.owner ?? 'unknown';
  const health = healthRoute(owner, { ...(table && { table: () => checkTable(table) }), ...checks });
  const all = [...routes, health, versionRoute(owner)];
  const byKey = new Map(all.map((route) => [`${route.endpoint.method} ${route.endpoint.fullPath}`, route]));
  return lambda((event: APIGatewayProxyEvent) => {
    const headers = lowerCase(event.headers);
    const incoming = { event, headers, table, call: callOfRequest(event, headers) };
    return respond(byKey.get(`${event.httpMethod} ${event.resource}`), incoming);
  });
}

async function respond(route: Route | undefined, incoming: Incoming): Promise<APIGatewayProxyResult> {
  const started = performance.now();
  const { call } = incoming;
  const result = await answer(route, incoming);
  const { event } = incoming;
  const deprecation = route && deprecationHeaders(route.endpoint, event.pathParameters, linkedFrom(event));
  const links = [deprecation?.link, result.headers['link']].filter((link) => link !== undefined).join(', ');
  const response = {
    ...result,
    headers: { ...usualHeaders(call), ...deprecation, ...result.headers, ...(links !== '' && { link: links }) },
  };
  if (notModified(incoming, response)) Object.assign(response, { statusCode: 304, body: '' });
  const { statusCode: status } = response;
  const operation = route?.endpoint.name ?? 'unknown';
  const outcome = status >= 500 ? 'error' : status >= 400 ? 'refused' : 'ok';
  call.log.info('request', { ...metric(operation, outcome, performance.now() - started), status, actor: call.actor });
  return response;
}

interface Result extends APIGatewayProxyResult {
  headers: Record<string, string>;
}

async function answer(route: Route | undefined, incoming: Incoming): Promise<Result> {
  try {
    if (route === undefined) throw new HttpProblem('not-found');
    const { endpoint } = route;
    const given = await route.handle(incoming);
    if (given.problem === undefined) return success(endpoint, given, linkedFrom(incoming.event));
    const { problem: code, detail } = given;
    const declared = endpoint.problems?.[code] ?? commonProblems[code as keyof typeof commonProblems];
    if (declared === undefined) throw broken(endpoint, `problem ${code} is not declared`);
    return problemResult({ code, ...declared, detail }, incoming);
  } catch (error) {
    const { event, call } = incoming;
    const problem = problemOf(error);
    if (problem.code === 'internal-error') call.log.error('request failed', { error, resource: event.resource });
    return problemResult({ ...commonProblems[problem.code], ...problem }, incoming);
  }
}

function success(endpoint: EndpointContract, given: AnyAnswer, linked: Linked): Result {
  const status = given.status ?? 0;
  const contract = endpoint.responses[status];
  if (contract === undefined) throw broken(endpoint, `status ${status} is not declared`);
  const headers: Record<string, string> = { 'cache-control': 'no-cache', ...given.headers };
  if (headers['location'] !== undefined) headers['location'] = linked.path(headers['location']);
  if (given.etag !== undefined) headers['etag'] = `"${given.etag}"`;
  if (given.replayed) headers['idempotency-replayed'] = 'true';
  const missing = contract.headers?.find((header) => headers[header] === undefined);
  if (missing !== undefined) throw broken(endpoint, `header ${missing} is missing`);
  if (contract.body === undefined) return { statusCode: status, headers, body: '' };
  const body = JSON.stringify(conform(contract.body, given.body, nameOf(endpoint)), linked.inBody);
  return { statusCode: status, headers: { ...headers, 'content-type': 'application/json' }, body };
}

const nameOf = ({ owner, name }: EndpointContract): string => `The response of ${owner} ${name}`;

/** The service's fault, never the client's. */
const broken = (endpoint: EndpointContract, violation: string) =>
  new Error(`${nameOf(endpoint)} breaks its contract: ${violation}`);

function problemOf(error: unknown): Pick<HttpProblem, 'code' | 'errors'> & { readonly detail?: string } {
  if (error instanceof HttpProblem) return { code: error.code, detail: error.message, errors: error.errors };
  return { code: error instanceof Conflict ? 'concurrent-change' : 'internal-error', errors: undefined };
}

type Occurrence = Omit<ProblemDetails, 'type' | 'instance'> &
  Pick<ProblemContract, 'retryAfterSeconds'> & { readonly code: string };

function problemResult(occurrence: Occurrence, { event, call }: Incoming): Result {
  const { code, status, title, detail, errors, retryAfterSeconds } = occurrence;
  const details: ProblemDetails = { type: problemType(code), title, status, detail, instance: event.path, errors };
  if (status < 500) call.log.info('refused', { code, errors: loggable(errors) });
  const link = helpLink(code);
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(link !== undefined && { link }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
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

/** The caller by the authorizer's name, else by the id of the API key: `client:…`. Undefined for an anonymous caller. */
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
  'access-control-expose-headers':
    'etag, location, link, deprecation, sunset, retry-after, x-correlation-id, traceparent, idempotency-replayed',
});

/** Source: https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match */
function notModified({ event, headers }: Incoming, response: Result): boolean {
  const asked = headers['if-none-match'];
  const etag = response.headers['etag'];
  if (event.httpMethod !== 'GET' || response.statusCode !== 200 || asked === undefined || etag === undefined)
    return false;
  return asked.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
