import { canonical } from '../canonical.ts';
import { isSchema, list, object, own, type Schema } from '../schema/schema.ts';

/** A keyword that differs. */
export interface KeywordChange {
  readonly keyword: string;
  readonly what: string;
}

const SETS = ['enum', 'type'];
/** What is compared apart: properties, references, and schemas inside. */
const APART = ['properties', 'required', '$ref', '$defs', 'definitions', 'components', 'const'];
const NESTED = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'patternProperties', 'dependentSchemas'];
const INNER = ['items', 'additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'propertyNames'];
/** Keywords of one schema. */
export const SINGLE = [...INNER, 'contains', 'not', 'then', 'else'];

/** The keywords that differ and hold no schemas on both sides, which are compared by themselves. */
export function keywordChanges(before: Schema, after: Schema): KeywordChange[] {
  const names = Object.keys({ ...before, ...after }).filter((it) => ![...APART, ...NESTED].includes(it));
  const all = [...new Set([...names, ...('const' in before || 'const' in after ? ['enum'] : [])])];
  return all.flatMap((keyword): KeywordChange[] => {
    const [one, other] = [valueOf(before, keyword), valueOf(after, keyword)];
    if (canonical(one) === canonical(other)) return [];
    if (SINGLE.includes(keyword) && isSchema(one) && isSchema(other)) return [];
    const what =
      SETS.includes(keyword) && Array.isArray(one) && Array.isArray(other)
        ? setChange(keyword, one, other)
        : said(keyword, one, other);
    return what === undefined ? [] : [{ keyword, what }];
  });
}

/** `const` is an `enum` of one, and a type a list of one. */
function valueOf(schema: Schema, keyword: string): unknown {
  const value = own(schema, keyword);
  if (keyword === 'enum' && value === undefined && own(schema, 'const') !== undefined) return [schema['const']];
  return keyword === 'type' && typeof value === 'string' ? [value] : value;
}

function setChange(keyword: string, one: readonly unknown[], other: readonly unknown[]): string | undefined {
  const lacks = (set: readonly unknown[], value: unknown) => !set.some((it) => canonical(it) === canonical(value));
  const [more, less] = [other.filter((it) => lacks(one, it)), one.filter((it) => lacks(other, it))];
  if (more.length + less.length === 0) return undefined;
  if (one.length === 1 && other.length === 1) return said(keyword, one[0], other[0]);
  return [
    ...(more.length > 0 ? [`${keyword} has ${members(more)} now`] : []),
    ...(less.length > 0 ? [`${keyword} has no ${members(less)} any more`] : []),
  ].join(', and ');
}

const members = (values: readonly unknown[]): string =>
  values.length > 6 ? `${values.length} values` : values.map((it) => JSON.stringify(it)).join(', ');

function said(keyword: string, one: unknown, other: unknown): string {
  const [before, now] = [short(one), short(other)];
  if (one === undefined) return `${keyword} is ${now}, and was not set`;
  return other === undefined ? `${keyword} is no longer set: it was ${before}` : `${keyword} is ${now}, not ${before}`;
}

export function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

/** Keywords that mean something only together. */
const TOGETHER = [
  ['enum', 'const'],
  ['if', 'then', 'else'],
  ['contains', 'minContains', 'maxContains'],
  [
    'unevaluatedProperties',
    'properties',
    'patternProperties',
    'additionalProperties',
    'allOf',
    'anyOf',
    'oneOf',
    '$ref',
  ],
  ['unevaluatedItems', 'prefixItems', 'items', 'allOf', 'anyOf', 'oneOf', '$ref'],
];

/** What a schema says by one keyword alone; undefined when it says nothing by it. */
export function only(schema: Schema, keyword: string): Schema | undefined {
  const group = TOGETHER.find(([first, ...rest]) => first === keyword || (rest.includes(keyword) && rest.length < 3));
  const names = [...(group ?? [keyword]), '$defs', 'definitions', 'components'];
  const part = Object.fromEntries(Object.entries(schema).filter(([name]) => names.includes(name)));
  if (!(group ?? [keyword]).some((name) => name in part)) return undefined;
  if (keyword === 'additionalProperties') {
    return { ...part, properties: anyOf('properties', schema), patternProperties: anyOf('patternProperties', schema) };
  }
  return keyword === 'items' ? { ...part, prefixItems: list(schema['prefixItems']).map(() => true) } : part;
}

const anyOf = (keyword: string, schema: Schema): Schema =>
  Object.fromEntries(Object.keys(object(schema[keyword])).map((name) => [name, true]));

/** Members that only one of two lists has, whatever their order. */
export function leftOver<T>(before: readonly T[], after: readonly T[], idOf: (it: T) => number): [T[], T[]] {
  const [old, now] = [new Set(before.map(idOf)), new Set(after.map(idOf))];
  return [before.filter((it) => !now.has(idOf(it))), after.filter((it) => !old.has(idOf(it)))];
}

export const needsOf = (schema: Schema): readonly string[] => list(schema['required']).map(String);
