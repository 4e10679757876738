import type { Check, Path } from './faults.ts';
import { isObject } from './schema.ts';

/** What the value of each keyword must be. Others are annotations, and may be anything. */

const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

const value =
  (fits: (value: unknown) => boolean, detail: string): Check =>
  (it, at, faults) => {
    if (!fits(it)) faults.add(at, detail);
  };

const isNumber = (it: unknown): it is number => typeof it === 'number';
const isText = (it: unknown): it is string => typeof it === 'string';
const isDistinct = (it: readonly unknown[]): boolean => new Set(it).size === it.length;
const areNames = (it: unknown): boolean => Array.isArray(it) && it.every(isText) && isDistinct(it);

const number = value(isNumber, 'must be a number');
const count = value((it) => isNumber(it) && Number.isInteger(it) && it >= 0, 'must be a whole number from 0');
const flag = value((it) => typeof it === 'boolean', 'must be true or false');
const text = value(isText, 'must be a text');
const names = value(areNames, 'must be a list of names, each once');
/** Draft 4 and OpenAPI 3.0 have a flag beside the bound. */
const bound = value((it) => isNumber(it) || typeof it === 'boolean', 'must be a number');
const gone = (instead: string): Check => value(() => false, `is no keyword of JSON Schema 2020-12: use ${instead}`);

const type = value(
  (it) => {
    const types: readonly unknown[] = Array.isArray(it) ? it : [it];
    return types.length > 0 && isDistinct(types) && types.every((one) => isText(one) && TYPES.includes(one));
  },
  `must be one or several of ${TYPES.join(', ')}`,
);

const PATTERN = 'must be a regular expression of ECMA-262 for Unicode, as new RegExp(pattern, "u") takes it';
const pattern: Check = (it, at, faults) => {
  if (!isText(it)) faults.add(at, 'must be a text');
  else if (!isPattern(it)) faults.add(at, PATTERN);
};

function isPattern(it: string): boolean {
  try {
    new RegExp(it, 'u');
    return true;
  } catch {
    return false;
  }
}

const schema: Check = (it, at, faults) => faults.schema(it, at);

const items: Check = (it, at, faults) =>
  Array.isArray(it) ? faults.add(at, 'must be a schema: elements by place are prefixItems') : faults.schema(it, at);

const schemas: Check = (it, at, faults) => {
  if (!Array.isArray(it) || it.length === 0) return faults.add(at, 'must be a list of at least one schema');
  it.forEach((one, index) => faults.schema(one, [...at, index]));
};

const values: Check = (it, at, faults) => {
  if (!Array.isArray(it)) faults.add(at, 'must be a list of values');
  else if (it.length === 0) faults.add(at, 'must have at least one value');
};

/** An object, each of its values by a check. */
export const mapOf =
  (what: string, check: Check): Check =>
  (it, at, faults) => {
    if (!isObject(it)) return faults.add(at, `must be an object of ${what}`);
    for (const [name, one] of Object.entries(it)) check(one, [...at, name], faults);
  };

const byName = mapOf('schemas by name', schema);
const byPattern: Check = (it, at, faults) => {
  byName(it, at, faults);
  for (const name of Object.keys(isObject(it) ? it : {})) pattern(name, [...at, name] satisfies Path, faults);
};

const NUMBERS = ['minimum', 'maximum'];
const COUNTS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];
const SINGLE = ['additionalProperties', 'propertyNames', 'contains', 'not', 'if', 'then', 'else'];
const all = (keywords: readonly string[], check: Check) => keywords.map((keyword) => [keyword, check] as const);

export const KEYWORDS: Readonly<Record<string, Check>> = Object.fromEntries<Check>([
  ...all([...SINGLE, 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema'], schema),
  ...all(['allOf', 'anyOf', 'oneOf', 'prefixItems'], schemas),
  ...all(['properties', '$defs', 'definitions', 'dependentSchemas'], byName),
  ...all(NUMBERS, number),
  ...all(['exclusiveMinimum', 'exclusiveMaximum'], bound),
  ...all([...COUNTS, 'minContains', 'maxContains'], count),
  ...all(['uniqueItems', 'nullable', 'deprecated', 'readOnly', 'writeOnly'], flag),
  ...all(['format', '$dynamicRef', '$id', '$schema', '$anchor', '$dynamicAnchor', '$comment'], text),
  ...all(['title', 'description', 'contentEncoding', 'contentMediaType'], text),
  ['type', type],
  ['items', items],
  ['pattern', pattern],
  ['patternProperties', byPattern],
  ['required', names],
  ['dependentRequired', mapOf('lists of names', names)],
  ['enum', values],
  ['multipleOf', value((it) => isNumber(it) && it > 0, 'must be a number above 0')],
  ['additionalItems', gone('prefixItems, and items for the others')],
  ['dependencies', gone('dependentRequired or dependentSchemas')],
  ['$recursiveRef', gone('$ref')],
]);
