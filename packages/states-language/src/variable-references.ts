import type { State, StateMachineDefinition } from './definition.ts';
import { isObject, type Json } from './json.ts';
import { expressionIn } from './jsonata.ts';
import { statesIn } from './resources.ts';
import { variablesOf } from './validate-expressions.ts';

/** Fields with states of their own: those have their own references. */
const NESTED = ['Branches', 'ItemProcessor', 'Iterator'];
/** A text in quotes, or a variable. */
const TOKEN = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\$([\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*)/gu;

/**
 * The variables that each state refers to, by the state's name, in the order of the alphabet; states without any are left out.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
 *
 * @example variableReferences(definition) // { Ship: ['address', 'orderId'] }
 */
export function variableReferences(definition: StateMachineDefinition): Record<string, string[]> {
  const states = statesIn(definition, '');
  const known = new Set(states.flatMap(({ state }) => variablesOf(state as never)));
  const references = states.flatMap(({ name, state }) => {
    const found = expressionsIn(ownFields(state)).flatMap(variablesIn);
    const names = [...new Set(found.filter((variable) => known.has(variable)))].toSorted();
    return names.length === 0 ? [] : [[name, names] as const];
  });
  return Object.fromEntries(references);
}

function ownFields(state: State): Json {
  return Object.fromEntries(Object.entries(state).filter(([field]) => !NESTED.includes(field))) as Json;
}

function expressionsIn(value: Json, field = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => expressionsIn(item));
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => expressionsIn(item, key));
  if (typeof value !== 'string') return [];
  const isPath = field.endsWith('.$') || field === 'Variable' || (field.endsWith('Path') && field !== 'ResultPath');
  return isPath ? [value] : [expressionIn(value) ?? ''];
}

function variablesIn(expression: string): string[] {
  return [...expression.matchAll(TOKEN)].flatMap(([, name]) => name ?? []);
}
