import { JSONPath } from 'jsonpath-plus';
import { EvaluationError, runtimeError } from './state-error.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

type Segment = string | number;

const SEGMENT = /\.([^.[\]()*?,'"\s]+)|\[(-?\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The segments of a definite path (`$.a[0]['b c']`), or undefined when the path may select several values. */
export function parseDefinite(path: string): Segment[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const segments: Segment[] = [];
  SEGMENT.lastIndex = 1;
  for (let at = 1; at < path.length; at = SEGMENT.lastIndex) {
    const match = SEGMENT.exec(path);
    if (match === null) return undefined;
    const [, name, index, single, double] = match;
    if (index !== undefined) segments.push(Number(index));
    else segments.push(name ?? unescape(single ?? double ?? ''));
  }
  return segments;
}

/** Whether the text is a path (`$…`, or `$$…` into the context object) of the kind that is evaluated here. */
export function isPath(text: string): boolean {
  const path = text.startsWith('$$') ? text.slice(1) : text;
  if (parseDefinite(path) !== undefined) return true;
  const bare = path.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '');
  return /^\$(\.\.?[^.[\s]+|\.?\.?\[[^\][]*(\[[^\][]*\][^\][]*)*\])+$/.test(bare) && !/[`^~]|\(\)/.test(bare);
}

/**
 * The value at a path of the input, or of the context object for `$$`. Undefined when a definite path leads nowhere;
 * a path with `*`, `..`, a slice or a filter answers an array, which may be empty.
 */
export function query(path: string, input: Json, context: JsonObject): Json | undefined {
  const inContext = path.startsWith('$$');
  const root = inContext ? context : input;
  const ownPath = inContext ? path.slice(1) : path;
  const segments = parseDefinite(ownPath);
  if (segments !== undefined) return segments.reduce<Json | undefined>(step, root);
  try {
    return JSONPath({ path: ownPath, json: root as object, wrap: true, eval: 'safe' }) as Json[];
  } catch (error) {
    throw runtimeError(`Invalid path '${path}' : ${String(error)}`);
  }
}

/** As `query`, for InputPath, OutputPath and the like, which must lead somewhere. */
export function queryOrFail(path: string, input: Json, context: JsonObject): Json {
  const value = query(path, input, context);
  if (value === undefined) throw runtimeError(`Invalid path '${path}' : No results for path: ${path}`);
  return value;
}

/** A copy of `target` with `value` at a reference path, whose missing parents are made. */
export function assign(path: string, target: Json, value: Json): Json {
  return place(parseDefinite(path) ?? [], target, value, path);
}

function place(segments: Segment[], target: Json | undefined, value: Json, path: string): Json {
  const [head, ...rest] = segments;
  if (head === undefined) return value;
  if (typeof head === 'number') {
    if (!Array.isArray(target) || head < 0 || head >= target.length) throw mismatch(path);
    return target.with(head, place(rest, target[head], value, path));
  }
  if (target !== undefined && !isObject(target)) throw mismatch(path);
  return { ...target, [head]: place(rest, step(target, head), value, path) };
}

function step(value: Json | undefined, segment: Segment): Json | undefined {
  if (typeof segment === 'number') return Array.isArray(value) ? value.at(segment) : undefined;
  return isObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

function mismatch(path: string): EvaluationError {
  return new EvaluationError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path} to the state's input, which has no place for it.`,
  );
}
