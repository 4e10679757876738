import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { Call } from './call.ts';
import { isWellFormed, MAX_LEVELS } from './check.ts';
import type { EndpointContract } from '../contracts/contract.ts';
import { fieldError, fieldErrors, HttpProblem, invalidRequest, shortened } from '../contracts/problem.ts';
import type { Table } from './table.ts';

type FieldError = ReturnType<typeof fieldError>;

// zod/mini has no messages of its own, but a client needs them.
z.config(en());

/** What a schema makes of a value; undefined without a schema. */
export type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

/** A request that fulfils its endpoint's contract. */
export interface Request<E extends EndpointContract = EndpointContract> {
  readonly params: Output<E['params']>;
  readonly query: Output<E['query']>;
  readonly body: Output<E['body']>;
  /** The entity tag of `If-Match`, without its quotes; empty when the header is optional and missing. */
  readonly ifMatch: string;
  readonly idempotencyKey: string | undefined;
  /** What the signature of a webhook covers: the body as it came, and the headers that the contract names. */
  readonly signed: E['webhook'] extends object ? Signed : undefined;
}

interface Signed {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Header names are in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

export interface Incoming {
  readonly event: APIGatewayProxyEvent;
  readonly headers: Headers;
  readonly call: Call;
  /** With whose data the caller may do it: see `admit`. */
  readonly reach: 'any' | 'own';
  /** Undefined when the API has none. */
  readonly table: Table | undefined;
}

const DEFAULT_MAX_BODY_BYTES = 64 * 1024;

const NO_QUERY = z.strictObject({});

/** Parses a request by its contract. Throws an {@link HttpProblem} that names every bad field. */
export function parseRequest<E extends EndpointContract>(endpoint: E, { event, headers }: Incoming): Request<E> {
  const errors: FieldError[] = [];
  const check = (where: FieldError['in'], schema: z.ZodMiniType | undefined, value: unknown) => {
    if (schema === undefined) return undefined;
    const result = z.safeParse(schema, value);
    if (!result.success) errors.push(...fieldErrors(where, result.error.issues));
    else if (!isWellFormed(result.data)) errors.push(...illFormed(where, result.data));
    return result.data;
  };
  const { webhook } = endpoint;
  const request = {
    params: check('path', endpoint.params, decodeParams(event.pathParameters, errors)),
    query: check('query', endpoint.query ?? NO_QUERY, event.queryStringParameters ?? {}),
    body: endpoint.body && check('body', endpoint.body, readBody(endpoint, event, headers)),
    idempotencyKey: readIdempotencyKey(endpoint, headers, errors),
    ifMatch: readIfMatch(endpoint, headers, errors),
    signed: webhook && { body: rawBody(event), headers: readSigned(webhook.headers, headers, errors) },
  };
  errors.push(...repeated(endpoint, event));
  if (errors.length > 0) throw invalidRequest(errors);
  return request as Request<E>;
}

/** JSON can escape a lone surrogate, but it is not a character: it could neither be stored nor sent on. */
function illFormed(where: FieldError['in'], value: unknown, path: readonly PropertyKey[] = []): FieldError[] {
  const isWhole = typeof value !== 'object' || value === null;
  if (isWhole ? !isWellFormed(value) : path.length === MAX_LEVELS)
    return [fieldError(where, path, `must be well-formed Unicode, ${MAX_LEVELS} levels deep at most`)];
  if (isWhole) return [];
  const keyOf = (key: string) => (Array.isArray(value) ? Number(key) : key);
  return Object.entries(value).flatMap(([key, part]) =>
    illFormed(where, key.isWellFormed() ? part : key, [...path, keyOf(key)]),
  );
}

export function lowerCase(headers: APIGatewayProxyEvent['headers'] | null): Headers {
  const named: Record<string, string | undefined> = Object.create(null);
  for (const name in headers) named[name.toLowerCase()] = headers[name];
  return named;
}

/** API Gateway passes path parameters on as they are in the URL. */
function decodeParams(params: APIGatewayProxyEvent['pathParameters'], errors: FieldError[]): Record<string, string> {
  const decoded: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(params ?? {})) {
    try {
      decoded[name] = decodeURIComponent(value);
    } catch {
      decoded[name] = value;
      errors.push(fieldError('path', [name], 'must be percent-encoded UTF-8'));
    }
  }
  return decoded;
}

/** Query parameters and significant headers that came more than once: which value counts would be a guess. */
function repeated({ idempotencyKey, ifMatch, webhook }: EndpointContract, event: APIGatewayProxyEvent): FieldError[] {
  const once = (where: FieldError['in'], name: string) => fieldError(where, [name], 'may appear only once');
  const query = Object.entries(event.multiValueQueryStringParameters ?? {})
    .filter(([, values = []]) => values.length > 1)
    .map(([name]) => once('query', name));
  const all = Object.entries(event.multiValueHeaders ?? {});
  const headers = [...(idempotencyKey ? ['Idempotency-Key'] : []), ...(ifMatch ? ['If-Match'] : [])]
    .concat(webhook?.headers ?? [])
    .filter((name) => {
      const same = all.filter(([key]) => key.toLowerCase() === name.toLowerCase());
      return same.flatMap(([, values = []]) => values).length > 1;
    })
    .map((name) => once('header', name));
  return [...query, ...headers];
}

const rawBody = ({ body, isBase64Encoded }: APIGatewayProxyEvent): string =>
  isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');

function readBody({ maxBodyBytes }: EndpointContract, event: APIGatewayProxyEvent, headers: Headers): unknown {
  const raw = rawBody(event);
  const limit = maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  if (Buffer.byteLength(raw) > limit) {
    throw new HttpProblem('body-too-large', `The body may have ${limit} bytes at most.`);
  }
  if (raw.trim() === '') return undefined;
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json') {
    const detail = `Send the body as application/json, not as ${shortened(type) || 'nothing'}.`;
    throw new HttpProblem('unsupported-media-type', detail);
  }
  try {
    return JSON.parse(raw);
  } catch (error) {
    throw new HttpProblem('invalid-json', error instanceof Error ? error.message : undefined);
  }
}

const headerError = (name: string, detail: string) => fieldError('header', [name], detail);

/** Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
function readIdempotencyKey(endpoint: EndpointContract, headers: Headers, errors: FieldError[]): string | undefined {
  if (endpoint.idempotencyKey === undefined) return undefined;
  const key = headers['idempotency-key'];
  if (key === undefined && endpoint.idempotencyKey === 'required') {
    errors.push(headerError('Idempotency-Key', 'is required: a key of your own for this one request'));
  } else if (key !== undefined && !/^[\x21-\x7e]{1,128}$/.test(key)) {
    errors.push(headerError('Idempotency-Key', 'must be 1 to 128 visible ASCII characters without spaces'));
  }
  return key;
}

/** Source: https://www.rfc-editor.org/rfc/rfc9110#name-if-match */
function readIfMatch(endpoint: EndpointContract, headers: Headers, errors: FieldError[]): string {
  const value = headers['if-match'];
  if (endpoint.ifMatch === undefined) return '';
  if (value === undefined) {
    if (endpoint.ifMatch === 'optional') return '';
    throw new HttpProblem('precondition-required', 'Send If-Match with the ETag you read.');
  }
  const tag = /^(?:W\/)?"([^"]{1,64})"$/.exec(value.trim());
  if (tag === null) errors.push(headerError('If-Match', 'must be the ETag of the response you read, in double quotes'));
  return tag?.[1] ?? '';
}

function readSigned(names: readonly string[], headers: Headers, errors: FieldError[]): Record<string, string> {
  for (const name of names) {
    if (!headers[name]) errors.push(headerError(name, 'is required: the signature is made with it'));
  }
  return Object.fromEntries(names.map((name) => [name, headers[name] ?? '']));
}
