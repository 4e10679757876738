import type * as z from 'zod/mini';
import type { EndpointContract } from '../src/contracts/contract.ts';
import { Traceparent } from '../src/contracts/envelope.ts';
import { Uuid } from '../src/contracts/values.ts';
import type { JsonSchema, SharedSchemas } from './json-schema.ts';

export type Json = Record<string, unknown>;

/** The parts of a document that operations share, filled while its operations are made. */
export interface Parts {
  readonly schemas: SharedSchemas;
  readonly input: (schema: z.ZodMiniType) => JsonSchema;
  readonly output: (schema: z.ZodMiniType) => JsonSchema;
  readonly parameters: Map<string, Json>;
  readonly headers: Map<string, Json>;
  readonly responses: Map<string, Json>;
}

/** An operation's path, query and header parameters. */
export function parametersOf(endpoint: EndpointContract, parts: Parts): Json[] {
  return [
    ...fields(endpoint, 'path', parts),
    ...fields(endpoint, 'query', parts),
    ...(endpoint.webhook?.headers ?? []).map(signatureHeader),
    ...headerNames(endpoint).map((name) => shared(name, parts)),
  ];
}

function fields(endpoint: EndpointContract, where: 'path' | 'query', parts: Parts): Json[] {
  const schema = where === 'path' ? endpoint.params : endpoint.query;
  if (schema === undefined) return [];
  const { properties, required } = parts.schemas.share(writtenOut(parts.input(schema))) as {
    properties: Record<string, JsonSchema>;
    required?: string[];
  };
  const examples = where === 'path' ? endpoint.example.params : endpoint.example.query;
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    ...(description === undefined ? {} : { description }),
    required: where === 'path' || (required?.includes(name) ?? false),
    schema: property,
    ...(examples?.[name] === undefined ? {} : { example: examples[name] }),
  }));
}

/** A schema that a source file exports is a reference to it; parameters are listed one by one. */
function writtenOut(schema: JsonSchema): JsonSchema {
  const { $ref, $defs = {} } = schema as { $ref?: string; $defs?: Record<string, JsonSchema> };
  if ($ref === undefined) return schema;
  const { [$ref.replace('#/$defs/', '')]: own, ...others } = $defs;
  return { ...own, $defs: others };
}

const signatureHeader = (name: string): Json => ({
  name,
  in: 'header',
  description: 'Part of the signature over the body as it is sent',
  required: true,
  schema: { type: 'string', minLength: 1 },
});

function headerNames(endpoint: EndpointContract): string[] {
  const key = { required: ['IdempotencyKey'], optional: ['OptionalIdempotencyKey'] };
  const match = { required: ['IfMatch'], optional: ['OptionalIfMatch'] };
  return [
    ...(endpoint.idempotencyKey ? key[endpoint.idempotencyKey] : []),
    ...(endpoint.ifMatch ? match[endpoint.ifMatch] : []),
    ...(hasEtag(endpoint) ? ['IfNoneMatch'] : []),
    'Traceparent',
    'CorrelationId',
    'RequestId',
  ];
}

/** Whether the answer may be 304. */
export const hasEtag = ({ method, responses }: EndpointContract): boolean =>
  method === 'GET' && (responses[200]?.headers?.includes('etag') ?? false);

function shared(name: string, parts: Parts): Json {
  if (!parts.parameters.has(name)) parts.parameters.set(name, { in: 'header', ...headerParameter(name, parts) });
  return { $ref: `#/components/parameters/${name}` };
}

const ifMatch = {
  name: 'If-Match',
  description: 'The ETag of the response you read; refused when the resource has changed since',
  schema: { type: 'string', pattern: '^\\s*(?:W/)?"[^"]{1,64}"\\s*$' },
  example: '"3"',
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  description: 'A key of your own for this one request: sent again with the same body, it has its effect once',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
  example: '5f0c6c0e-0c1b-4a53-9d3e-2f5b8e6f7a10',
};

function headerParameter(name: string, parts: Parts): Json {
  switch (name) {
    case 'IdempotencyKey':
      return { ...idempotencyKey, required: true };
    case 'OptionalIdempotencyKey':
      return { ...idempotencyKey, required: false };
    case 'IfMatch':
      return { ...ifMatch, required: true };
    case 'OptionalIfMatch':
      return { ...ifMatch, required: false };
    case 'IfNoneMatch':
      return {
        name: 'If-None-Match',
        description: 'The ETag that you have; answered with 304 while it holds',
        required: false,
        schema: { type: 'string' },
        example: '"3"',
      };
    case 'Traceparent':
      return {
        name: 'traceparent',
        description: 'W3C Trace Context, which the answer and every event continue; an invalid value is ignored',
        required: false,
        schema: parts.schemas.share(parts.input(Traceparent)),
        example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      };
    case 'RequestId':
      return {
        name: 'x-request-id',
        description: 'A name of your own for this request, which its answer and its log repeat; made for any other',
        required: false,
        schema: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,128}$' },
        example: 'checkout-7f3a',
      };
    default:
      return {
        name: 'x-correlation-id',
        description: 'Joins requests, events and logs that belong together; replaced if it is not a UUID',
        required: false,
        schema: parts.schemas.share(parts.input(Uuid)),
        example: '01890a5d-ac96-7b2d-8c1e-5f0a4d7b3c6e',
      };
  }
}
