import { holds, timestamp } from './choice.ts';
import type { Catcher } from './definition.ts';
import { fieldOf } from './field.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { assign, query, queryOrFail, type Scope } from './json-path.ts';
import type { Leaving, NumberKind, QueryLanguage } from './language.ts';
import { fieldValue, fillTemplate } from './payload-template.ts';
import type { Place } from './run.ts';
import { runtimeError, type EvaluationError } from './state-error.ts';

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html */
export const jsonPath: QueryLanguage = {
  effectiveInput: ({ state, input, scope }) => throughPath(state.InputPath, input, scope),

  async parameters({ state, scope }, effective) {
    return state.Parameters === undefined ? effective : fillTemplate(state.Parameters, effective, scope);
  },

  async items({ state, scope }, effective) {
    const items = queryOrFail(state.ItemsPath ?? '$', effective, scope);
    if (Array.isArray(items)) return items;
    throw runtimeError(`Reference path "${state.ItemsPath ?? '$'}" must point to array.`);
  },

  template: async (place, _, template, effective) => fillTemplate(template, effective, place.scope),

  async number({ state, scope }, field, effective, kind) {
    const fixed = fieldOf(state, field);
    if (typeof fixed === 'number') return fixed;
    const path = fieldOf(state, `${field}Path`);
    if (typeof path !== 'string') return undefined;
    const name = `${field.split('/').at(-1)}Path`;
    return name === 'SecondsPath' ? seconds(path, effective, scope) : numberAt(name, path, effective, scope, kind);
  },

  async text({ state, scope }, field, effective) {
    const path = state[`${field}Path`];
    if (path === undefined) return state[field];
    const value = fieldValue(`${field}Path`, path, effective, scope);
    if (typeof value !== 'string') throw runtimeError(`The field '${field}Path' must lead to a string.`);
    return value;
  },

  async timestamp({ state, scope }, effective) {
    const path = state.TimestampPath ?? '$';
    const value = state.Timestamp ?? query(path, effective, scope);
    const time = timestamp(value);
    if (time !== undefined) return time;
    throw runtimeError(
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${said(value)}`,
    );
  },

  async choose({ state, scope }, effective) {
    const rule = state.Choices?.find((candidate) => holds(candidate, effective, scope));
    const output = throughPath(state.OutputPath, effective, scope);
    return { next: rule?.Next ?? state.Default, output, assigned: assigned((rule ?? state).Assign, effective, scope) };
  },

  async leave({ state, input, scope }, effective, result): Promise<Leaving> {
    if (result === undefined) {
      const output = throughPath(state.OutputPath, effective, scope);
      return { output, assigned: assigned(state.Assign, effective, scope) };
    }
    const selected = state.ResultSelector === undefined ? result : fillTemplate(state.ResultSelector, result, scope);
    const output = throughPath(state.OutputPath, combine(state.ResultPath, input, selected), scope);
    return { output, assigned: assigned(state.Assign, selected, scope) };
  },

  async caught({ input, scope }: Place, catcher: Catcher, errorOutput: JsonObject) {
    return {
      output: combine(catcher.ResultPath, input, errorOutput),
      assigned: assigned(catcher.Assign, errorOutput, scope),
    };
  },
};

function assigned(template: Json | undefined, from: Json, scope: Scope): JsonObject {
  const filled = template === undefined ? {} : fillTemplate(template, from, scope);
  return isObject(filled) ? filled : {};
}

/** InputPath and OutputPath: all when absent, an empty object when null. */
function throughPath(path: string | null | undefined, value: Json, scope: Scope): Json {
  if (path === undefined) return value;
  return path === null ? {} : queryOrFail(path, value, scope);
}

/** ResultPath: the result alone when absent, the raw input alone when null. */
function combine(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === undefined) return result;
  return path === null ? input : assign(path, input, result);
}

function seconds(path: string, input: Json, scope: Scope): number {
  const value = query(path, input, scope);
  if (value === undefined) throw secondsError(`does not reference an input value: ${path}`);
  const number = toNumber(value, 'integer');
  if (number === undefined) throw secondsError(`cannot be parsed as a long value: ${path} == ${said(value)}`);
  if (number < 0) throw secondsError(`references a negative value: ${path} == ${number}`);
  return number;
}

function secondsError(what: string): EvaluationError {
  return runtimeError(`The SecondsPath parameter ${what}`);
}

function numberAt(name: string, path: string, input: Json, scope: Scope, kind: NumberKind): number {
  const value = queryOrFail(path, input, scope);
  const number = toNumber(value, kind);
  if (number !== undefined) return number;
  throw runtimeError(`The ${name} field refers to value "${said(value)}" which is not a valid ${kind}: ${path}`);
}

/** As AWS, which also reads a number from a text. */
function toNumber(value: Json, kind: NumberKind): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) return undefined;
  return kind === 'float' || Number.isInteger(Number(text)) ? Number(text) : undefined;
}

function said(value: Json | undefined): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}
