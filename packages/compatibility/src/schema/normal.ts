import { isObject, type Schema } from './schema.ts';

/** Keywords that let no value through and keep none out. */
const ANNOTATIONS = new Set([
  ...['$schema', '$id', '$comment', '$anchor', '$vocabulary', 'title', 'description', 'default', 'deprecated'],
  ...['examples', 'example', 'readOnly', 'writeOnly', 'contentEncoding', 'contentMediaType', 'contentSchema'],
  ...['discriminator', 'xml', 'externalDocs'],
]);
/** Keywords whose values are schemas by name, one schema, or several. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const VALUES = new Set(['enum', 'const', 'required', 'dependentRequired']);

/**
 * A document without annotations, and with OpenAPI 3.0's and draft 4's `nullable` and `exclusiveMinimum: true` in the
 * words of 2020-12. Places stay where they are, so that references lead where they did.
 */
export function normal(document: Schema, tolerant = false): Schema {
  const known = documents[tolerant ? 1 : 0];
  const made = known.get(document) ?? (normalSchema(document, tolerant) as Schema);
  known.set(document, made);
  return made;
}

/** Documents are compared with many others, and share their definitions: both are made once, and never change. */
const documents = [new WeakMap<Schema, Schema>(), new WeakMap<Schema, Schema>()] as const;
const shared = [new WeakMap<Schema, Schema>(), new WeakMap<Schema, Schema>()] as const;

function normalSchema(schema: unknown, tolerant: boolean): unknown {
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).filter(([key, value]) => isKept(key, value, tolerant));
  const normalised = entries.map(([key, value]): [string, unknown] => [key, normalValue(key, value, tolerant)]);
  return nullable(exclusive(Object.fromEntries(normalised)));
}

const OTHERS = ['additionalProperties', 'unevaluatedProperties'];

const isKept = (key: string, value: unknown, tolerant: boolean): boolean =>
  !ANNOTATIONS.has(key) && !key.startsWith('x-') && !(tolerant && value === false && OTHERS.includes(key));

function normalValue(key: string, value: unknown, tolerant: boolean): unknown {
  const inner = (part: unknown) => normalSchema(part, tolerant);
  if (VALUES.has(key)) return value;
  if ((key === 'components' || key === '$defs') && isObject(value)) {
    const known = shared[tolerant ? 1 : 0];
    const made = known.get(value) ?? (key === '$defs' ? mapped(value, inner) : componentsOf(value, inner));
    known.set(value, made);
    return made;
  }
  if (MAPS.has(key) && isObject(value)) return mapped(value, inner);
  return Array.isArray(value) ? value.map(inner) : inner(value);
}

/** Of OpenAPI's parts only the schemas are schemas. */
const componentsOf = (value: Schema, inner: (part: unknown) => unknown): Schema =>
  mapped(value, (part) => (isObject(part) ? mapped(part, inner) : part));

const mapped = (value: Schema, of: (part: unknown) => unknown): Schema =>
  Object.fromEntries(Object.entries(value).map(([name, part]) => [name, of(part)]));

/** Draft 4: a flag beside the bound. */
function exclusive(schema: Schema): Schema {
  let result = schema;
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const { [flag]: set, [bound]: value, ...rest } = result;
    if (typeof set !== 'boolean') continue;
    result = { ...rest, ...(value === undefined ? {} : { [set ? flag : bound]: value }) };
  }
  return result;
}

function nullable({ nullable: set, ...schema }: Schema): Schema {
  if (set !== true) return schema;
  const { type } = schema;
  if (type === undefined) {
    const { $defs, components: parts, ...rest } = schema;
    if (Object.keys(rest).length === 0) return schema;
    return { anyOf: [rest, { type: 'null' }], ...($defs ? { $defs } : {}), ...(parts ? { components: parts } : {}) };
  }
  return { ...schema, type: [...new Set([...(Array.isArray(type) ? (type as unknown[]) : [type]), 'null'])] };
}
