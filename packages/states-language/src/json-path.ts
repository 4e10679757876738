import { isObject, type Json, type JsonObject } from './json.ts';
import { isDefinite, parsePath } from './json-path-parser.ts';
import { select } from './json-path-select.ts';
import { EvaluationError, runtimeError } from './state-error.ts';

/** What expressions may read beside the input: the context object (`$$`) and the variables (`$name`). */
export interface Scope {
  readonly context: JsonObject;
  readonly variables: Readonly<JsonObject>;
}

type Segment = string | number;

/** Why the text is no path (`$…`, `$$…` or `$variable…`) that can be evaluated; undefined when it is one. */
export function whyNoPath(text: string): string | undefined {
  try {
    parsePath(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The segments of a reference path (`$.a[0]['b c']`), or undefined when it is none: it may select several values. */
export function parseReference(path: string): Segment[] | undefined {
  if (whyNoPath(path) !== undefined) return undefined;
  const { root, selectors } = parsePath(path);
  if (root !== '$') return undefined;
  const segments = selectors.flatMap((selector): Segment[] => {
    if (selector.kind === 'key') return [selector.name];
    return selector.kind === 'index' ? [selector.index] : [];
  });
  return segments.length === selectors.length ? segments : undefined;
}

/**
 * The value at a path of the input, of the context object for `$$`, or of a variable for `$name`. Undefined when a definite
 * path leads nowhere; a path with `*`, `..`, a slice or a filter answers an array, which may be empty.
 */
export function query(path: string, input: Json, scope: Scope): Json | undefined {
  const parsed = parsePath(path);
  if (parsed.root === '$') return select(parsed, input);
  if (parsed.root === '$$') return select(parsed, scope.context);
  const name = parsed.root.slice(1);
  if (!Object.hasOwn(scope.variables, name)) return isDefinite(parsed) ? undefined : [];
  return select(parsed, scope.variables[name] ?? null);
}

/** As `query`, for InputPath, OutputPath and the like, which must lead somewhere. */
export function queryOrFail(path: string, input: Json, scope: Scope): Json {
  const value = query(path, input, scope);
  if (value === undefined) throw runtimeError(`Invalid path '${path}' : ${whyNothing(path, input, scope)}`);
  return value;
}

/** As AWS says it: a step before the last is missing, or the last. */
function whyNothing(path: string, input: Json, scope: Scope): string {
  const { root, selectors } = parsePath(path);
  const steps = selectors.map((selector) => {
    if (selector.kind === 'key') return `['${selector.name}']`;
    return selector.kind === 'index' ? `[${selector.index}]` : '';
  });
  const leading = steps.map((_, index) => root + steps.slice(0, index + 1).join(''));
  const missing = leading.slice(0, -1).find((part) => query(part, input, scope) === undefined);
  return missing === undefined
    ? `No results for path: ${leading.at(-1) ?? root}`
    : `Missing property in path ${missing}`;
}

/** A copy of `target` with `value` at a reference path, whose missing parents are made. */
export function assign(path: string, target: Json, value: Json): Json {
  return place(parseReference(path) ?? [], target, value, path);
}

function place(segments: Segment[], target: Json | undefined, value: Json, path: string): Json {
  const [head, ...rest] = segments;
  if (head === undefined) return value;
  if (typeof head === 'number') {
    if (!Array.isArray(target) || head < 0 || head >= target.length) throw mismatch(path);
    return target.with(head, place(rest, target[head], value, path));
  }
  if (target !== undefined && !isObject(target)) throw mismatch(path);
  const inside = target !== undefined && Object.hasOwn(target, head) ? target[head] : undefined;
  return { ...target, [head]: place(rest, inside, value, path) };
}

function mismatch(path: string): EvaluationError {
  return new EvaluationError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${path} to the state's input, which has no place for it.`,
  );
}
