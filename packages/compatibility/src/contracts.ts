import { compareEndpoints, type EndpointSchema, type Parameter, type Response } from './endpoints.ts';
import { type Change, compareSchemas, type Direction, type Schema } from './schemas.ts';

/** Generated files by path, as text. */
type Files = ReadonlyMap<string, string>;

/** A change of one contract. */
export interface ContractChange extends Change {
  /** `inventory/StockReserved.v1`, `orders POST /v1/orders` */
  readonly contract: string;
}

type Part = { readonly direction: Direction; readonly schema: Schema } | { readonly endpoint: EndpointSchema };

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head', 'trace'];

/**
 * What changed between two sets of generated files, message by message and operation by operation. Adding a contract
 * is compatible, taking one away breaks. Examples and descriptions are no change.
 */
export function compareContracts(before: Files, after: Files): ContractChange[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  const contracts = [...new Set([...old.keys(), ...now.keys()])].sort();
  return contracts.flatMap((contract): ContractChange[] => {
    const [one, other] = [old.get(contract), now.get(contract)];
    if (one === undefined) return [{ contract, at: '', what: 'is new', breaking: false }];
    if (other === undefined) return [{ contract, at: '', what: 'is gone', breaking: true }];
    return compareParts(one, other).map((change) => ({ contract, ...change }));
  });
}

function compareParts(before: Part, after: Part): Change[] {
  if ('endpoint' in before && 'endpoint' in after) return compareEndpoints(before.endpoint, after.endpoint);
  if ('schema' in before && 'schema' in after) return compareSchemas(before.schema, after.schema, before.direction);
  return [];
}

function partsOf(files: Files): Map<string, Part> {
  const commands = commandsOf(files);
  const found = new Map<string, Part>();
  for (const [path, text] of files) {
    const [folder, owner = '', file] = path.split('/');
    const schema = JSON.parse(text) as Schema;
    if (folder === 'json-schema' && file !== undefined) {
      const contract = `${owner}/${file.slice(0, -'.json'.length)}`;
      found.set(contract, { direction: commands.has(contract) ? 'input' : 'output', schema });
    } else if (path === 'json-schema/envelope.json') {
      found.set('envelope', { direction: 'output', schema });
    } else if (folder === 'openapi') {
      for (const [contract, endpoint] of operationsOf(owner.slice(0, -'.json'.length), schema)) {
        found.set(contract, { endpoint });
      }
    }
  }
  return found;
}

/** Names of the messages that are sent to their owner. */
function commandsOf(files: Files): Set<string> {
  const { messages } = JSON.parse(files.get('index.json') ?? '{"messages":[]}') as {
    messages: readonly { kind: string; owner: string; name: string; major: number }[];
  };
  const commands = messages.filter(({ kind }) => kind === 'command');
  return new Set(commands.map(({ owner, name, major }) => `${owner}/${name}.v${major}`));
}

function operationsOf(owner: string, document: Schema): [contract: string, endpoint: EndpointSchema][] {
  const paths = Object.entries((document['paths'] ?? {}) as Record<string, Record<string, Schema>>);
  return paths.flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method): [string, EndpointSchema] => {
      const name = `${owner} ${method.toUpperCase()} ${path}`;
      return [name, endpointOf(method.toUpperCase(), path, item, item[method]!, document)];
    }),
  );
}

function endpointOf(
  method: string,
  path: string,
  item: Record<string, unknown>,
  operation: Schema,
  document: Schema,
): EndpointSchema {
  const find = (it: unknown): Schema => deref(it as Schema, document);
  const own = [...list(item['parameters']), ...list(operation['parameters'])].map(find);
  const body = operation['requestBody'] === undefined ? undefined : find(operation['requestBody']);
  const responses = Object.entries((operation['responses'] ?? {}) as Record<string, Schema>);
  const endpoint = {
    method,
    path,
    parameters: own.map((it) => it as unknown as Parameter),
    ...(body === undefined ? {} : { request: { required: body['required'] === true, ...contentOf(body) } }),
    responses: Object.fromEntries(responses.map(([status, it]) => [status, responseOf(find(it), find)])),
    security: operation['security'] ?? document['security'],
    deprecated: operation['deprecated'] === true,
    components: document['components'],
  };
  return endpoint;
}

function responseOf(response: Schema, find: (it: unknown) => Schema): Response {
  const headers = Object.entries((response['headers'] ?? {}) as Record<string, unknown>);
  const promised = headers.map(([name, it]): [string, Schema] => [name, find(it)]);
  const required = promised.filter(([, it]) => it['required'] === true);
  return {
    ...contentOf(response),
    headers: Object.fromEntries(required.map(([name, it]) => [name, (it['schema'] ?? {}) as Schema])),
  };
}

/** The media type and schema of a body; neither without a body. */
function contentOf({ content }: Schema): { mediaType?: string; schema?: Schema } {
  const [first] = Object.entries((content ?? {}) as Record<string, Schema>);
  return first === undefined ? {} : { mediaType: first[0], schema: (first[1]['schema'] ?? {}) as Schema };
}

function deref(schema: Schema, document: Schema): Schema {
  if (typeof schema['$ref'] !== 'string') return schema;
  const path = schema['$ref'].replace(/^#\//, '').split('/');
  return path.reduce<unknown>((it, key) => (it as Schema)[key], document) as Schema;
}

const list = (it: unknown): readonly unknown[] => (Array.isArray(it) ? it : []);
