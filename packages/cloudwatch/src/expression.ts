import { own } from '@dure/local-http/own-property';

/** Points of one query, by the start of their period; a period without data has none. */
export type Points = ReadonlyMap<number, number>;

/** A part of an expression: a number, or points. */
type Operand = number | Points;

/** A metric math expression that was read. */
export interface Expression {
  /** Ids of the queries it refers to. */
  readonly ids: readonly string[];
  /** @param starts of all periods that are asked for, in order */
  evaluate(points: Readonly<Record<string, Points>>, starts: readonly number[]): Points;
}

type Node = (points: Readonly<Record<string, Points>>, starts: readonly number[]) => Operand;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(<=|>=|==|!=|[-+*/()[\],<>]))/y;

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
};
/** From what binds least. */
const LEVELS = [
  ['<', '>', '<=', '>=', '==', '!='],
  ['+', '-'],
  ['*', '/'],
];

const ACROSS: Readonly<Record<string, (values: number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

/**
 * Reads an expression of numbers, ids, `+ - * /`, comparisons, `FILL(m, number)`, `IF(condition, then, else)` and
 * `SUM`, `AVG`, `MIN`, `MAX` over a list of metrics, `MAX([a, b])`.
 * @throws TypeError that names what is not supported
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function readExpression(text: string): Expression {
  const tokens = tokensOf(text);
  const ids = new Set<string>();
  let next = 0;

  const peek = (): string | undefined => tokens[next];
  const take = (): string | undefined => tokens[next++];
  const refuse = (what: string): never => {
    throw new TypeError(`The expression "${text}" is not supported locally: ${what}.`);
  };
  const expectToken = (token: string): void => {
    const found = take();
    if (found !== token) refuse(`"${token}" is missing before "${found ?? 'its end'}"`);
  };

  function binary(level: number): Node {
    const operators = LEVELS[level];
    if (operators === undefined) return primary();
    let left = binary(level + 1);
    while (operators.includes(peek() ?? '')) {
      const operator = OPERATORS[take() ?? '']!;
      const [first, second] = [left, binary(level + 1)];
      left = (points, starts) => combine(starts, [first(points, starts), second(points, starts)], operator);
    }
    return left;
  }

  function primary(): Node {
    const token = take() ?? refuse('it ends too early');
    if (token === '-') {
      const operand = primary();
      return (points, starts) => combine(starts, [operand(points, starts)], (value) => -value);
    }
    if (token === '(') {
      const inner = binary(0);
      expectToken(')');
      return inner;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (!/^\w/.test(token)) refuse(`"${token}" is out of place`);
    if (peek() === '(') return call(token);
    if (!/^[a-z]/.test(token)) refuse(`"${token}" is not an id of a metric`);
    ids.add(token);
    return (points) => own(points, token) ?? new Map();
  }

  function call(name: string): Node {
    expectToken('(');
    const [listed, parameters] = peek() === '[' ? [true, list('[', ']')] : [false, list('', ')')];
    if (listed) expectToken(')');
    const [first, second, third] = parameters;
    const across = own(ACROSS, name);
    if (across !== undefined && listed) return (points, starts) => acrossAll(parameters, points, starts, across);
    if (name === 'FILL' && parameters.length === 2) {
      return (points, starts) => filled(first!(points, starts), second!(points, starts), starts);
    }
    if (name === 'IF' && parameters.length === 3) {
      return (points, starts) =>
        combine(
          starts,
          [first!, second!, third!].map((node) => node(points, starts)),
          (test, then, otherwise) => (test !== 0 ? then : otherwise),
        );
    }
    return refuse(`${name} with ${parameters.length} ${listed ? 'listed ' : ''}parameters`);
  }

  function list(open: string, close: string): Node[] {
    if (open !== '') expectToken(open);
    const nodes = [binary(0)];
    while (peek() === ',') {
      next += 1;
      nodes.push(binary(0));
    }
    expectToken(close);
    return nodes;
  }

  const root = binary(0);
  if (peek() !== undefined) refuse(`"${peek()}" is out of place`);
  return {
    ids: [...ids],
    evaluate(points, starts) {
      const result = root(points, starts);
      return typeof result === 'number' ? new Map(starts.map((start) => [start, result])) : result;
    },
  };
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.trimEnd().length;) {
    const at = TOKEN.lastIndex;
    const [, ...groups] = TOKEN.exec(text) ?? [];
    const token = groups.find((group) => group !== undefined);
    if (token === undefined) {
      throw new TypeError(`The expression "${text}" is not supported locally: "${text.slice(at).trim()}".`);
    }
    tokens.push(token);
  }
  return tokens;
}

/** Period by period. A period without a point of each operand, or whose result is not a number, has none. */
function combine(
  starts: readonly number[],
  operands: readonly Operand[],
  work: (...values: never[]) => number,
): Operand {
  const apply = work as (...values: (number | undefined)[]) => number;
  if (operands.every((operand) => typeof operand === 'number')) return apply(...operands);
  const points = new Map<number, number>();
  for (const start of starts) {
    const values = operands.map((operand) => (typeof operand === 'number' ? operand : operand.get(start)));
    const result = values.includes(undefined) ? NaN : apply(...values);
    if (Number.isFinite(result)) points.set(start, result);
  }
  return points;
}

/** Of the metrics that have a point in a period. */
function acrossAll(
  nodes: readonly Node[],
  points: Readonly<Record<string, Points>>,
  starts: readonly number[],
  work: (values: number[]) => number,
): Points {
  const operands = nodes.map((node) => node(points, starts));
  const result = new Map<number, number>();
  for (const start of starts) {
    const values = operands
      .map((operand) => (typeof operand === 'number' ? operand : operand.get(start)))
      .filter((value) => value !== undefined);
    if (values.length > 0) result.set(start, work(values));
  }
  return result;
}

function filled(operand: Operand, filler: Operand, starts: readonly number[]): Operand {
  if (typeof operand === 'number') return operand;
  const at = (start: number) => operand.get(start) ?? (typeof filler === 'number' ? filler : filler.get(start));
  const entries = starts.map((start) => [start, at(start)] as const);
  return new Map(entries.filter((entry): entry is [number, number] => entry[1] !== undefined));
}
