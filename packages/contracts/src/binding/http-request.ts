import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { EndpointContract } from '../contracts/contract.ts';
import {
  fieldError,
  fieldErrors,
  type FieldError,
  HttpProblem,
  invalidRequest,
  shortened,
} from '../contracts/problem.ts';
import { isWellFormed } from './well-formed.ts';

// zod/mini comes without sentences; a client is owed them.
z.config(en());

type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

/** A request that holds its endpoint's contract. */
export interface Request<E extends EndpointContract = EndpointContract> {
  readonly params: Output<E['params']>;
  readonly query: Output<E['query']>;
  readonly body: Output<E['body']>;
  /** The entity tag that `If-Match` asks for, without its quotes; empty when it may be left out and was. */
  readonly ifMatch: string;
  readonly idempotencyKey: string | undefined;
  /** What the signature of a webhook is over: the body as it came, and the headers that the contract names. */
  readonly signed: E['webhook'] extends object ? Signed : undefined;
}

export interface Signed {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The names of headers in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

export interface Incoming {
  readonly event: APIGatewayProxyEvent;
  readonly headers: Headers;
}

const DEFAULT_MAX_BODY_BYTES = 64 * 1024;

const NO_QUERY = z.strictObject({});

/** Parses a request by its contract. Throws {@link HttpProblem} that names every bad field. */
export function parseRequest<E extends EndpointContract>(endpoint: E, { event, headers }: Incoming): Request<E> {
  const errors: FieldError[] = [];
  const check = (where: FieldError['in'], schema: z.ZodMiniType | undefined, value: unknown) => {
    if (schema === undefined) return undefined;
    const result = z.safeParse(schema, value);
    if (!result.success) errors.push(...fieldErrors(where, result.error.issues));
    else if (!isWellFormed(result.data)) errors.push(...illFormed(where, result.data));
    return result.data;
  };
  const params = check('path', endpoint.params, decodeParams(event.pathParameters, errors));
  const query = check('query', endpoint.query ?? NO_QUERY, queryOf(event, errors));
  const body =
    endpoint.body === undefined ? undefined : check('body', endpoint.body, readBody(endpoint, event, headers));
  const idempotencyKey = readIdempotencyKey(endpoint, headers, errors);
  const ifMatch = readIfMatch(endpoint, headers, errors);
  const signed = endpoint.webhook && { body: rawBody(event), headers: readSigned(endpoint.webhook, headers, errors) };
  for (const name of repeated(event, endpoint)) errors.push(fieldError('header', [name], 'may stand once only'));
  if (errors.length > 0) throw invalidRequest(errors);
  return { params, query, body, idempotencyKey, ifMatch, signed } as Request<E>;
}

/** A lone surrogate, which JSON can escape, is no character: it could neither be stored nor sent on. */
function illFormed(where: FieldError['in'], value: unknown, path: readonly PropertyKey[] = []): FieldError[] {
  if (typeof value === 'string') {
    return value.isWellFormed()
      ? []
      : [fieldError(where, path, 'must be well-formed Unicode, without lone surrogates')];
  }
  if (typeof value !== 'object' || value === null) return [];
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

/** API Gateway hands path parameters on as they stood in the URL. */
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

/** Headers that came more than once although one value of them is heeded: which would count is nobody's guess. */
function repeated(event: APIGatewayProxyEvent, { idempotencyKey, ifMatch, webhook }: EndpointContract): string[] {
  const heeded = [...(idempotencyKey ? ['Idempotency-Key'] : []), ...(ifMatch ? ['If-Match'] : [])];
  const all = Object.entries(event.multiValueHeaders ?? {});
  return [...heeded, ...(webhook?.headers ?? [])].filter((name) => {
    const values = all.flatMap(([key, value = []]) => (key.toLowerCase() === name.toLowerCase() ? value : []));
    return values.length > 1;
  });
}

function queryOf(event: APIGatewayProxyEvent, errors: FieldError[]): Record<string, string> {
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    if ((values?.length ?? 0) > 1) errors.push(fieldError('query', [name], 'may stand once only'));
  }
  return { ...event.queryStringParameters } as Record<string, string>;
}

const rawBody = ({ body, isBase64Encoded }: APIGatewayProxyEvent): string =>
  isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');

function readBody(endpoint: EndpointContract, event: APIGatewayProxyEvent, headers: Headers): unknown {
  const raw = rawBody(event);
  const limit = endpoint.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  if (Buffer.byteLength(raw) > limit) {
    throw new HttpProblem('body-too-large', `The body may have ${limit} bytes at most.`);
  }
  if (raw.trim() === '') return undefined;
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json') {
    throw new HttpProblem(
      'unsupported-media-type',
      `Send the body as application/json, not as ${shortened(type) || 'nothing'}.`,
    );
  }
  try {
    return JSON.parse(raw);
  } catch (error) {
    throw new HttpProblem('invalid-json', error instanceof Error ? error.message : undefined);
  }
}

/** Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
function readIdempotencyKey(endpoint: EndpointContract, headers: Headers, errors: FieldError[]): string | undefined {
  const key = headers['idempotency-key'];
  if (endpoint.idempotencyKey === undefined) return undefined;
  if (key === undefined) {
    if (endpoint.idempotencyKey === 'required') {
      errors.push(fieldError('header', ['Idempotency-Key'], 'is required: a key of your own for this one request'));
    }
    return undefined;
  }
  if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
    errors.push(fieldError('header', ['Idempotency-Key'], 'must be 1 to 128 visible ASCII characters without spaces'));
  }
  return key;
}

function readSigned(webhook: { readonly headers: readonly string[] }, headers: Headers, errors: FieldError[]) {
  const values = webhook.headers.map((name) => [name, headers[name] ?? ''] as const);
  for (const [name, value] of values) {
    if (value === '') errors.push(fieldError('header', [name], 'is required: the signature is made with it'));
  }
  return Object.fromEntries(values);
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
  if (tag === null) {
    errors.push(fieldError('header', ['If-Match'], 'must be the ETag of the answer you read, in double quotes'));
  }
  return tag?.[1] ?? '';
}
