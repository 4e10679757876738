import { timestamp } from './choice.ts';
import { fieldOf } from './field.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { evaluateJsonata, expressionIn } from './jsonata.ts';
import type { Leaving, QueryLanguage } from './language.ts';
import type { Place } from './run.ts';
import { queryEvaluationError } from './state-error.ts';

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
export const jsonata: QueryLanguage = {
  effectiveInput: ({ input }) => input,

  async parameters(place) {
    const { state, input } = place;
    return state.Arguments === undefined ? input : evaluate(place, 'Arguments', state.Arguments);
  },

  async items(place) {
    const { state, input } = place;
    if (state.Items !== undefined) return (await typed(place, 'Items', state.Items, 'array')) as Json[];
    if (Array.isArray(input)) return input;
    throw queryEvaluationError(`Map state input must be an array but was: ${JSON.stringify(input)}`);
  },

  template: (place, field, template) => evaluate(place, field, template),

  async number(place, field, _, kind) {
    const given = fieldOf(place.state, field);
    if (given === undefined) return undefined;
    const value = (await typed(place, field, given, 'number')) as number;
    if (kind === 'float' || Number.isInteger(value)) return value;
    throw unexpected(given, field, 'integer', value);
  },

  async text(place, field) {
    const given = place.state[field];
    return given === undefined ? undefined : ((await typed(place, field, given, 'string')) as string);
  },

  async timestamp(place) {
    const value = await evaluate(place, 'Timestamp', place.state.Timestamp ?? null);
    const time = timestamp(value);
    if (time !== undefined) return time;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const reason = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`;
    throw queryEvaluationError(reason, 'Timestamp');
  },

  async choose(place, effective) {
    const { state } = place;
    for (const [index, rule] of (state.Choices ?? []).entries()) {
      const at = `Choices[${index}]`;
      if (!(await typed(place, `${at}/Condition`, rule['Condition'] as Json, 'boolean'))) continue;
      return { next: rule.Next, ...(await leaving(place, rule, effective, {}, `${at}/`)) };
    }
    return { next: state.Default, ...(await leaving(place, state, effective, {})) };
  },

  leave: (place, effective, result) =>
    leaving(place, place.state, result ?? effective, result === undefined ? {} : { result }),

  caught: (place, catcher, errorOutput) =>
    leaving(place, catcher, errorOutput, { errorOutput }, `Catch[${place.state.Catch?.indexOf(catcher) ?? 0}]/`),
};

/** `Output`, which is `otherwise` when it is absent, and `Assign`: both see the variables as they were before. */
async function leaving(
  place: Place,
  rule: { readonly Output?: Json; readonly Assign?: Json },
  otherwise: Json,
  states: JsonObject,
  at = '',
): Promise<Leaving> {
  const output = rule.Output === undefined ? otherwise : await evaluate(place, `${at}Output`, rule.Output, states);
  const assigned = rule.Assign === undefined ? {} : await evaluate(place, `${at}Assign`, rule.Assign, states);
  return { output, assigned: isObject(assigned) ? assigned : {} };
}

async function typed(place: Place, field: string, given: Json, expected: string): Promise<Json> {
  const value = await evaluate(place, field, given);
  if (typeOf(value) === expected) return value;
  throw unexpected(given, field, expected, value);
}

function unexpected(given: Json, field: string, expected: string, value: Json) {
  const found = `Expected '${expected}', but was '${typeOf(value)}' for value: ${JSON.stringify(value)}`;
  const source = expressionIn(given);
  if (source === undefined) return queryEvaluationError(`The field '${field}' has an unexpected type. ${found}`, field);
  return queryEvaluationError(
    `The JSONata expression '${source}' specified for the field '${field}' returned an unexpected result type. ${found}`,
    field,
  );
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Evaluates each `{% … %}` in a value. */
async function evaluate(place: Place, field: string, template: Json, states: JsonObject = {}): Promise<Json> {
  const expression = expressionIn(template);
  if (expression !== undefined) {
    const { context, variables } = place.scope;
    return evaluateJsonata(expression, field, { ...variables, states: { input: place.input, context, ...states } });
  }
  if (Array.isArray(template)) {
    return Promise.all(template.map((item, index) => evaluate(place, `${field}[${index}]`, item, states)));
  }
  if (!isObject(template)) return template;
  const entries = Object.entries(template).map(async ([key, value]) => [
    key,
    await evaluate(place, `${field}/${key}`, value, states),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Json;
}
