import { createHash, randomInt, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from './json.ts';
import { EvaluationError } from './state-error.ts';

/** The intrinsic functions by name. Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
export const INTRINSIC_FUNCTIONS: Readonly<Record<string, (...args: Json[]) => Json>> = {
  'States.Format': (template, ...values) => format(text(template), values),
  'States.StringToJson': (value) => parseJson(text(value)),
  'States.JsonToString': (value) => JSON.stringify(required(value)),
  'States.Array': (...values) => values,
  'States.ArrayPartition': (list, size) => partition(array(list), positive(size)),
  'States.ArrayContains': (list, value) => array(list).some((item) => isDeepStrictEqual(item, required(value))),
  'States.ArrayRange': (first, last, by) => range(integer(first), integer(last), integer(by)),
  'States.ArrayGetItem': (list, index) => itemAt(array(list), integer(index)),
  'States.ArrayLength': (list) => array(list).length,
  'States.ArrayUnique': (list) => unique(array(list)),
  'States.Base64Encode': (value) => Buffer.from(shortText(value)).toString('base64'),
  'States.Base64Decode': (value) => Buffer.from(shortText(value), 'base64').toString('utf8'),
  'States.Hash': (value, algorithm) => hash(shortText(value), text(algorithm)),
  'States.JsonMerge': (first, second, deep) => merge(object(first), object(second), deep),
  'States.MathRandom': (from, to, seed) => random(integer(from), integer(to), seed),
  'States.MathAdd': (first, second) => integer(first) + integer(second),
  'States.StringSplit': (value, splitters) => split(text(value), text(splitters)),
  'States.UUID': () => randomUUID(),
};

/** How many arguments a function takes, at least and at most. */
export const INTRINSIC_ARITY: Readonly<Record<string, readonly [number, number]>> = {
  'States.Format': [1, Infinity],
  'States.StringToJson': [1, 1],
  'States.JsonToString': [1, 1],
  'States.Array': [0, Infinity],
  'States.ArrayPartition': [2, 2],
  'States.ArrayContains': [2, 2],
  'States.ArrayRange': [3, 3],
  'States.ArrayGetItem': [2, 2],
  'States.ArrayLength': [1, 1],
  'States.ArrayUnique': [1, 1],
  'States.Base64Encode': [1, 1],
  'States.Base64Decode': [1, 1],
  'States.Hash': [2, 2],
  'States.JsonMerge': [3, 3],
  'States.MathRandom': [2, 3],
  'States.MathAdd': [2, 2],
  'States.StringSplit': [2, 2],
  'States.UUID': [0, 0],
};

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

export function intrinsicFailure(reason: string): EvaluationError {
  return new EvaluationError('States.IntrinsicFailure', reason);
}

/** Fills `{}` in the template; `\{`, `\}`, `\'` and `\\` stand for the character itself. */
function format(template: string, values: Json[]): string {
  let used = 0;
  const filled = template.replace(/\\(.)|\{\}/gs, (whole, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    used += 1;
    return used <= values.length ? placeholderText(values[used - 1]) : whole;
  });
  if (used === values.length) return filled;
  throw intrinsicFailure(`States.Format has ${used} placeholders but ${values.length} values.`);
}

/** As AWS, which writes objects and lists as Java does: `{a=1, b=[x, y]}`. */
function placeholderText(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(placeholderText).join(', ')}]`;
  if (!isObject(value)) return String(value);
  const entries = Object.entries(value).map(([key, inner]) => `${key}=${placeholderText(inner)}`);
  return `{${entries.join(', ')}}`;
}

function parseJson(value: string): Json {
  if (value.trim() === '') return null;
  try {
    return JSON.parse(value) as Json;
  } catch {
    throw intrinsicFailure('States.StringToJson was given text that is not JSON.');
  }
}

function partition(list: Json[], size: number): Json[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, chunk) =>
    list.slice(chunk * size, (chunk + 1) * size),
  );
}

function range(first: number, last: number, by: number): Json[] {
  if (by === 0) throw intrinsicFailure('States.ArrayRange cannot step by 0.');
  const length = Math.max(0, Math.floor((last - first) / by) + 1);
  if (length > 1000) throw intrinsicFailure('States.ArrayRange makes at most 1000 elements.');
  return Array.from({ length }, (_, index) => first + index * by);
}

function itemAt(list: Json[], index: number): Json {
  const item = index < 0 ? undefined : list[index];
  if (item === undefined) throw intrinsicFailure(`States.ArrayGetItem found no element ${index}.`);
  return item;
}

function unique(list: Json[]): Json[] {
  return list.filter((item, at) => list.findIndex((other) => isDeepStrictEqual(other, item)) === at);
}

function hash(value: string, algorithm: string): string {
  const name = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (name === undefined) throw intrinsicFailure(`States.Hash does not know the algorithm "${algorithm}".`);
  return createHash(name).update(value).digest('hex');
}

function merge(first: JsonObject, second: JsonObject, deep: Json | undefined): JsonObject {
  if (deep !== false)
    throw intrinsicFailure('States.JsonMerge supports only shallow merging: its third argument is false.');
  return { ...first, ...second };
}

/** From the first (inclusive) to the second (exclusive); the same number for the same seed. */
function random(from: number, to: number, seed: Json | undefined): number {
  if (to <= from) throw intrinsicFailure('States.MathRandom needs a start below its end.');
  if (seed === undefined) return randomInt(from, to);
  const digest = createHash('sha256')
    .update(String(integer(seed)))
    .digest();
  return from + (digest.readUIntBE(0, 6) % (to - from));
}

/** Splits at each character of the splitters and leaves out what is empty, as AWS does. */
function split(value: string, splitters: string): Json[] {
  const parts = [''];
  for (const character of value) {
    if (splitters.includes(character)) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts.filter((part) => part !== '');
}

function required(value: Json | undefined): Json {
  if (value === undefined) throw intrinsicFailure('An intrinsic function lacks an argument.');
  return value;
}

function text(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw intrinsicFailure(`An intrinsic function expected a string, not ${JSON.stringify(value)}.`);
}

function shortText(value: Json | undefined): string {
  const found = text(value);
  if (found.length > 10_000) throw intrinsicFailure('The intrinsic function takes at most 10000 characters.');
  return found;
}

function integer(value: Json | undefined): number {
  if (typeof value === 'number') return Math.round(value);
  throw intrinsicFailure(`An intrinsic function expected a number, not ${JSON.stringify(value)}.`);
}

function positive(value: Json | undefined): number {
  const found = integer(value);
  if (found > 0) return found;
  throw intrinsicFailure(`An intrinsic function expected a number above 0, not ${found}.`);
}

function array(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  throw intrinsicFailure(`An intrinsic function expected an array, not ${JSON.stringify(value)}.`);
}

function object(value: Json | undefined): JsonObject {
  if (isObject(value)) return value;
  throw intrinsicFailure(`An intrinsic function expected an object, not ${JSON.stringify(value)}.`);
}
