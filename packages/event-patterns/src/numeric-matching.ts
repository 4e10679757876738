import type { Scalar } from './event-fields.ts';
import { invalidPattern } from './errors.ts';

const COMPARISONS = new Map<string, (value: number, bound: number) => boolean>([
  ['=', (value, bound) => value === bound],
  ['<', (value, bound) => value < bound],
  ['<=', (value, bound) => value <= bound],
  ['>', (value, bound) => value > bound],
  ['>=', (value, bound) => value >= bound],
]);

/**
 * Compiles the operand of `numeric`: one comparison, or `>` or `>=` followed by `<` or `<=`.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching
 */
export function numeric(operand: unknown): (value: Scalar) => boolean {
  if (!Array.isArray(operand)) throw invalidPattern('Value of numeric must be an array.');
  const [operator, first, second, last, ...more] = operand as unknown[];
  if (typeof operator !== 'string') throw invalidPattern(`Invalid member in numeric match: ${String(operator ?? ']')}`);
  const compare = COMPARISONS.get(operator);
  if (compare === undefined) throw invalidPattern(`Unrecognized numeric range operator: ${operator}`);
  if (typeof first !== 'number') {
    throw invalidPattern(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  }
  const bound = comparable(first);
  const test = (value: number): boolean => compare(value, bound);
  if (operand.length === 2) return onNumber(test);
  if (!operator.startsWith('>')) throw invalidPattern('Too many elements in numeric expression');
  if (typeof second !== 'string') throw invalidPattern(`Bad value in numeric range: ${JSON.stringify(second)}`);
  if (second !== '<' && second !== '<=') throw invalidPattern(`Bad numeric range operator: ${second}`);
  if (typeof last !== 'number') throw invalidPattern(`Value of ${second} must be numeric`);
  if (more.length > 0) throw invalidPattern('Too many terms in numeric range expression');
  const top = comparable(last);
  if (bound >= top) throw invalidPattern('Bottom must be less than top');
  return onNumber((value) => test(value) && (second === '<' ? value < top : value <= top));
}

function onNumber(test: (value: number) => boolean): (value: Scalar) => boolean {
  return (value) => typeof value === 'number' && Number.isFinite(value) && test(value);
}

/**
 * The number itself. JSON text can hold numbers beyond double precision, such as 1e400.
 * @throws InvalidPatternError for such a number
 */
export function comparable(value: number): number {
  if (!Number.isFinite(value)) throw invalidPattern('Numbers must be within the range of double precision');
  return value;
}
