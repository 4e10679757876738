import type { Scalar } from './event-fields.ts';
import { compileCidr, compileExactString } from './ip-addresses.ts';
import { comparable, numeric } from './numeric-matching.ts';
import { invalidPattern } from './errors.ts';
import { ignoreCase, wildcard } from './text-matching.ts';

type Test = (value: Scalar) => boolean;

/** What a pattern wants of one field: any of its values. */
export interface ValueMatcher {
  readonly matchesAbsence: boolean;
  readonly matches: Test;
}

/** Names that a pattern may not use for fields inside `$or`. */
export const RESERVED_INSIDE_OR: ReadonlySet<string> = new Set([
  ...['exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr'],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);

const ABSENT = Symbol('absent');

/** Compiles the array of values and match expressions that a pattern gives for one field. */
export function compileValues(values: readonly unknown[]): ValueMatcher {
  if (values.length === 0) throw invalidPattern('Empty arrays are not allowed');
  const compiled = values.map(compileValue);
  const tests = compiled.filter((test) => test !== ABSENT);
  return { matchesAbsence: compiled.includes(ABSENT), matches: (value) => tests.some((test) => test(value)) };
}

function compileValue(value: unknown): Test | typeof ABSENT {
  if (Array.isArray(value)) throw invalidPattern('Match value must be String, number, true, false, or null');
  if (typeof value === 'object' && value !== null) return compileExpression(value);
  if (typeof value === 'string') return onText(compileExactString(value));
  if (typeof value === 'number') comparable(value);
  return (actual) => actual === value;
}

function compileExpression(expression: object): Test | typeof ABSENT {
  const [[name, operand] = [], ...others] = Object.entries(expression) as [string, unknown][];
  if (name === undefined) throw invalidPattern('Match expression name not found');
  const compile = OPERATORS.get(name);
  if (compile === undefined) throw invalidPattern(`Unrecognized match type ${name}`);
  const test = compile(operand);
  if (others.length > 0) {
    const counted = name === 'numeric' || name === 'anything-but';
    throw invalidPattern(
      counted ? 'Too many elements in numeric expression' : 'Only one key allowed in match expression',
    );
  }
  return test;
}

const OPERATORS = new Map<string, (operand: unknown) => Test | typeof ABSENT>([
  ['exactly', (operand) => onText(compileExactString(text(operand, 'exact match pattern must be a string')))],
  ['prefix', (operand) => affix('prefix', operand)],
  ['suffix', (operand) => affix('suffix', operand)],
  ['equals-ignore-case', (operand) => onText(ignoreCase(text(operand, MUST_BE_TEXT_IGNORING_CASE), 'whole'))],
  ['wildcard', (operand) => onText(wildcard(text(operand, 'wildcard match pattern must be a string')))],
  // AWS says "prefix" here too.
  ['cidr', (operand) => onText(compileCidr(text(operand, 'prefix match pattern must be a string')))],
  ['numeric', numeric],
  ['exists', exists],
  ['anything-but', anythingBut],
]);

const MUST_BE_TEXT_IGNORING_CASE = 'equals-ignore-case match pattern must be a string';

function onText(test: (actual: string) => boolean): Test {
  return (value) => typeof value === 'string' && test(value);
}

function text(operand: unknown, otherwise: string): string {
  if (typeof operand !== 'string') throw invalidPattern(otherwise);
  return operand;
}

function affix(kind: 'prefix' | 'suffix', operand: unknown): Test {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const [[name, value] = [], ...others] = Object.entries(operand) as [string, unknown][];
    const title = kind === 'prefix' ? 'Prefix' : 'Suffix';
    if (name === undefined) throw invalidPattern(`${title} expression name not found`);
    if (name !== 'equals-ignore-case') throw invalidPattern(`Unsupported ${kind} pattern: ${name}`);
    const test = ignoreCase(text(value, MUST_BE_TEXT_IGNORING_CASE), kind);
    if (others.length > 0) throw invalidPattern('Only one key allowed in match expression');
    return onText(test);
  }
  const expected = text(operand, `${kind} match pattern must be a string`);
  return onText((actual) => (kind === 'prefix' ? actual.startsWith(expected) : actual.endsWith(expected)));
}

function exists(operand: unknown): Test | typeof ABSENT {
  if (operand === true) return () => true;
  if (operand === false) return ABSENT;
  throw invalidPattern('exists match pattern must be either true or false.');
}

function anythingBut(operand: unknown): Test {
  if (typeof operand !== 'object' || operand === null) {
    if (typeof operand !== 'string' && typeof operand !== 'number') throw invalidPattern(ANYTHING_BUT_VALUE);
    const refused = typeof operand === 'number' ? comparable(operand) : operand;
    return (actual) => actual !== refused;
  }
  return Array.isArray(operand) ? anythingButValues(operand) : anythingButExpression(operand);
}

const ANYTHING_BUT_VALUE = 'Value of anything-but must be an array or single string/number value.';

function anythingButValues(values: readonly unknown[]): Test {
  for (const value of values) {
    if (typeof value === 'number') comparable(value);
    else if (typeof value !== 'string') {
      throw invalidPattern('Inside anything but list, start|null|boolean is not supported.');
    }
  }
  if (new Set(values.map((value) => typeof value)).size !== 1) {
    throw invalidPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  const refused = new Set(values);
  return (actual) => !refused.has(actual);
}

function anythingButExpression(expression: object): Test {
  const [[name, operand] = [], ...others] = Object.entries(expression) as [string, unknown][];
  if (name === undefined) throw invalidPattern('Anything-But expression name not found');
  if (!['equals-ignore-case', 'prefix', 'suffix', 'wildcard'].includes(name)) {
    throw invalidPattern(`Unsupported anything-but pattern: ${name}`);
  }
  const values: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (!Array.isArray(operand) && typeof operand !== 'string' && typeof operand !== 'number') {
    throw invalidPattern(ANYTHING_BUT_VALUE);
  }
  const refused = values.map((value) => anythingButText(name, value));
  if (others.length > 0) throw invalidPattern('Too many elements in numeric expression');
  return (actual) => typeof actual !== 'string' || !refused.some((test) => test(actual));
}

function anythingButText(name: string, value: unknown): (actual: string) => boolean {
  if (name === 'wildcard') return wildcard(text(value, 'wildcard match pattern must be a string'));
  if (name === 'equals-ignore-case') {
    const reason = 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.';
    return ignoreCase(text(value, reason), 'whole');
  }
  const expected = text(value, 'prefix/suffix match pattern must be a string');
  if (expected === '') throw invalidPattern('Null prefix/suffix not allowed');
  return (actual) => (name === 'prefix' ? actual.startsWith(expected) : actual.endsWith(expected));
}
