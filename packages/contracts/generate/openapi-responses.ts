import type * as z from 'zod/mini';
import type { EndpointContract, ResponseContract } from '../src/contracts/contract.ts';
import { problemType } from '../src/contracts/problem.ts';
import { pascal } from './names.ts';
import { hasEtag, type Json, type Parts } from './openapi-parameters.ts';
import { type OperationProblem, problemsOf } from './problems.ts';

/** Every answer of an operation by status: what it promises, 304 where it gives an ETag, every problem. */
export function responsesOf(endpoint: EndpointContract, parts: Parts): Json {
  const promised = Object.entries(endpoint.responses).map(([status, response]) => [
    status,
    promisedResponse(endpoint, Number(status), response, parts),
  ]);
  const notModified = hasEtag(endpoint) ? [['304', notModifiedResponse(parts)]] : [];
  const byStatus = Map.groupBy(problemsOf(endpoint), ({ status }) => status);
  const problems = [...byStatus].map(([status, same]) => [String(status), problemResponse(status, same, parts)]);
  const all = Object.fromEntries([...problems, ...notModified, ...promised]) as Json;
  if (Object.keys(all).length !== problems.length + notModified.length + promised.length) {
    throw new Error(`${endpoint.owner} ${endpoint.name} has an answer and a problem with the same status.`);
  }
  return all;
}

function promisedResponse(endpoint: EndpointContract, status: number, response: ResponseContract, parts: Parts): Json {
  const { description, body, headers: declared = [] } = response;
  const replayed = endpoint.idempotencyKey === undefined ? [] : ['idempotency-replayed'];
  const goes = endpoint.deprecated === undefined ? [] : ['deprecation', 'sunset', 'link'];
  const kept = endpoint.cache === undefined || status !== 200 ? [] : ['cache-control'];
  return {
    description,
    headers: headersOf([...declared, ...kept, ...replayed, ...goes], parts),
    ...(body === undefined ? {} : { content: { 'application/json': content(endpoint, status, body, parts) } }),
  };
}

/** The example is of the usual answer. */
function content(endpoint: EndpointContract, status: number, body: z.ZodMiniType, parts: Parts): Json {
  const schema = parts.schemas.share(parts.output(body));
  const named = '$ref' in schema ? schema : parts.schemas.add(`${endpoint.name}Response`, schema);
  return { schema: named, ...(status < 300 ? { example: endpoint.example.response } : {}) };
}

function notModifiedResponse(parts: Parts): Json {
  return sharedResponse('NotModified', parts, {
    description: 'The version in If-None-Match is still current',
    headers: headersOf(['etag'], parts),
  });
}

function problemResponse(status: number, problems: readonly OperationProblem[], parts: Parts): Json {
  const [first, ...others] = problems;
  const retry = problems.some(({ retryAfterSeconds }) => retryAfterSeconds !== undefined) ? ['retry-after'] : [];
  const response = {
    description: problems.map(({ title }) => title).join(', or: '),
    headers: namedHeaders(
      ['problem-link', ...retry, 'problem-correlation-id', 'problem-request-id', 'problem-traceparent'],
      parts,
    ),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [parts.schemas.ref('ProblemDetails')],
          properties: { type: { enum: problems.map(({ code }) => problemType(code)) }, status: { const: status } },
        },
        examples: Object.fromEntries(problems.map((problem) => [problem.code, exampleOf(problem)])),
      },
    },
  };
  return first !== undefined && others.length === 0 ? sharedResponse(pascal(first.code), parts, response) : response;
}

const exampleOf = ({ code, status, title }: OperationProblem): Json => ({
  summary: title,
  value: { type: problemType(code), title, status },
});

function sharedResponse(name: string, parts: Parts, response: Json): Json {
  parts.responses.set(name, response);
  return { $ref: `#/components/responses/${name}` };
}

/** Headers of every answer of a service, and those that this one carries besides. */
function headersOf(names: readonly string[], parts: Parts): Json {
  return namedHeaders([...names, 'x-correlation-id', 'x-request-id', 'traceparent'], parts);
}

const namedHeaders = (names: readonly string[], parts: Parts): Json =>
  Object.fromEntries(names.map((name) => [headerTitle(name), sharedHeader(name, parts)]));

function sharedHeader(name: string, parts: Parts): Json {
  const header = HEADERS[name];
  if (header === undefined) throw new Error(`The header ${name} of an answer has no description.`);
  const key = pascal(name);
  parts.headers.set(key, header);
  return { $ref: `#/components/headers/${key}` };
}

const HEADERS: Readonly<Record<string, Json>> = {
  etag: {
    description: 'The version of the resource: for If-None-Match, and for If-Match if a change requires it',
    required: true,
    schema: { type: 'string', pattern: '^"[^"]{1,64}"$' },
  },
  location: {
    description: 'The path of the created resource, without host',
    required: true,
    schema: { type: 'string', format: 'uri-reference' },
  },
  'retry-after': {
    description: 'Present if the same request may succeed after so many seconds. Without it the answer is final',
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  'idempotency-replayed': {
    description: 'Present if the request had its effect before, and this is the same answer again',
    schema: { type: 'string', const: 'true' },
  },
  deprecation: {
    description: 'Since when the version is deprecated (RFC 9745): seconds since 1970',
    required: true,
    schema: { type: 'string', pattern: '^@[0-9]+$' },
  },
  sunset: {
    description: 'Until when the version is there (RFC 8594)',
    required: true,
    schema: { type: 'string' },
  },
  link: {
    description:
      'The same resource in the version that replaces this one, rel="successor-version", and what people should know, rel="deprecation"',
    required: true,
    schema: { type: 'string' },
  },
  'x-correlation-id': {
    description: 'Joins this request, its events and their logs',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  },
  'x-request-id': {
    description: 'Names this request: as its caller does, or as API Gateway does in its access log',
    required: true,
    schema: { type: 'string' },
  },
  'cache-control': {
    description: 'For how long this may be shown again, to anybody (RFC 9111, RFC 5861)',
    required: true,
    schema: { type: 'string' },
  },
  'cache-status': {
    description: 'Whether a service was asked for this, and why (RFC 9211): `dure; hit; ttl=9`, `dure; fwd=miss`',
    required: true,
    schema: { type: 'string' },
  },
  age: {
    description: 'How old the oldest part of this is, in seconds (RFC 9111)',
    required: true,
    schema: { type: 'string', pattern: '^[0-9]+$' },
  },
  traceparent: {
    description: 'W3C Trace Context of this request',
    required: true,
    schema: { type: 'string', pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' },
  },
  'problem-link': {
    description: 'The page that explains the problem: rel="help". Missing where no documentation is served',
    schema: { type: 'string' },
  },
  'problem-correlation-id': {
    description: 'Joins this request and its logs. Returned as sent, or missing, if API Gateway rejects the request',
    schema: { type: 'string' },
  },
  'problem-request-id': {
    description: 'Names this request. Returned as sent, or missing, if API Gateway rejects the request',
    schema: { type: 'string' },
  },
  'problem-traceparent': {
    description: 'W3C Trace Context of this request. Missing if API Gateway rejects the request',
    schema: { type: 'string', pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' },
  },
};

const headerTitle = (name: string): string =>
  ({
    ...{
      etag: 'ETag',
      location: 'Location',
      'idempotency-replayed': 'Idempotency-Replayed',
      'retry-after': 'Retry-After',
      'cache-control': 'Cache-Control',
      'cache-status': 'Cache-Status',
      age: 'Age',
      deprecation: 'Deprecation',
      sunset: 'Sunset',
      link: 'Link',
    },
    ...{ 'problem-link': 'Link', 'problem-correlation-id': 'x-correlation-id', 'problem-traceparent': 'traceparent' },
    'problem-request-id': 'x-request-id',
  })[name] ?? name;
