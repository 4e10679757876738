import { expect, skipBlanks, take, type Cursor } from './cursor.ts';
import { INTRINSIC_ARITY, INTRINSIC_FUNCTIONS, intrinsicFailure } from './intrinsic-functions.ts';
import type { Json } from './json.ts';
import { query, whyNoPath, type Scope } from './json-path.ts';
import { runtimeError } from './state-error.ts';

type Expression =
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'path'; path: string }
  | { kind: 'text'; raw: string }
  | { kind: 'value'; value: Json };

/**
 * Parses `States.Format('…', $.path, States.UUID())`.
 * Throws an Error that says what is wrong with it.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 */
export function parseIntrinsic(source: string): Expression {
  const cursor = { source, at: 0 };
  const expression = parseCall(cursor);
  skipBlanks(cursor);
  if (cursor.at < source.length) throw new Error(`there is something after the closing parenthesis of ${source}`);
  return expression;
}

/** The value of an intrinsic function call. Throws States.IntrinsicFailure, or States.Runtime for a path that leads nowhere. */
export function evaluateIntrinsic(source: string, input: Json, scope: Scope): Json {
  return evaluate(parseIntrinsic(source), input, scope);
}

function evaluate(expression: Expression, input: Json, scope: Scope): Json {
  if (expression.kind === 'value') return expression.value;
  if (expression.kind === 'text') return expression.raw.replace(/\\(.)/gs, '$1');
  if (expression.kind === 'path') {
    const found = query(expression.path, input, scope);
    if (found === undefined) throw runtimeError(`Invalid path '${expression.path}' : No results for path`);
    return found;
  }
  const implementation = INTRINSIC_FUNCTIONS[expression.name];
  if (implementation === undefined) throw intrinsicFailure(`There is no function ${expression.name}.`);
  const args = expression.args.map((arg, index) => {
    const isTemplate = expression.name === 'States.Format' && index === 0 && arg.kind === 'text';
    return isTemplate ? arg.raw : evaluate(arg, input, scope);
  });
  return implementation(...args);
}

function parseCall(cursor: Cursor): Expression {
  const name = take(cursor, /States\.[A-Za-z0-9]+/y);
  const arity = INTRINSIC_ARITY[name ?? ''];
  if (name === undefined || arity === undefined)
    throw new Error(`there is no intrinsic function ${name ?? cursor.source}`);
  expect(cursor, '(');
  const args: Expression[] = [];
  skipBlanks(cursor);
  while (cursor.source[cursor.at] !== ')') {
    if (args.length > 0) expect(cursor, ',');
    args.push(parseArgument(cursor));
    skipBlanks(cursor);
  }
  expect(cursor, ')');
  if (args.length < arity[0] || args.length > arity[1])
    throw new Error(`${name} does not take ${args.length} arguments`);
  return { kind: 'call', name, args };
}

function parseArgument(cursor: Cursor): Expression {
  skipBlanks(cursor);
  const next = cursor.source[cursor.at];
  if (next === "'") return parseText(cursor);
  if (next === '$') return parsePathArgument(cursor);
  if (next === 'S') return parseCall(cursor);
  const literal = take(cursor, /-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|null/y);
  if (literal === undefined)
    throw new Error(`an argument of ${cursor.source} is neither text, number, path nor function`);
  return { kind: 'value', value: JSON.parse(literal) as Json };
}

function parseText(cursor: Cursor): Expression {
  const raw = take(cursor, /'(?:[^'\\]|\\['{}\\])*'/y);
  if (raw === undefined)
    throw new Error(`a text in ${cursor.source} does not end, or escapes other than \\' \\{ \\} \\\\`);
  return { kind: 'text', raw: raw.slice(1, -1) };
}

/** A path ends at the comma or parenthesis that is outside its brackets and quotes. */
function parsePathArgument(cursor: Cursor): Expression {
  const path = take(cursor, /(?:[^,()[\]'"\s]|\[(?:[^\]'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*\])+/y);
  if (path === undefined || whyNoPath(path) !== undefined) throw new Error(`${path ?? cursor.source} is not a path`);
  return { kind: 'path', path };
}
