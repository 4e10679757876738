import type { EndpointContract } from '../src/contracts/contract.ts';
import { type Names, SharedSchemas, toJsonSchema } from './json-schema.ts';
import { goesAway } from './goes-away.ts';
import { camel } from './names.ts';
import { type Json, parametersOf, type Parts } from './openapi-parameters.ts';
import { responsesOf } from './openapi-responses.ts';
import { securityOf, securitySchemesOf } from './security.ts';
import { fieldError, problemDetails } from './problem-details.ts';

/**
 * The OpenAPI document of one service: all of its endpoints.
 * Source: https://spec.openapis.org/oas/v3.1.1.html
 *
 * @param place what references to its schemas begin with, for who puts those elsewhere
 */
export function openApi(
  owner: string,
  endpoints: readonly EndpointContract[],
  names: Names,
  version: string,
  place = '#/components/schemas/',
): Json {
  const parts = emptyParts(names, place);
  const paths = pathsOf(endpoints, parts);
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: `Dure ${owner}`,
      version,
      description: `The HTTP API of the service ${owner}. Errors are RFC 9457 problems: decide by their \`type\`.`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: serversOf(owner),
    tags: [...new Set(endpoints.map(tagOf))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: securitySchemesOf(endpoints),
      schemas: parts.schemas.all(),
      responses: sorted(parts.responses),
      parameters: sorted(parts.parameters),
      headers: sorted(parts.headers),
    },
  };
}

function emptyParts(names: Names, place: string): Parts {
  const schemas = new SharedSchemas(place);
  schemas.add('ProblemDetails', problemDetails(schemas.add('FieldError', fieldError)));
  return {
    schemas,
    input: (schema) => toJsonSchema(schema, { names, io: 'input' }),
    output: (schema) => toJsonSchema(schema, { names, io: 'output' }),
    parameters: new Map(),
    headers: new Map(),
    responses: new Map(),
  };
}

/** The same paths stand behind the local front door and behind API Gateway. */
const serversOf = (owner: string) => [
  {
    url: 'http://localhost:4000/{service}/{stage}',
    description: 'The local cloud',
    variables: { service: { default: owner, enum: [owner] }, stage: { default: 'local' } },
  },
  {
    url: 'https://{apiId}.execute-api.{region}.amazonaws.com/{stage}',
    description: 'API Gateway',
    variables: { apiId: { default: 'api-id' }, region: { default: 'us-east-1' }, stage: { default: 'dev' } },
  },
];

function pathsOf(endpoints: readonly EndpointContract[], parts: Parts): Json {
  const byPath = Map.groupBy(endpoints, ({ fullPath }) => fullPath);
  const items = [...byPath].map(([path, same]) => [
    path,
    Object.fromEntries(same.map((endpoint) => [endpoint.method.toLowerCase(), operationOf(endpoint, parts)])),
  ]) as [string, Json][];
  return Object.fromEntries(items.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function operationOf(endpoint: EndpointContract, parts: Parts): Json {
  const { name, version, summary, query } = endpoint;
  const rule = query && parts.input(query)['description'];
  const description = [
    rule === undefined ? [] : [`Of the query: ${String(rule)}.`],
    goesAway(endpoint.deprecated),
  ].flat();
  return {
    operationId: camel(name) + (version > 1 ? `V${version}` : ''),
    summary,
    ...(endpoint.deprecated && { deprecated: true }),
    // An extension of ours: what `Cache-Control` of a success says, for tools.
    ...(endpoint.cache && { 'x-cache': endpoint.cache }),
    ...(description.length > 0 && { description: description.join(' ') }),
    tags: [tagOf(endpoint)],
    security: securityOf(endpoint),
    parameters: parametersOf(endpoint, parts),
    ...requestBodyOf(endpoint, parts),
    responses: responsesOf(endpoint, parts),
  };
}

function requestBodyOf(endpoint: EndpointContract, parts: Parts): Json {
  if (endpoint.body === undefined) return {};
  const optional = endpoint.body.safeParse(undefined).success;
  const schema = parts.schemas.share(parts.input(endpoint.body));
  const named = '$ref' in schema ? schema : parts.schemas.add(`${endpoint.name}Request`, schema);
  const content = { 'application/json': { schema: named, example: endpoint.example.body } };
  return { requestBody: { required: !optional, content } };
}

/** The resource that a path begins with. */
const tagOf = ({ path }: EndpointContract): string => /^\/([a-z-]+)/.exec(path)?.[1] ?? 'other';

const sorted = (parts: ReadonlyMap<string, Json>): Json =>
  Object.fromEntries([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
