import { createHash, randomInt, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type Jsonata from 'jsonata';
import type { Json, JsonObject } from './json.ts';
import { queryEvaluationError } from './state-error.ts';

/** An expression that does not end would stop the whole process. */
const MAX_EVALUATION_MS = 2000;
const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

// Loaded with the first machine that needs it: most have no JSONata, and it takes 20 ms.
const require = createRequire(import.meta.url);
let library: typeof Jsonata | undefined;
const compiled = new Map<string, Jsonata.Expression>();

/** The expression in a text `{% … %}`; undefined for any other value. */
export function expressionIn(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('{%') || !value.endsWith('%}') || value.length < 4)
    return undefined;
  return value.slice(2, -2).trim();
}

/** Why the expression cannot be evaluated; undefined when it can. */
export function whyNoJsonata(expression: string): string | undefined {
  try {
    return usesEval(compile(expression).ast()) ? 'the function $eval does not exist in Step Functions' : undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Evaluates an expression with what its variables are bound to. `location` names the field in the error:
 * `Output/items`. Throws States.QueryEvaluationError, also for an expression that answers nothing.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export async function evaluateJsonata(expression: string, location: string, bindings: JsonObject): Promise<Json> {
  const fail = (what: string) =>
    queryEvaluationError(
      `The JSONata expression '${expression}' specified for the field '${location}' ${what}`,
      location,
    );
  let value: unknown;
  try {
    value = await compile(expression).evaluate(undefined, { ...FUNCTIONS, ...bindings });
  } catch (error) {
    throw fail(`threw an error during evaluation. ${messageOf(error)}`);
  }
  if (value === undefined) throw fail('returned nothing (undefined).');
  try {
    return JSON.parse(JSON.stringify(value, refuseFunctions)) as Json;
  } catch {
    throw fail('returned an unsupported result type.');
  }
}

/** What Step Functions adds to JSONata. */
const FUNCTIONS: Readonly<Record<string, (...args: never[]) => unknown>> = {
  partition: (list: Json[], size: number) => {
    if (!Number.isInteger(size) || size < 1) throw new Error('$partition needs a size of 1 or more.');
    return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
  },
  range: (first: number, last: number, by: number) => {
    if (![first, last, by].every(Number.isFinite) || by === 0)
      throw new Error('$range needs three numbers, and cannot step by 0.');
    return sequence(
      Array.from({ length: Math.max(0, Math.floor((last - first) / by) + 1) }, (_, at) => first + at * by),
    );
  },
  hash: (value: Json, algorithm: string) => {
    const name = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
    if (name === undefined) throw new Error(`$hash does not know the algorithm "${algorithm}".`);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return createHash(name).update(text).digest('hex');
  },
  random: (seed?: number) => {
    if (seed === undefined) return randomInt(2 ** 47) / 2 ** 47;
    return createHash('sha256').update(String(seed)).digest().readUIntBE(0, 6) / 2 ** 48;
  },
  uuid: () => randomUUID(),
  parse: (text: string) => JSON.parse(text) as unknown,
};

/** A list that JSONata takes for the value itself where it has one, as the results of its own operators. */
function sequence(list: number[]): number[] {
  return Object.defineProperty(list, 'sequence', { value: true });
}

function compile(expression: string): Jsonata.Expression {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  library ??= require('jsonata') as typeof Jsonata;
  const made = library(expression, { timeout: MAX_EVALUATION_MS });
  if (compiled.size < 10_000) compiled.set(expression, made);
  return made;
}

function usesEval(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  const { type, value } = node as { type?: unknown; value?: unknown };
  if (type === 'variable' && value === 'eval') return true;
  return Object.values(node).some(usesEval);
}

function refuseFunctions(_key: string, value: unknown): unknown {
  if (typeof value === 'function' || isLambda(value)) throw new TypeError('A function is no result.');
  return value;
}

function isLambda(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '_jsonata_lambda' in value;
}

function messageOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code === undefined ? String(message) : `${code}: ${message}`;
}
