import Draft4 from 'ajv-draft-04';
import { isObject, list } from './template.ts';
import type { Json, JsonObject } from './template.ts';

const DRAFT_4 = 'http://json-schema.org/draft-04/schema#';

/** Keywords that contain schemas: one, a list, or a map by name. */
const WITH_SCHEMAS = ['items', 'additionalItems', 'additionalProperties', 'not', 'allOf', 'anyOf', 'oneOf'];
const WITH_NAMED_SCHEMAS = ['properties', 'patternProperties', 'definitions', 'dependencies'];

/** https://json-schema.org/draft-04/draft-fge-json-schema-validation-00 */
const KEYWORDS = new Set([
  ...['$schema', '$ref', 'id', 'title', 'description', 'default', 'type', 'enum', 'format'],
  ...['multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  ...['maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems'],
  ...['maxProperties', 'minProperties', 'required'],
  ...WITH_SCHEMAS,
  ...WITH_NAMED_SCHEMAS,
]);

/** Why a value is not a draft 4 JSON Schema; undefined if it is. */
export function draft4Problem(schema: Json | undefined): string | undefined {
  if (!isObject(schema)) return 'an object is expected';
  if (schema['$schema'] !== DRAFT_4) return `"$schema" is ${DRAFT_4}`;
  const ajv = new Draft4.default({ strict: false, validateFormats: false });
  if (ajv.validateSchema(schema) !== true) return ajv.errorsText(ajv.errors, { dataVar: 'schema' });
  const keyword = foreignKeyword(schema);
  return keyword === undefined ? undefined : `"${keyword}" is not a keyword of draft 4`;
}

/** A keyword that draft 4 does not have. ajv would ignore it. */
function foreignKeyword(schema: JsonObject): string | undefined {
  const foreign = Object.keys(schema).find((key) => !KEYWORDS.has(key));
  return (
    foreign ??
    subschemas(schema)
      .map(foreignKeyword)
      .find((keyword) => keyword !== undefined)
  );
}

function subschemas(schema: JsonObject): JsonObject[] {
  const direct = WITH_SCHEMAS.flatMap((key) => list(schema[key]));
  const named = WITH_NAMED_SCHEMAS.flatMap((key) => Object.values(schema[key] ?? {}) as Json[]);
  return [...direct, ...named].filter(isObject);
}
