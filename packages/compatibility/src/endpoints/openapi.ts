import { list, object, resolved, type Schema } from '../schema/schema.ts';
import type { Body, EndpointSchema, Parameter, Response, SecurityRequirement } from './endpoint.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head', 'trace'];

/** The operations of an OpenAPI 3.x document, each as a document of its own. */
export function operationsOf(document: Schema): EndpointSchema[] {
  return Object.entries(object(document['paths'])).flatMap(([path, value]) => {
    const item = found(value, document);
    const methods = METHODS.filter((method) => method in item);
    return methods.map((method) => endpointOf(method.toUpperCase(), path, item, document));
  });
}

function endpointOf(method: string, path: string, item: Schema, document: Schema): EndpointSchema {
  const operation = object(item[method.toLowerCase()]);
  const body = operation['requestBody'] === undefined ? undefined : found(operation['requestBody'], document);
  const security = (operation['security'] ?? document['security']) as readonly SecurityRequirement[] | undefined;
  return {
    method,
    path,
    parameters: parametersOf(item, operation, document),
    ...(body === undefined ? {} : { request: { required: body['required'] === true, ...bodyOf(body) } }),
    responses: Object.fromEntries(
      Object.entries(object(operation['responses'])).map(([status, it]) => [status, responseOf(it, document)]),
    ),
    ...(security === undefined ? {} : { security }),
    deprecated: operation['deprecated'] === true,
    components: document['components'],
  };
}

/** Those of the path, and those of the operation in their place. */
function parametersOf(item: Schema, operation: Schema, document: Schema): Parameter[] {
  const all = [...list(item['parameters']), ...list(operation['parameters'])].map((it) => found(it, document));
  const byName = new Map(all.map((it) => [`${String(it['in'])} ${String(it['name'])}`, it]));
  return [...byName.values()].map((it) => {
    const [schema = it['schema']] = Object.values(bodyOf(it).content ?? {});
    return { ...it, schema: schema ?? {} } as unknown as Parameter;
  });
}

function responseOf(value: unknown, document: Schema): Response {
  const response = found(value, document);
  const headers = Object.entries(object(response['headers'])).map(([name, it]) => [name, found(it, document)] as const);
  const promised = headers.filter(([, it]) => it['required'] === true);
  return {
    ...bodyOf(response),
    headers: Object.fromEntries(promised.map(([name, it]) => [name, object(it['schema'])])),
  };
}

function bodyOf({ content }: Schema): Body {
  const types = Object.entries(object(content));
  return types.length === 0 ? {} : { content: Object.fromEntries(types.map(([type, it]) => [type, schemaIn(it)])) };
}

const schemaIn = (media: unknown): Schema => object(object(media)['schema']);

/** What stands there, or what the reference there leads to. */
const found = (value: unknown, document: Schema): Schema =>
  object(resolved({ schema: object(value), root: document }).schema);
