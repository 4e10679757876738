import type { JsonObject } from './json.ts';
import type { Branch } from './run.ts';
import { StateError } from './state-error.ts';

/** Bytes of JSON. Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
const MAX_ASSIGN_BYTES = 262_144;
const MAX_TOTAL_BYTES = 10 * 1024 * 1024;

/**
 * Assigns variables of a branch; branches inside it see them, those outside do not. Answers each as JSON text, by name, as
 * histories show them; undefined when there are none.
 */
export function assignVariables(
  branch: Branch,
  assigned: JsonObject,
  state: string,
): Record<string, string> | undefined {
  const names = Object.keys(assigned).sort();
  if (names.length === 0) return undefined;
  const texts = Object.fromEntries(names.map((name) => [name, JSON.stringify(assigned[name])]));
  const variables = { ...branch.variables, ...assigned };
  if (bytes(Object.values(texts).join('')) > MAX_ASSIGN_BYTES) throw tooLarge(state, '256 KiB in one state');
  if (bytes(JSON.stringify(variables)) > MAX_TOTAL_BYTES) throw tooLarge(state, '10 MiB in an execution');
  branch.variables = variables;
  return texts;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

function tooLarge(state: string, limit: string): StateError {
  return new StateError('States.DataLimitExceeded', `The state '${state}' assigns variables beyond ${limit}.`);
}
