import type { Json } from './json.ts';
import { query, type Scope } from './json-path.ts';
import { runtimeError } from './state-error.ts';

export type ChoiceRule = {
  Next?: string;
  Output?: Json;
  Assign?: Json;
  Variable?: string;
  And?: ChoiceRule[];
  Or?: ChoiceRule[];
  Not?: ChoiceRule;
} & {
  [operator: string]: unknown;
};

type Comparison = (order: number) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

const TESTS: Readonly<Record<string, (value: Json | undefined) => boolean>> = {
  IsPresent: (value) => value !== undefined,
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => timestamp(value) !== undefined,
};

/** What the value to compare with must be, by kind of operator; undefined when it is not of that kind. */
const KINDS: Readonly<Record<string, (value: unknown) => string | number | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Numeric: (value) => (typeof value === 'number' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
  Timestamp: timestamp,
};

const OPERATOR =
  /^(?:(String|Numeric|Timestamp)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)|(Boolean)(Equals))(Path)?$/;

/** Whether the name is a comparison of the Choice state: `StringEquals`, `NumericLessThanPath`, `IsPresent` … */
export function isChoiceOperator(name: string): boolean {
  return name === 'StringMatches' || Object.hasOwn(TESTS, name) || OPERATOR.test(name);
}

/**
 * Whether a rule of a Choice state holds.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
export function holds(rule: ChoiceRule, input: Json, scope: Scope): boolean {
  if (rule.And !== undefined) return rule.And.every((inner) => holds(inner, input, scope));
  if (rule.Or !== undefined) return rule.Or.some((inner) => holds(inner, input, scope));
  if (rule.Not !== undefined) return !holds(rule.Not, input, scope);
  const operator = Object.keys(rule).find(isChoiceOperator) ?? '';
  const variable = rule.Variable ?? '$';
  const value = query(variable, input, scope);
  const test = Object.hasOwn(TESTS, operator) ? TESTS[operator] : undefined;
  if (operator === 'IsPresent' && test !== undefined) return test(value) === rule[operator];
  if (value === undefined) {
    throw runtimeError(`Invalid path '${variable}': The choice state's condition path references an invalid value.`);
  }
  if (test !== undefined) return test(value) === rule[operator];
  if (operator === 'StringMatches') return typeof value === 'string' && wildcard(String(rule[operator])).test(value);
  return compare(operator, value, rule[operator], input, scope);
}

function compare(operator: string, value: Json, operand: unknown, input: Json, scope: Scope): boolean {
  const [, kind, comparison, booleanKind, booleanComparison, isPathOperand] = OPERATOR.exec(operator) ?? [];
  const read = KINDS[kind ?? booleanKind ?? ''];
  const accept = COMPARISONS[comparison ?? booleanComparison ?? ''];
  if (read === undefined || accept === undefined) throw runtimeError(`Unknown operator ${operator}.`);
  const other = isPathOperand === undefined ? operand : query(String(operand), input, scope);
  if (other === undefined) {
    throw runtimeError(
      `Invalid path '${String(operand)}': The choice state's condition path references an invalid value.`,
    );
  }
  const [left, right] = [read(value), read(other)];
  if (left === undefined || right === undefined) return false;
  return accept(left < right ? -1 : Number(left > right));
}

/** Milliseconds since 1970 of a timestamp of RFC 3339's profile of ISO 8601, in capital T and Z. */
export function timestamp(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** `*` stands for any characters; `\*` and `\\` for themselves. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\([*\\])|\*|[^*\\]|\\/gs, (whole, escaped: string | undefined) => {
    if (whole === '*') return '.*';
    return (escaped ?? whole).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}
