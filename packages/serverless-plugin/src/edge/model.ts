import * as z from 'zod/mini';

type Schema = z.core.$ZodType;
type JsonSchema = { [keyword: string]: unknown };

/**
 * The keywords of draft 4 that a model keeps. Annotations and formats are left out, because only keywords with the same
 * meaning stay.
 */
const KEPT = new Set([
  ...['$ref', 'definitions', 'type', 'enum', 'allOf', 'anyOf'],
  ...['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  ...['items', 'additionalItems', 'minItems', 'maxItems'],
  ...['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'multipleOf'],
]);

/** Regular expression syntax that is newer than API Gateway's validator: look-behind, `\p`, `\u{…}`. */
const MODERN_SYNTAX = /\(\?<|\\p\{|\\u\{|\\k</i;

/**
 * The JSON Schema, draft 4, by which API Gateway checks the body before the function does. It never rejects what the
 * contract accepts; the function checks what draft 4 cannot express. Undefined for an optional body, which no schema
 * can express.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
export function requestModel(body: Schema): JsonSchema | undefined {
  if (mayBeMissing(body)) return undefined;
  const schema = z.toJSONSchema(body, {
    target: 'draft-04',
    io: 'input',
    unrepresentable: 'any',
    metadata: z.registry(),
    override: ({ zodSchema, jsonSchema }) => {
      if (isLooserThanItSays(zodSchema)) for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword];
      if (hasFlags(zodSchema)) {
        delete jsonSchema.pattern;
        delete jsonSchema.allOf;
      }
      loosenMissing(zodSchema, jsonSchema);
    },
  });
  return { $schema: 'http://json-schema.org/draft-04/schema#', ...loosen(schema) };
}

/** Schemas that accept more than their JSON Schema from zod. */
function isLooserThanItSays(schema: Schema): boolean {
  const { type, coerce, checks = [] } = schema._zod.def as z.core.$ZodTypeDef & { coerce?: boolean };
  // Checks that change the value, such as trim, pass a different value to the checks after them.
  const overwrites = checks.some((check) => check._zod.def.check === 'overwrite');
  return (
    coerce === true ||
    overwrites ||
    type === 'catch' ||
    type === 'intersection' ||
    (type === 'pipe' && isTransform(schema))
  );
}

/** Whether a function changes the value before a schema reads it. */
const isTransform = (schema: Schema): boolean =>
  (schema._zod.def as z.core.$ZodPipeDef).in._zod.def.type === 'transform';

/** Zod's JSON Schema requires some fields and items without which the contract accepts the value: it fills them in. */
function loosenMissing(schema: Schema, jsonSchema: JsonSchema): void {
  const { type } = schema._zod.def;
  if (type === 'object' && Array.isArray(jsonSchema['required'])) {
    const { shape } = schema._zod.def as z.core.$ZodObjectDef;
    const required = (jsonSchema['required'] as string[]).filter((field) => !mayBeMissing(shape[field]));
    if (required.length > 0) jsonSchema['required'] = required;
    else delete jsonSchema['required'];
  }
  if (type === 'tuple' && (schema._zod.def as z.core.$ZodTupleDef).items.some(mayBeMissing))
    delete jsonSchema['minItems'];
}

function mayBeMissing(schema: Schema | undefined): boolean {
  try {
    return schema === undefined || z.safeParse(schema, undefined).success;
  } catch {
    return true; // A transform that expects a value, or one that is asynchronous, says nothing.
  }
}

function hasFlags(schema: Schema): boolean {
  const parts = [schema, ...(schema._zod.def.checks ?? [])];
  return parts.some((part) => ((part._zod.def as { pattern?: RegExp }).pattern?.flags ?? '') !== '');
}

function loosen(schema: JsonSchema): JsonSchema {
  const loose: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) Object.assign(loose, loosenKeyword(keyword, value));
  return loose;
}

function loosenKeyword(keyword: string, value: unknown): JsonSchema {
  switch (keyword) {
    case 'properties':
    case 'definitions':
      return { [keyword]: mapValues(value as JsonSchema) };
    case 'allOf':
    case 'anyOf':
      return { [keyword]: (value as JsonSchema[]).map(loosen) };
    case 'oneOf':
      // The loosened alternatives accept more, so two of them may match.
      return { anyOf: (value as JsonSchema[]).map(loosen) };
    case 'items':
    case 'additionalItems':
    case 'additionalProperties':
      return { [keyword]: loosenAny(value) };
    case 'type':
      // In draft 4, 2.0 is not an integer; in the contract it equals 2.
      return value === 'integer' ? { type: 'number', multipleOf: 1 } : { type: value };
    case 'multipleOf':
      // Validators divide in binary: 19.99 is no multiple of 0.01 to them.
      return Number.isInteger(value) ? { multipleOf: value } : {};
    case 'pattern':
      return MODERN_SYNTAX.test(value as string) ? {} : { pattern: value };
    default:
      return KEPT.has(keyword) ? { [keyword]: value } : {};
  }
}

function loosenAny(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(loosenAny);
  return typeof value === 'object' && value !== null ? loosen(value as JsonSchema) : value;
}

const mapValues = (schemas: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, loosenAny(schema)]));
