import { randomUUID } from 'node:crypto';
import type { EndpointContract } from '@dure/contracts/contract';
import * as z from 'zod/mini';

/** A request as it is sent. */
export interface RawRequest {
  readonly method: string;
  /** Including the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A valid request with one fault, and the expected rejection. */
export interface BadRequest {
  readonly fault: string;
  readonly request: RawRequest;
  readonly status: number;
  readonly code: string;
  /** The field that the answer must name, or one within it. */
  readonly field?: string;
}

/** Existing values for a valid request. */
export interface Known {
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly etag: string;
}

type Fields = Readonly<Record<string, unknown>>;

const DEFAULT_MAX_BYTES = 64 * 1024;
const invalid = { status: 400, code: 'invalid-request' };

/** Everything that can be wrong with a request to an endpoint, derived from its contract. */
export function badRequests(endpoint: EndpointContract, known: Known): BadRequest[] {
  const good = goodRequest(endpoint, known);
  return [
    ...badParams(endpoint, known),
    ...badQueries(endpoint, good),
    ...badHeaders(endpoint, good),
    ...(endpoint.body === undefined ? [] : [...badBodies(endpoint, good), ...badFields(endpoint, good, known.body)]),
  ];
}

export function goodRequest(endpoint: EndpointContract, { params, body, etag }: Known): RawRequest {
  const path = endpoint.fullPath.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const headers = {
    ...(endpoint.body && { 'content-type': 'application/json' }),
    ...(endpoint.idempotencyKey && { 'idempotency-key': randomUUID() }),
    ...(endpoint.ifMatch === 'required' && { 'if-match': `"${etag}"` }),
    ...Object.fromEntries((endpoint.webhook?.headers ?? []).map((name) => [name, 'x'])),
  };
  return { method: endpoint.method, path, headers, body: endpoint.body && JSON.stringify(body) };
}

/** No id, SKU or name has an exclamation mark or 300 characters. */
function badParams(endpoint: EndpointContract, known: Known): BadRequest[] {
  return Object.keys(endpoint.example.params ?? {}).flatMap((name) =>
    ['not!right', 'x'.repeat(300)].map((value) => ({
      fault: `${name} is ${value.slice(0, 10)}`,
      request: goodRequest(endpoint, { ...known, params: { ...known.params, [name]: value } }),
      ...invalid,
      field: name,
    })),
  );
}

function badQueries(endpoint: EndpointContract, good: RawRequest): BadRequest[] {
  const ask = (query: string) => ({ ...good, path: `${good.path}?${query}` });
  const unknown = { fault: 'an unknown parameter', request: ask('colour=red'), ...invalid, field: 'colour' };
  if (endpoint.query === undefined) return [unknown];
  const names = Object.keys(propertiesOf(endpoint.query));
  const values = (name: string) => (name === 'cursor' || name === 'limit' ? ['!', ''] : ['\u0000', 'x'.repeat(300)]);
  return [
    unknown,
    ...names.flatMap((name) =>
      values(name).map((value) => ({
        fault: `${name} is ${JSON.stringify(value.slice(0, 10))}`,
        request: ask(`${name}=${encodeURIComponent(value)}`),
        ...invalid,
        field: name,
      })),
    ),
    ...names.map((name) => ({ fault: `${name} twice`, request: ask(`${name}=1&${name}=1`), ...invalid, field: name })),
  ];
}

function badHeaders(endpoint: EndpointContract, good: RawRequest): BadRequest[] {
  const { 'idempotency-key': _key, 'if-match': _match, ...rest } = good.headers;
  const found: BadRequest[] = (endpoint.webhook?.headers ?? []).map((name) => {
    const headers = Object.fromEntries(Object.entries(good.headers).filter(([given]) => given !== name));
    return { fault: `no ${name}`, request: { ...good, headers }, ...invalid, field: name };
  });
  if (endpoint.idempotencyKey !== undefined) {
    const request = { ...good, headers: { ...good.headers, 'idempotency-key': 'k'.repeat(129) } };
    found.push({ fault: 'a key too long', request, ...invalid, field: 'Idempotency-Key' });
  }
  if (endpoint.idempotencyKey === 'required') {
    found.push({ fault: 'no key', request: { ...good, headers: rest }, ...invalid, field: 'Idempotency-Key' });
  }
  if (endpoint.ifMatch === 'required') {
    const request = { ...good, headers: rest };
    found.push({ fault: 'no If-Match', request, status: 428, code: 'precondition-required' });
  }
  if (endpoint.ifMatch !== undefined) {
    const tagged = (tag: string) => ({ ...good, headers: { ...good.headers, 'if-match': tag } });
    found.push(
      { fault: 'If-Match without quotes', request: tagged('1'), ...invalid, field: 'If-Match' },
      { fault: 'a stale If-Match', request: tagged('"stale"'), status: 412, code: 'precondition-failed' },
    );
  }
  return found;
}

function badBodies(endpoint: EndpointContract, good: RawRequest): BadRequest[] {
  const limit = endpoint.maxBodyBytes ?? DEFAULT_MAX_BYTES;
  const typed = (type: string) => ({ ...good, headers: { ...good.headers, 'content-type': type } });
  return [
    { fault: 'no JSON', request: { ...good, body: '{"a":' }, status: 400, code: 'invalid-json' },
    { fault: 'a list', request: { ...good, body: '[]' }, ...invalid, field: '' },
    { fault: 'null', request: { ...good, body: 'null' }, ...invalid, field: '' },
    { fault: 'an empty text', request: { ...good, body: '""' }, ...invalid, field: '' },
    { fault: 'text', request: typed('text/plain'), status: 415, code: 'unsupported-media-type' },
    {
      fault: 'a form',
      request: typed('application/x-www-form-urlencoded'),
      status: 415,
      code: 'unsupported-media-type',
    },
    {
      fault: 'too large',
      request: { ...good, body: JSON.stringify({ filling: 'x'.repeat(limit) }) },
      status: 413,
      code: 'body-too-large',
    },
  ];
}

/** Each field missing, of another type and null; and an unknown field. */
function badFields(endpoint: EndpointContract, good: RawRequest, body: unknown): BadRequest[] {
  const fields = body as Fields;
  const required = requiredOf(endpoint.body);
  const bad = (fault: string, field: string, changed: Fields): BadRequest => ({
    fault,
    request: { ...good, body: JSON.stringify(changed) },
    ...invalid,
    field,
  });
  return [
    // Messages from other systems may have more fields than are read.
    ...(isClosed(endpoint.body) ? [bad('an unknown field', 'colour', { ...fields, colour: 'red' })] : []),
    ...required.map((name) => bad(`${name} missing`, name, { ...fields, [name]: undefined })),
    ...Object.keys(fields).flatMap((name) => [
      bad(`${name} of another type`, name, { ...fields, [name]: otherType(fields[name]) }),
      bad(`${name} null`, name, { ...fields, [name]: null }),
    ]),
  ];
}

const otherType = (value: unknown): unknown => (typeof value === 'string' ? 17 : 'not this');

interface JsonObject {
  readonly additionalProperties?: unknown;
  readonly properties?: Fields;
  readonly required?: readonly string[];
}

const jsonSchemaOf = (schema: z.ZodMiniType): JsonObject =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;

const propertiesOf = (schema: z.ZodMiniType) => jsonSchemaOf(schema).properties ?? {};
const isClosed = (schema: z.ZodMiniType | undefined) =>
  schema !== undefined && jsonSchemaOf(schema).additionalProperties === false;
const requiredOf = (schema: z.ZodMiniType | undefined) => (schema && jsonSchemaOf(schema).required) ?? [];
