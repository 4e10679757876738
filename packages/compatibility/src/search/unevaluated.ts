import { isObject, isSchema, list, object, resolved, type Schema } from '../schema/schema.ts';

const ALTERNATIVES = ['anyOf', 'oneOf', 'if', 'dependentSchemas', 'not', '$dynamicRef'];

export const alternativesIn = (schema: Schema): boolean => ALTERNATIVES.some((keyword) => keyword in schema);

export interface Judged {
  readonly names: string[];
  readonly patterns: string[];
  /** Every other property is judged too. */
  all: boolean;
  /** Which properties are judged depends on the value. */
  depends: boolean;
}

/** The properties that a schema judges, with everything that holds at the same place. */
export function judgedBy(schema: Schema, root: Schema, seen = new Set<Schema>()): Judged {
  const found: Judged = { names: [], patterns: [], all: false, depends: alternativesIn(schema) };
  if (seen.has(schema)) return found;
  seen.add(schema);
  found.names.push(...Object.keys(object(schema['properties'])));
  found.patterns.push(...Object.keys(object(schema['patternProperties'])));
  found.all = isSchema(schema['additionalProperties']);
  const inner = list(schema['allOf']).filter(isObject);
  const target = typeof schema['$ref'] === 'string' ? [resolved({ schema, root }).schema].filter(isObject) : [];
  for (const it of [...inner, ...target]) {
    const judged = judgedBy(it, root, seen);
    found.names.push(...judged.names);
    found.patterns.push(...judged.patterns);
    found.all ||= judged.all || it['unevaluatedProperties'] !== undefined;
    found.depends ||= judged.depends;
  }
  return found;
}
