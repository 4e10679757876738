import { isChoiceOperator, timestamp } from './choice.ts';
import { STATE_FIELDS, type StateType } from './definition.ts';
import { parseIntrinsic } from './intrinsic.ts';
import { InvalidDefinition } from './invalid-definition.ts';
import { isObject, isPath, parseDefinite, type Json, type JsonObject } from './json-path.ts';
import { ACTION_PARAMETERS, parseResource, SUPPORTED_RESOURCES } from './resource.ts';

const PATHS = [
  ...['InputPath', 'OutputPath', 'SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
  ...['ItemsPath', 'MaxConcurrencyPath'],
];
const TEMPLATES = ['Parameters', 'ResultSelector', 'ItemSelector'];
const RETRIER_FIELDS = [
  ...['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy', 'Comment'],
];
const MAX_SECONDS = 99_999_999;

export function fail(reason: string, at: string, code = 'SCHEMA_VALIDATION_FAILED'): never {
  throw new InvalidDefinition(code, reason, at);
}

/** The names of the states that may follow. */
export function targetsOf(state: JsonObject): string[] {
  const rules = [...objects(state['Choices']), ...objects(state['Catch'])];
  return [state['Next'], state['Default'], ...rules.map((rule) => rule['Next'])].filter(
    (name) => typeof name === 'string',
  );
}

/** Checks one state's own fields; what is nested in it (branches, iterations) is checked by the caller. */
export function checkState(name: string, state: JsonObject, at: string): void {
  const type = state['Type'];
  if (typeof type !== 'string' || !Object.hasOwn(STATE_FIELDS, type)) {
    return fail(`State "${name}" has no Type that exists: ${Object.keys(STATE_FIELDS).join(', ')}`, at);
  }
  for (const field of Object.keys(state)) {
    if (STATE_FIELDS[type as StateType].includes(field)) continue;
    fail(`State "${name}" has the field '${field}', which the local cloud does not support in a ${type} state`, at);
  }
  checkTransition(name, type, state, at);
  for (const field of PATHS) checkPath(field, state[field], at);
  for (const field of TEMPLATES) checkTemplate(state[field], `${at}/${field}`);
  checkReference(state['ResultPath'], `${at}/ResultPath`);
  checkRetries(state['Retry'], at);
  checkCatchers(state['Catch'], at);
  if (type === 'Task') checkTask(name, state, at);
  if (type === 'Choice') checkChoices(name, state['Choices'], at);
  if (type === 'Wait') checkWait(name, state, at);
  if (type === 'Fail') checkFail(state, at);
  if (type === 'Map') checkSeconds('MaxConcurrency', state['MaxConcurrency'], 0, at);
}

function checkTransition(name: string, type: string, state: JsonObject, at: string): void {
  if (['Choice', 'Succeed', 'Fail'].includes(type)) return;
  if ((typeof state['Next'] === 'string') === (state['End'] === true))
    fail(`State "${name}" needs either Next or End`, at);
}

function checkTask(name: string, state: JsonObject, at: string): void {
  const text = state['Resource'];
  if (typeof text !== 'string') return fail(`State "${name}" needs a Resource`, at);
  const resource = parseResource(text);
  if (resource === undefined) {
    return fail(
      `State "${name}" uses the resource "${text}", which the local cloud does not support. Supported: ${SUPPORTED_RESOURCES}`,
      `${at}/Resource`,
    );
  }
  if (resource.kind === 'service') checkParameters(name, state['Parameters'], ACTION_PARAMETERS[resource.action], at);
  checkSeconds('TimeoutSeconds', state['TimeoutSeconds'], 1, at);
  checkSeconds('HeartbeatSeconds', state['HeartbeatSeconds'], 1, at);
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
    const both = state[field] !== undefined && state[`${field}Path`] !== undefined;
    if (both) fail(`State "${name}" needs ${field} or ${field}Path, not both`, at);
  }
  const beats = state['HeartbeatSeconds'] !== undefined || state['HeartbeatSecondsPath'] !== undefined;
  if (beats && !(resource.kind === 'service' && resource.waitsForToken)) {
    fail(`State "${name}" has heartbeats, which only a .waitForTaskToken task can send`, at);
  }
  if (Number(state['HeartbeatSeconds']) >= Number(state['TimeoutSeconds'])) {
    fail(`State "${name}" needs HeartbeatSeconds below TimeoutSeconds`, at);
  }
}

function checkParameters(name: string, parameters: unknown, allowed: readonly string[], at: string): void {
  if (!isObject(parameters)) return fail(`State "${name}" needs Parameters`, at);
  const unknown = Object.keys(parameters).find((key) => !allowed.includes(key.replace(/\.\$$/, '')));
  if (unknown === undefined) return;
  fail(
    `State "${name}" passes the parameter '${unknown}', which the local cloud does not support; it supports ${allowed.join(', ')}`,
    `${at}/Parameters`,
  );
}

function checkWait(name: string, state: JsonObject, at: string): void {
  const given = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'].filter((field) => state[field] !== undefined);
  if (given.length !== 1) fail(`State "${name}" needs one of Seconds, SecondsPath, Timestamp, TimestampPath`, at);
  checkSeconds('Seconds', state['Seconds'], 0, at);
  const time = state['Timestamp'];
  if (time !== undefined && timestamp(time) === undefined)
    fail('Timestamp must be an ISO 8601 instant', `${at}/Timestamp`);
}

function checkFail(state: JsonObject, at: string): void {
  for (const field of ['Error', 'Cause']) {
    const path = state[`${field}Path`];
    if (path !== undefined) checkExpression(`${field}Path`, path, at);
    if (path !== undefined && state[field] !== undefined) fail(`give ${field} or ${field}Path, not both`, at);
  }
}

function checkChoices(name: string, choices: unknown, at: string): void {
  if (!Array.isArray(choices) || choices.length === 0) return fail(`State "${name}" needs Choices`, at);
  choices.forEach((rule: unknown, index) => {
    const where = `${at}/Choices[${index}]`;
    if (!isObject(rule) || typeof rule['Next'] !== 'string') return fail('a choice needs a Next', where);
    checkRule(rule, ['Next', 'Comment'], where);
  });
}

function checkRule(rule: unknown, extra: readonly string[], at: string): void {
  if (!isObject(rule)) return fail('a rule must be an object', at);
  const own = Object.keys(rule).filter((key) => !extra.includes(key));
  const combined = own.find((key) => ['And', 'Or', 'Not'].includes(key));
  if (combined !== undefined && own.length === 1) {
    const inner = combined === 'Not' ? [rule[combined]] : rule[combined];
    if (!Array.isArray(inner) || inner.length === 0) return fail(`${combined} needs rules`, at);
    return inner.forEach((each: unknown) => checkRule(each, ['Comment'], `${at}/${combined}`));
  }
  const operators = own.filter((key) => key !== 'Variable');
  const [operator] = operators;
  if (operators.length !== 1 || operator === undefined || !isChoiceOperator(operator)) {
    return fail(`a rule needs one operator that the local cloud supports, not [${operators.join(', ')}]`, at);
  }
  checkPath('Variable', rule['Variable'] ?? '', at);
  if (operator.endsWith('Path')) checkPath(operator, rule[operator], at);
}

function checkRetries(retries: unknown, at: string): void {
  const list = listOf('Retry', retries, at);
  list.forEach((retrier, index) => {
    const where = `${at}/Retry[${index}]`;
    checkErrorEquals(retrier, index === list.length - 1, where);
    checkSeconds('IntervalSeconds', retrier['IntervalSeconds'], 1, where);
    checkSeconds('MaxAttempts', retrier['MaxAttempts'], 0, where);
    checkSeconds('MaxDelaySeconds', retrier['MaxDelaySeconds'], 1, where);
    refuseOther(retrier, RETRIER_FIELDS, where);
    const { BackoffRate: rate = 1, JitterStrategy: jitter = 'NONE' } = retrier;
    if (typeof rate !== 'number' || rate < 1) fail('BackoffRate must be a number of 1 or more', where);
    if (jitter !== 'NONE' && jitter !== 'FULL') fail('JitterStrategy is FULL or NONE', where);
  });
}

function checkCatchers(catchers: unknown, at: string): void {
  const list = listOf('Catch', catchers, at);
  list.forEach((catcher, index) => {
    const where = `${at}/Catch[${index}]`;
    checkErrorEquals(catcher, index === list.length - 1, where);
    if (typeof catcher['Next'] !== 'string') fail('These fields are required: [Next]', where);
    checkReference(catcher['ResultPath'], `${where}/ResultPath`);
    refuseOther(catcher, ['ErrorEquals', 'Next', 'ResultPath', 'Comment'], where);
  });
}

function refuseOther(rule: JsonObject, fields: readonly string[], at: string): void {
  const other = Object.keys(rule).find((key) => !fields.includes(key));
  if (other !== undefined) fail(`the field '${other}' is not supported by the local cloud`, at);
}

function checkErrorEquals(rule: JsonObject, isLast: boolean, at: string): void {
  const names = rule['ErrorEquals'];
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
    return fail('ErrorEquals must be a list of error names', at);
  }
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) fail('States.ALL must appear alone and last', at);
}

function checkTemplate(template: Json | undefined, at: string): void {
  if (Array.isArray(template)) return template.forEach((item) => checkTemplate(item, at));
  if (!isObject(template)) return;
  for (const [key, value] of Object.entries(template)) {
    if (key.endsWith('.$')) checkExpression(key, value, at);
    else checkTemplate(value, `${at}/${key}`);
  }
}

function checkExpression(field: string, value: unknown, at: string): void {
  const reason = typeof value === 'string' ? whyNoExpression(value) : 'it is not a string';
  if (reason === undefined) return;
  fail(
    `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call (${reason})`,
    at,
  );
}

function whyNoExpression(text: string): string | undefined {
  if (text.startsWith('$')) return isPath(text) ? undefined : 'the local cloud does not support this path';
  try {
    parseIntrinsic(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function checkPath(field: string, value: unknown, at: string): void {
  if (value === undefined || (value === null && ['InputPath', 'OutputPath'].includes(field))) return;
  if (typeof value !== 'string' || !isPath(value)) fail(`Value is not a valid JSONPath: ${field}`, `${at}/${field}`);
}

function checkReference(value: unknown, at: string): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'string' || parseDefinite(value) === undefined) fail('Value is not a Reference Path', at);
}

function checkSeconds(field: string, value: unknown, least: number, at: string): void {
  if (value === undefined) return;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= MAX_SECONDS) return;
  fail(`${field} must be a whole number from ${least} to ${MAX_SECONDS}`, at);
}

function listOf(field: string, value: unknown, at: string): JsonObject[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every(isObject)) return fail(`${field} must be a list of objects`, at);
  return value;
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
