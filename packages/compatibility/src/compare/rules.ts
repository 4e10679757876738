import { canonical } from '../canonical.ts';
import { isSchema, list, own, type Schema } from '../schema/schema.ts';

/** A keyword that changed, and whether more is let through than before, or less; undefined where that is not clear. */
export interface KeywordChange {
  readonly what: string;
  readonly wider: boolean | undefined;
}

/** Keywords of which more lets more through, and those of which less does. */
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties', 'maxContains'];
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties', 'minContains'];
const SETS = ['enum', 'type'];
/** What other rules look at: properties, references, and schemas inside. */
const ELSEWHERE = ['properties', 'required', '$ref', '$defs', 'definitions', 'components', 'const'];
const NESTED = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'patternProperties', 'dependentSchemas'];
export const INNER = ['items', 'additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'propertyNames'];
export const ALONE = [...INNER, 'contains', 'not', 'then', 'else'];

/** The keywords that differ and hold no schema that is compared by itself. */
export function keywordChanges(before: Schema, after: Schema): KeywordChange[] {
  const names = Object.keys({ ...before, ...after }).filter((it) => ![...ELSEWHERE, ...NESTED].includes(it));
  const changed = [...new Set([...names, ...('const' in before || 'const' in after ? ['enum'] : [])])];
  return changed.flatMap((keyword): KeywordChange[] => {
    const [one, other] = [valueOf(before, keyword), valueOf(after, keyword)];
    if (canonical(one) === canonical(other)) return [];
    if (ALONE.includes(keyword) && isSchema(one) && isSchema(other)) return [];
    if (SETS.includes(keyword) && Array.isArray(one) && Array.isArray(other)) return setChange(keyword, one, other);
    return [{ what: said(keyword, one, other), wider: widens(keyword, one, other) }];
  });
}

/** `const` is an `enum` of one, and a type a list of one. */
function valueOf(schema: Schema, keyword: string): unknown {
  const value = own(schema, keyword);
  if (keyword === 'enum' && value === undefined && own(schema, 'const') !== undefined) return [schema['const']];
  return keyword === 'type' && typeof value === 'string' ? [value] : value;
}

function setChange(keyword: string, one: readonly unknown[], other: readonly unknown[]): KeywordChange[] {
  const lacks = (set: readonly unknown[], value: unknown) =>
    !set.some(
      (it) => canonical(it) === canonical(value) || (value === 'integer' && it === 'number' && keyword === 'type'),
    );
  const [more, less] = [other.filter((it) => lacks(one, it)), one.filter((it) => lacks(other, it))];
  const exact = canonical([...one].sort()) === canonical([...other].sort());
  if (exact) return [];
  if (one.length === 1 && other.length === 1)
    return [{ what: said(keyword, one[0], other[0]), wider: bySets(more, less) }];
  const texts = [
    ...(more.length > 0 ? [`${keyword} has ${members(more)} now`] : []),
    ...(less.length > 0 ? [`${keyword} has no ${members(less)} any more`] : []),
  ];
  return [{ what: texts.join(', and ') || said(keyword, one, other), wider: bySets(more, less) }];
}

function bySets(more: readonly unknown[], less: readonly unknown[]): boolean | undefined {
  if (more.length > 0 && less.length > 0) return undefined;
  return more.length > 0;
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

function widens(keyword: string, before: unknown, after: unknown): boolean | undefined {
  if (UPPER.includes(keyword)) return bound(after, Infinity) > bound(before, Infinity);
  if (LOWER.includes(keyword)) return bound(after, -Infinity) < bound(before, -Infinity);
  if (keyword === 'if' || keyword === 'then' || keyword === 'else') return undefined;
  if (keyword === 'uniqueItems') return after !== true;
  if (before === undefined || after === undefined) return after === undefined;
  return undefined;
}

const bound = (value: unknown, none: number): number => (typeof value === 'number' ? value : none);

/** Members that only one of two lists has, whatever their order. */
export function leftOver<T>(before: readonly T[], after: readonly T[], idOf: (it: T) => number): [T[], T[]] {
  const [old, now] = [new Set(before.map(idOf)), new Set(after.map(idOf))];
  return [before.filter((it) => !now.has(idOf(it))), after.filter((it) => !old.has(idOf(it)))];
}

export const needsOf = (schema: Schema): readonly string[] => list(schema['required']).map(String);
