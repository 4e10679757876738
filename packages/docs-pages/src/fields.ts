import type { Json, JsonObject } from './documents.ts';

export interface Field {
  /** `lines.quantity`: arrays are passed through. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** Deeper fields are in the schema, and would not be read in a table. */
const MAX_DEPTH = 4;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of a message's data, one a line, in the schema's order. */
export function fieldsOf(schema: JsonObject): Field[] {
  return below(schema, schema, '', 0);
}

function below(root: JsonObject, given: JsonObject, before: string, depth: number): Field[] {
  const schema = resolved(root, given);
  const items = schema['items'];
  if (isObject(items)) return below(root, items, before, depth);
  const { properties, required } = schema;
  if (!isObject(properties) || depth === MAX_DEPTH) return [];
  const needed = Array.isArray(required) ? (required as readonly Json[]) : [];
  return Object.entries(properties).flatMap(([name, value]) => {
    const property = isObject(value) ? resolved(root, value) : {};
    const path = before === '' ? name : `${before}.${name}`;
    const { description = '' } = property;
    const field = {
      path,
      type: typeOf(root, property),
      required: needed.includes(name),
      description: String(description),
    };
    return [field, ...below(root, property, path, depth + 1)];
  });
}

/** Follows a reference into the schema itself, with what stands beside it. */
function resolved(root: JsonObject, schema: JsonObject): JsonObject {
  const { $ref, ...beside } = schema;
  if (typeof $ref !== 'string' || !$ref.startsWith('#/')) return schema;
  const target = $ref
    .slice(2)
    .split('/')
    .reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), root);
  return isObject(target) ? { ...resolved(root, target), ...beside } : beside;
}

function typeOf(root: JsonObject, schema: JsonObject): string {
  const { type, enum: values, const: constant, format, items, anyOf, oneOf } = schema;
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(values)) return values.map((value: Json) => JSON.stringify(value)).join(' | ');
  const either = anyOf ?? oneOf;
  if (Array.isArray(either)) {
    return [...new Set(either.map((each: Json) => (isObject(each) ? typeOf(root, resolved(root, each)) : '')))].join(
      ' | ',
    );
  }
  if (type === 'array') return `${isObject(items) ? typeOf(root, resolved(root, items)) : 'any'}[]`;
  const plain = Array.isArray(type) ? type.join(' | ') : typeof type === 'string' ? type : 'any';
  return typeof format === 'string' ? `${plain} (${format})` : plain;
}
