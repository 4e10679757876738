import type { Json, JsonObject } from './documents.ts';

/** AsyncAPI's own parser marks a document so when it has parsed it, and its parts by their names. */
const PARSED = { 'x-parser-spec-parsed': true, 'x-parser-api-version': 3 };
const ID = 'x-parser-unique-object-id';
const SCHEMA_ID = 'x-parser-schema-id';

/**
 * The AsyncAPI document as its component takes it without a parser: every reference replaced by what it refers to, and
 * channels, operations, messages and schemas marked by their names. The component's parser compiles schemas to code,
 * which a page without `unsafe-eval` does not let it do.
 * @throws Error for a reference that leads nowhere, and for a schema that refers to itself, which no copy can hold
 * Source: https://github.com/asyncapi/parser-js#special-extensions
 */
export function dereferenced(document: JsonObject): JsonObject {
  const named = withNames(document);
  return { ...(expand(named, named, []) as JsonObject), ...PARSED };
}

function withNames(document: JsonObject): JsonObject {
  const components = (document['components'] ?? {}) as JsonObject;
  const named = (part: Json | undefined, key = ID): JsonObject =>
    Object.fromEntries(
      Object.entries((part ?? {}) as JsonObject).map(([name, value]) => [
        name,
        { [key]: name, ...(value as JsonObject) },
      ]),
    );
  return {
    ...document,
    channels: named(document['channels']),
    operations: named(document['operations']),
    components: {
      ...components,
      messages: named(components['messages']),
      schemas: named(components['schemas'], SCHEMA_ID),
    },
  };
}

function expand(root: JsonObject, value: Json, path: readonly string[]): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => expand(root, item, path));
  const { $ref, ...beside } = value as JsonObject;
  if (typeof $ref !== 'string') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(root, item as Json, path)]));
  }
  if (path.includes($ref)) throw new Error(`${$ref} refers to itself.`);
  const target = expand(root, find(root, $ref), [...path, $ref]);
  return Object.keys(beside).length === 0
    ? target
    : { ...(target as JsonObject), ...(expand(root, beside, path) as object) };
}

function find(root: JsonObject, reference: string): Json {
  const keys = reference.replace(/^#\//, '').split('/');
  const target = keys.reduce<Json | undefined>(
    (value, key) => (value as JsonObject | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
    root,
  );
  if (target === undefined) throw new Error(`${reference} leads nowhere.`);
  return target;
}
