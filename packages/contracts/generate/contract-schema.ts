import { owners } from '../src/contracts/all-contracts.ts';
import type { Contract, EndpointContract } from '../src/contracts/contract.ts';
import type { JsonSchema, Names } from './json-schema.ts';
import { messageSchema } from './messages.ts';
import { exportedSchemas, nameSchemas } from './names.ts';
import { openApi } from './openapi.ts';
import type { Json } from './openapi-parameters.ts';

/** The media type and the schema of a body; neither without a body. */
interface Content {
  readonly mediaType?: string;
  readonly schema?: JsonSchema;
}

/** An endpoint as one document: OpenAPI's words, with nothing to look up but its own `$defs`. */
export interface EndpointDocument {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Json[];
  readonly request?: Content & { readonly required: boolean };
  /** By status; the headers that every such answer has. */
  readonly responses: Readonly<Record<string, Content & { readonly headers?: Readonly<Record<string, JsonSchema>> }>>;
  readonly security?: unknown;
  readonly $defs: Json;
}

/**
 * Makes the function that returns a contract's schema as one self-contained document: the JSON Schema of a message's
 * data, or an endpoint with its parameters, bodies and answers. Releases are compared by these.
 *
 * @example
 * ```ts
 * const schemaOf = await contractSchemas();
 * schemaOf(ThingChanged); // { $schema: '…/2020-12/schema', $id: 'urn:dure:schema:things:ThingChanged:1', … }
 * ```
 */
export async function contractSchemas(): Promise<(contract: Contract) => JsonSchema> {
  const names = nameSchemas(await exportedSchemas(owners));
  return (contract) =>
    contract.kind === 'endpoint'
      ? ({ ...endpointDocument(contract, names) } as JsonSchema)
      : messageSchema(contract, names);
}

function endpointDocument(endpoint: EndpointContract, names: Names): EndpointDocument {
  const { method, fullPath: path, owner } = endpoint;
  const document = openApi(owner, [endpoint], names, '', '#/$defs/');
  const components = document['components'] as Record<string, Record<string, Json>>;
  const resolve = (it: Json): Json => {
    const [, part = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(String(it['$ref'])) ?? [];
    return components[part]?.[name] ?? it;
  };
  const operation = (document['paths'] as Record<string, Record<string, Json>>)[path]![method.toLowerCase()]!;
  const body = operation['requestBody'] as Json | undefined;
  return {
    method,
    path,
    parameters: (operation['parameters'] as Json[]).map(resolve).map(comparable),
    ...(body !== undefined && { request: { required: body['required'] === true, ...contentOf(body) } }),
    responses: Object.fromEntries(
      Object.entries(operation['responses'] as Record<string, Json>).map(([status, given]) => {
        const response = resolve(given);
        const headers = Object.entries((response['headers'] ?? {}) as Record<string, Json>)
          .map(([name, header]): [string, Json] => [name, resolve(header)])
          .filter(([, header]) => header['required'] === true)
          .map(([name, header]): [string, JsonSchema] => [name, header['schema'] as JsonSchema]);
        return [
          status,
          { ...contentOf(response), ...(headers.length > 0 && { headers: Object.fromEntries(headers) }) },
        ];
      }),
    ),
    security: operation['security'] ?? document['security'],
    $defs: components['schemas'] as Json,
  };
}

/** A parameter without what only people read. */
const comparable = ({ in: where, name, required = false, schema }: Json): Json => ({
  in: where,
  name,
  required,
  schema,
});

function contentOf({ content }: Json): Content {
  const [first] = Object.entries((content ?? {}) as Record<string, Json>);
  return first === undefined ? {} : { mediaType: first[0], schema: first[1]['schema'] as JsonSchema };
}
