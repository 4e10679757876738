import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod/mini';
import { AccessRefused, actorOf, admit, callerOf } from './access.ts';
import { beginCall, type Call } from './call.ts';
import { ATTEMPT, TIME_LEFT } from './carried-headers.ts';
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
  /** Whether a request may be answered at all; undefined for one that nobody counts. */
  readonly limit?: (event: APIGatewayProxyEvent) => Limited | Promise<Limited> | undefined;
}

/** What counting a request adds to its answer, or the problem that is answered instead. */
export interface Limited {
  readonly headers: Readonly<Record<string, string>>;
  readonly refused?: ProblemContract & { readonly code: string };
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
export function api({ table, checks, limit }: ApiOptions, routes: readonly Route[]) {
  const owner = routes[0]?.endpoint.owner ?? 'unknown';
  const health = healthRoute(owner, { ...(table && { table: () => checkTable(table) }), ...checks });
  const all = [...routes, health, versionRoute(owner)];
  const byKey = new Map(all.map((route) => [`${route.endpoint.method} ${route.endpoint.fullPath}`, route]));
  return lambda((event: APIGatewayProxyEvent) => {
    const headers = lowerCase(event.headers);
    const call = callOfRequest(event, headers);
    const incoming = { event, headers, table, call, limiting: limit?.(event) };
    return respond(byKey.get(`${event.httpMethod} ${event.resource}`), incoming);
  });
}

/** Before it is decided whether its caller is let in. */
type Arrived = Omit<Incoming, 'reach'> & { readonly limiting: ReturnType<NonNullable<ApiOptions['limit']>> };

async function respond(route: Route | undefined, incoming: Arrived): Promise<APIGatewayProxyResult> {
  const started = performance.now();
  const { call, event, headers } = incoming;
  const result = await answerWithin(route, incoming);
  // API Gateway's id is in its access log. A caller may have one of its own.
  const own = headers['x-request-id']?.match(REQUEST_ID)?.[0];
  const given = event.requestContext?.requestId;
  const requestId = own ?? given ?? call.id;
  const deprecation = route && deprecationHeaders(route.endpoint, event.pathParameters, linkedFrom(event));
  const links = [deprecation?.link, result.headers['link']].filter((link) => link !== undefined).join(', ');
  const response = {
    ...result,
    headers: {
      ...usualHeaders(call, requestId),
      ...deprecation,
      ...result.headers,
      ...(links !== '' && { link: links }),
    },
  };
  if (notModified(incoming, response)) Object.assign(response, { statusCode: 304, body: '' });
  const { statusCode: status } = response;
  const outcome = status >= 500 ? 'error' : status >= 400 ? 'refused' : 'ok';
  const measured = metric(route?.endpoint.name ?? 'unknown', outcome, performance.now() - started);
  const ids = { requestId, gatewayRequestId: own && given };
  call.log.info('request', { ...measured, status, actor: call.actor, via: call.caller?.via, ...ids });
  return response;
}

/**
 * A GET is worked on beside its counting, and its answer is thrown away if it is refused: it changes nothing. The refusal waits
 * for that work, because an environment freezes after its answer, with all requests that are under way.
 */
async function answerWithin(route: Route | undefined, incoming: Arrived): Promise<Result> {
  const { limiting, event } = incoming;
  const early = limiting instanceof Promise && event.httpMethod === 'GET' ? answer(route, incoming) : undefined;
  const { headers, refused } = (await limiting) ?? {};
  const worked = await early;
  const result = refused ? problemResult(refused, incoming) : (worked ?? (await answer(route, incoming)));
  return { ...result, headers: { ...result.headers, ...headers } };
}

const REQUEST_ID = /^[\w.-]{1,128}$/;

interface Result extends APIGatewayProxyResult {
  headers: Record<string, string>;
}

async function answer(route: Route | undefined, incoming: Arrived): Promise<Result> {
  try {
    if (route === undefined) throw new HttpProblem('not-found');
    const { endpoint } = route;
    const reach = admit(endpoint.access, incoming.call.caller);
    const given = await route.handle({ ...incoming, reach });
    if (given.problem === undefined) return success(endpoint, given, linkedFrom(incoming.event));
    const { problem: code, detail, retryAfter } = given;
    const declared = endpoint.problems?.[code] ?? commonProblems[code as keyof typeof commonProblems];
    if (declared === undefined) throw broken(endpoint, `problem ${code} is not declared`);
    const later = retryAfter && { retryAfterSeconds: retryAfter };
    return problemResult({ code, ...declared, detail, ...later }, incoming);
  } catch (error) {
    const { event, call } = incoming;
    const problem = problemOf(error);
    if (problem.code === 'internal-error') call.log.error('request failed', { error, resource: event.resource });
    const result = problemResult({ ...commonProblems[problem.code], ...problem }, incoming);
    if (error instanceof AccessRefused) result.headers['www-authenticate'] = error.challenge;
    return result;
  }
}

function success(endpoint: EndpointContract, given: AnyAnswer, linked: Linked): Result {
  const status = given.status ?? 0;
  const contract = endpoint.responses[status];
  if (contract === undefined) throw broken(endpoint, `status ${status} is not declared`);
  const headers: Record<string, string> = { 'cache-control': cacheControlOf(endpoint, status), ...given.headers };
  if (headers['location'] !== undefined) headers['location'] = linked.path(headers['location']);
  if (given.etag !== undefined) headers['etag'] = `"${given.etag}"`;
  if (given.replayed) headers['idempotency-replayed'] = 'true';
  const missing = contract.headers?.find((header) => headers[header] === undefined);
  if (missing !== undefined) throw broken(endpoint, `header ${missing} is missing`);
  if (contract.body === undefined) return { statusCode: status, headers, body: '' };
  const body = JSON.stringify(conform(contract.body, given.body, nameOf(endpoint)), linked.inBody);
  return { statusCode: status, headers: { ...headers, 'content-type': 'application/json' }, body };
}

/** Source: https://www.rfc-editor.org/rfc/rfc5861 */
function cacheControlOf({ cache }: EndpointContract, status: number): string {
  if (cache === undefined || status !== 200) return 'no-cache';
  const { ttlSeconds, staleWhileRevalidateSeconds: whileRevalidating, staleIfErrorSeconds: ifError } = cache;
  const said = { 'max-age': ttlSeconds, 'stale-while-revalidate': whileRevalidating, 'stale-if-error': ifError };
  const directives = Object.entries(said).filter(([, seconds]) => seconds !== undefined);
  return ['public', ...directives.map(([name, seconds]) => `${name}=${seconds}`)].join(', ');
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

function problemResult(occurrence: Occurrence, { event, call }: Arrived): Result {
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
  const { authorizer, identity } = event.requestContext ?? {};
  const caller = callerOf(authorizer);
  // Any client can send these headers, and no time left makes a 504. Only services are believed.
  const isService = caller?.via ?? caller?.roles.includes('service');
  const said = (name: string) =>
    isService && /^\d{1,6}$/.test(headers[name] ?? '') ? Number(headers[name]) : undefined;
  // 0 stays 0: that moment is past as well.
  const left = said(TIME_LEFT);
  return beginCall({
    correlationId: valid(Uuid, headers['x-correlation-id']),
    traceparent: valid(Traceparent, headers['traceparent']),
    actor: caller ? actorOf(caller) : identity?.apiKeyId ? `client:${identity.apiKeyId}` : undefined,
    caller,
    credentials: {
      authorization: headers['authorization'],
      apiKey: headers['x-api-key'],
      ...{ apiKeyId: identity?.apiKeyId, sourceIp: identity?.sourceIp },
    },
    attempt: said(ATTEMPT),
    until: left && Date.now() + left,
  });
}

/** Sources: https://owasp.org/www-project-secure-headers/ and https://fetch.spec.whatwg.org/#http-cors-protocol */
const usualHeaders = (call: Call, requestId: string) => ({
  'x-correlation-id': call.correlationId,
  'x-request-id': requestId,
  traceparent: call.traceparent,
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'referrer-policy': 'no-referrer',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': '*',
});

/** Source: https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match */
function notModified({ event, headers }: Arrived, response: Result): boolean {
  const asked = headers['if-none-match'];
  const { etag } = response.headers;
  if (event.httpMethod !== 'GET' || response.statusCode !== 200 || !asked || !etag) return false;
  return asked.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()));
}
