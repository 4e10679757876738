import type { Schema } from '../schema/schema.ts';
import { atom, type Formula, not } from './formula.ts';

const number = (schema: Schema, keyword: string): number | undefined =>
  typeof schema[keyword] === 'number' ? schema[keyword] : undefined;

/** A bound from below by a count, and one from above as the opposite of the next. */
export function counts(
  schema: Schema,
  [min, max]: readonly [string, string],
  kind: 'minLength' | 'minItems' | 'minProperties',
): Formula[] {
  const [low, high] = [number(schema, min), number(schema, max)];
  return [
    ...(low === undefined || low <= 0 ? [] : [atom({ kind, count: Math.ceil(low) })]),
    ...(high === undefined ? [] : [not(atom({ kind, count: Math.floor(high) + 1 }))]),
  ];
}

export const textKeywords = (schema: Schema): Formula[] => [
  ...counts(schema, ['minLength', 'maxLength'], 'minLength'),
  ...(typeof schema['pattern'] === 'string' ? [atom({ kind: 'pattern', pattern: schema['pattern'] })] : []),
  ...(typeof schema['format'] === 'string' && !(schema['format'] in INTEGERS) && !ANY.includes(schema['format'])
    ? [atom({ kind: 'format', format: schema['format'] })]
    : []),
];

/** Formats of numbers, and those of text that any text has. */
const INTEGERS: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};
const ANY = ['float', 'double', 'password', 'binary'];

export function numberKeywords(schema: Schema): Formula[] {
  const [min, above] = [number(schema, 'minimum'), number(schema, 'exclusiveMinimum')];
  const [max, below] = [number(schema, 'maximum'), number(schema, 'exclusiveMaximum')];
  const of = number(schema, 'multipleOf');
  const range = INTEGERS[String(schema['format'])];
  return [
    ...(min === undefined ? [] : [atLeast(min, false)]),
    ...(above === undefined ? [] : [atLeast(above, true)]),
    ...(max === undefined ? [] : [not(atLeast(max, true))]),
    ...(below === undefined ? [] : [not(atLeast(below, false))]),
    ...(of === undefined ? [] : [atom({ kind: 'multipleOf', of })]),
    ...(range === undefined
      ? []
      : [atLeast(range[0], false), not(atLeast(range[1], true)), atom({ kind: 'multipleOf', of: 1 })]),
  ];
}

/** `x >= bound`, or `x > bound`. */
const atLeast = (bound: number, exclusive: boolean): Formula => atom({ kind: 'atLeast', bound, exclusive });
