import { timestamp } from './choice.ts';
import { STATE_FIELDS, type QueryLanguageName, type StateType } from './definition.ts';
import { isObject, type JsonObject } from './json.ts';
import { expressionIn } from './jsonata.ts';
import { parametersOf, parseResource, SUPPORTED_RESOURCES } from './resource.ts';
import { checkChoices } from './validate-choice.ts';
import { checkCatchers, checkRetries } from './validate-errors.ts';
import { checkAssign, checkExpression, checkPath, checkReference, checkTemplate } from './validate-expressions.ts';
import { checkMap } from './validate-map.ts';
import { checkWhole, fail, objects } from './validate-expressions.ts';

const PATHS = [
  ...['InputPath', 'OutputPath', 'SecondsPath', 'TimestampPath', 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
  ...['ItemsPath', 'MaxConcurrencyPath'],
];
const TEMPLATES = ['Parameters', 'ResultSelector', 'ItemSelector', 'Arguments', 'Output', 'Items'];

/** The names of the states that may follow. */
export function targetsOf(state: JsonObject): string[] {
  const rules = [...objects(state['Choices']), ...objects(state['Catch'])];
  return [state['Next'], state['Default'], ...rules.map((rule) => rule['Next'])].filter(
    (name) => typeof name === 'string',
  );
}

/** Checks one state's own fields; what is nested in it (branches, iterations) is checked by the caller. */
export function checkState(language: QueryLanguageName, name: string, state: JsonObject, at: string): void {
  const type = state['Type'];
  const fields = STATE_FIELDS[language];
  if (typeof type !== 'string' || !Object.hasOwn(fields, type)) {
    return fail(`State "${name}" has no Type that exists: ${Object.keys(fields).join(', ')}`, at);
  }
  for (const field of Object.keys(state)) {
    if (fields[type as StateType].includes(field)) continue;
    fail(
      `State "${name}" has the field '${field}', which the local cloud does not support in a ${type} state in ${language}`,
      at,
    );
  }
  checkTransition(name, type, state, at);
  for (const field of PATHS) checkPath(field, state[field], at);
  for (const field of TEMPLATES) checkTemplate(language, state[field], `${at}/${field}`);
  checkAssign(language, state['Assign'], `${at}/Assign`);
  checkReference(state['ResultPath'], `${at}/ResultPath`);
  checkRetries(state['Retry'], at);
  checkCatchers(language, state['Catch'], at);
  if (type === 'Task') checkTask(language, name, state, at);
  if (type === 'Choice') checkChoices(language, name, state['Choices'], at);
  if (type === 'Wait') checkWait(language, name, state, at);
  if (type === 'Fail') checkFail(language, state, at);
  if (type === 'Map') checkMap(language, name, state, at);
}

function checkTransition(name: string, type: string, state: JsonObject, at: string): void {
  if (['Choice', 'Succeed', 'Fail'].includes(type)) return;
  if ((typeof state['Next'] === 'string') === (state['End'] === true))
    fail(`State "${name}" needs either Next or End`, at);
}

function checkTask(language: QueryLanguageName, name: string, state: JsonObject, at: string): void {
  const text = state['Resource'];
  if (typeof text !== 'string') return fail(`State "${name}" needs a Resource`, at);
  const resource = parseResource(text);
  if (resource === undefined) {
    return fail(
      `State "${name}" uses the resource "${text}", which the local cloud does not support. Supported: ${SUPPORTED_RESOURCES}`,
      `${at}/Resource`,
    );
  }
  if (resource.kind === 'service') checkParameters(language, name, state, parametersOf(resource.call), at);
  checkWhole(language, 'TimeoutSeconds', state['TimeoutSeconds'], { least: 1 }, at);
  checkWhole(language, 'HeartbeatSeconds', state['HeartbeatSeconds'], { least: 1 }, at);
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
    const both = state[field] !== undefined && state[`${field}Path`] !== undefined;
    if (both) fail(`State "${name}" needs ${field} or ${field}Path, not both`, at);
  }
  if (Number(state['HeartbeatSeconds']) >= Number(state['TimeoutSeconds'])) {
    fail(`State "${name}" needs HeartbeatSeconds below TimeoutSeconds`, at);
  }
}

function checkParameters(
  language: QueryLanguageName,
  name: string,
  state: JsonObject,
  allowed: readonly string[] | undefined,
  at: string,
): void {
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const parameters = state[field];
  if (language === 'JSONata' && (parameters === undefined || expressionIn(parameters) !== undefined)) return;
  if (!isObject(parameters)) return fail(`State "${name}" needs ${field}`, at);
  if (allowed === undefined) return;
  const unknown = Object.keys(parameters).find((key) => !allowed.includes(key.replace(/\.\$$/, '')));
  if (unknown === undefined) return;
  fail(
    `State "${name}" passes the parameter '${unknown}', which the local cloud does not support; it supports ${allowed.join(', ')}`,
    `${at}/${field}`,
  );
}

function checkWait(language: QueryLanguageName, name: string, state: JsonObject, at: string): void {
  const given = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'].filter((field) => state[field] !== undefined);
  if (given.length !== 1) fail(`State "${name}" needs one of Seconds, SecondsPath, Timestamp, TimestampPath`, at);
  checkWhole(language, 'Seconds', state['Seconds'], { least: 0 }, at);
  const time = state['Timestamp'];
  checkTemplate(language, time, `${at}/Timestamp`);
  if (time === undefined || (language === 'JSONata' && expressionIn(time) !== undefined)) return;
  if (timestamp(time) === undefined) fail('String does not match RFC3339 timestamp', `${at}/Timestamp`);
}

function checkFail(language: QueryLanguageName, state: JsonObject, at: string): void {
  for (const field of ['Error', 'Cause']) {
    const path = state[`${field}Path`];
    checkTemplate(language, state[field], `${at}/${field}`);
    if (path !== undefined) checkExpression(`${field}Path`, path, at);
    if (path !== undefined && state[field] !== undefined) fail(`give ${field} or ${field}Path, not both`, at);
  }
}
