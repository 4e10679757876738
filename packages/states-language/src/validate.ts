import { BRANCH_FIELDS, MACHINE_FIELDS, type QueryLanguageName, type StateMachineDefinition } from './definition.ts';
import { isDistributed } from './distributed-map.ts';
import { isObject, type JsonObject } from './json.ts';
import { InvalidDefinition } from './invalid-definition.ts';
import { fail, variablesOf } from './validate-expressions.ts';
import { checkState, targetsOf } from './validate-state.ts';

const MAX_DEFINITION_BYTES = 1024 * 1024;

/**
 * Reads a definition in Amazon States Language.
 * Throws InvalidDefinition, naming the state and the field, for what is wrong and for what is not supported here.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
 */
export function parseDefinition(text: string): StateMachineDefinition {
  const definition = parseObject(text);
  const language = languageOf(definition, 'JSONPath', '');
  checkStates(definition, MACHINE_FIELDS, '', { language, names: new Set(), outer: new Set() });
  const { TimeoutSeconds: timeout } = definition;
  if (timeout !== undefined && !(Number.isInteger(timeout) && Number(timeout) > 0)) {
    fail('TimeoutSeconds must be a whole number above 0', '/TimeoutSeconds');
  }
  if (definition['Version'] !== undefined && definition['Version'] !== '1.0') {
    fail('only Version "1.0" of the Amazon States Language exists', '/Version');
  }
  return definition as unknown as StateMachineDefinition;
}

function parseObject(text: string): JsonObject {
  if (Buffer.byteLength(text) > MAX_DEFINITION_BYTES) fail('the definition is larger than 1 MiB', '/');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new InvalidDefinition('INVALID_JSON_DESCRIPTION', String(error));
  }
  return isObject(parsed) ? parsed : fail('Definition must be a valid JSON object', '/');
}

interface Surroundings {
  /** The machine's language. */
  readonly language: QueryLanguageName;
  /** The names of states so far, which are unique in the whole machine. */
  readonly names: Set<string>;
  /** The variables that the scopes around assign. */
  readonly outer: ReadonlySet<string>;
}

/** Checks a set of states with its start: the machine's, a branch's, or a Map's iteration. */
function checkStates(machine: JsonObject, fields: readonly string[], at: string, around: Surroundings): void {
  const { names, outer } = around;
  for (const field of Object.keys(machine)) {
    if (!fields.includes(field)) fail(`the field '${field}' is not supported by the local cloud`, `${at}/${field}`);
  }
  const { StartAt: start, States: states } = machine;
  if (!isObject(states) || Object.keys(states).length === 0)
    return fail('These fields are required: [States]', at || '/');
  if (typeof start !== 'string') return fail('These fields are required: [StartAt]', at || '/');
  const variables = Object.values(states).flatMap((state) => (isObject(state) ? variablesOf(state) : []));
  const hidden = variables.find((name) => outer.has(name));
  if (hidden !== undefined) {
    fail(`the variable '${hidden}' belongs to the states around, so that it cannot be assigned here`, at || '/');
  }
  const inside = { ...around, outer: new Set([...outer, ...variables]) };
  for (const [name, state] of Object.entries(states)) {
    const where = `${at}/States/${name}`;
    if (name.length === 0 || name.length > 80) fail('a state has a name of 1 to 80 characters', where);
    if (names.has(name)) fail(`the state name '${name}' is used twice`, where, 'DUPLICATE_STATE_NAME');
    names.add(name);
    if (!isObject(state)) return fail(`State "${name}" must be an object`, where);
    checkState(languageOf(state, around.language, where), name, state, where);
    checkNested(name, state, where, inside);
  }
  checkTargets(start, states, at);
}

function languageOf(object: JsonObject, machine: QueryLanguageName, at: string): QueryLanguageName {
  const language = object['QueryLanguage'] ?? machine;
  if (language !== 'JSONPath' && language !== 'JSONata') {
    return fail(`the QueryLanguage is JSONPath or JSONata, not ${JSON.stringify(language)}`, `${at}/QueryLanguage`);
  }
  if (language === 'JSONPath' && machine === 'JSONata') {
    fail("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", at);
  }
  return language;
}

function checkNested(name: string, state: JsonObject, at: string, inside: Surroundings): void {
  if (state['Type'] === 'Parallel') {
    const branches = state['Branches'];
    if (!Array.isArray(branches) || branches.length === 0) return fail(`State "${name}" needs Branches`, at);
    branches.forEach((branch, index) => {
      if (!isObject(branch)) return fail('a branch must be an object', `${at}/Branches[${index}]`);
      checkStates(branch, BRANCH_FIELDS, `${at}/Branches[${index}]`, inside);
    });
  }
  if (state['Type'] === 'Map') {
    const field = state['ItemProcessor'] === undefined ? 'Iterator' : 'ItemProcessor';
    const processor = state[field];
    if (!isObject(processor)) return fail(`State "${name}" needs an ItemProcessor`, at);
    // A child execution has variables of its own.
    const around = isDistributed(processor) ? { ...inside, outer: new Set<string>() } : inside;
    checkStates(processor, [...BRANCH_FIELDS, 'ProcessorConfig'], `${at}/${field}`, around);
  }
}

/** Every target exists, and every state can be reached. */
function checkTargets(start: string, states: JsonObject, at: string): void {
  const reached = new Set<string>();
  const open: [name: string, from: string][] = [[start, `${at}/StartAt`]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [name, from] = next;
    const state = Object.hasOwn(states, name) ? states[name] : undefined;
    if (!isObject(state)) fail(`there is no state "${name}"`, from, 'MISSING_TRANSITION_TARGET');
    if (reached.has(name) || !isObject(state)) continue;
    reached.add(name);
    open.push(...targetsOf(state).map((target): [string, string] => [target, `${at}/States/${name}`]));
  }
  const lost = Object.keys(states).find((name) => !reached.has(name));
  if (lost !== undefined) fail(`State "${lost}" is not reachable`, `${at}/States/${lost}`, 'MISSING_TRANSITION_TARGET');
}
