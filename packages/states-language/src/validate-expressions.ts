import type { QueryLanguageName } from './definition.ts';
import { parseIntrinsic } from './intrinsic.ts';
import { InvalidDefinition } from './invalid-definition.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { parseReference, whyNoPath } from './json-path.ts';
import { expressionIn, whyNoJsonata } from './jsonata.ts';

const MAX_SECONDS = 99_999_999;
const VARIABLE = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]{0,79}$/u;

export function fail(reason: string, at: string, code = 'SCHEMA_VALIDATION_FAILED'): never {
  throw new InvalidDefinition(code, reason, at);
}

/** Checks the expressions in a value: fields that end in `.$`, or texts `{% … %}`. */
export function checkTemplate(language: QueryLanguageName, template: Json | undefined, at: string): void {
  if (language === 'JSONata') return checkJsonata(template, at);
  if (Array.isArray(template)) return template.forEach((item) => checkTemplate(language, item, at));
  if (!isObject(template)) return;
  for (const [key, value] of Object.entries(template)) {
    if (key.endsWith('.$')) checkExpression(key, value, at);
    else checkTemplate(language, value, `${at}/${key}`);
  }
}

function checkJsonata(template: Json | undefined, at: string): void {
  if (Array.isArray(template)) return template.forEach((item, index) => checkJsonata(item, `${at}[${index}]`));
  if (isObject(template)) {
    return Object.entries(template).forEach(([key, value]) => checkJsonata(value, `${at}/${key}`));
  }
  const expression = expressionIn(template);
  const reason = expression === undefined ? undefined : whyNoJsonata(expression);
  if (reason !== undefined) fail(`The value is not a valid JSONata expression (${reason})`, at);
}

/** Checks a path or an intrinsic function. */
export function checkExpression(field: string, value: unknown, at: string): void {
  const reason = typeof value === 'string' ? whyNoExpression(value) : 'it is not a string';
  if (reason === undefined) return;
  fail(
    `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call (${reason})`,
    at,
  );
}

function whyNoExpression(text: string): string | undefined {
  if (text.startsWith('$')) return whyNoPath(text);
  try {
    parseIntrinsic(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function checkPath(field: string, value: unknown, at: string): void {
  if (value === undefined || (value === null && ['InputPath', 'OutputPath'].includes(field))) return;
  const reason = typeof value === 'string' ? whyNoPath(value) : 'it is not a string';
  if (reason !== undefined) fail(`Value is not a valid JSONPath: ${field} (${reason})`, `${at}/${field}`);
}

export function checkReference(value: unknown, at: string): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'string' || parseReference(value) === undefined) fail('Value is not a Reference Path', at);
}

/** Checks a number of seconds or the like: a whole number, in JSONata also an expression. */
export function checkWhole(
  language: QueryLanguageName,
  field: string,
  value: unknown,
  bounds: { readonly least: number; readonly most?: number },
  at: string,
): void {
  const { least, most = MAX_SECONDS } = bounds;
  if (value === undefined) return;
  if (language === 'JSONata' && expressionIn(value as Json) !== undefined) {
    return checkJsonata(value as Json, `${at}/${field}`);
  }
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
  fail(`${field} must be a whole number from ${least} to ${most}`, at);
}

/** Checks `Assign`: the names of variables, and the expressions of their values. */
export function checkAssign(language: QueryLanguageName, assign: Json | undefined, at: string): void {
  if (assign === undefined) return;
  if (!isObject(assign)) return fail('Assign must be an object: variables by name', at);
  checkTemplate(language, assign, at);
  for (const name of assignedNames(assign)) {
    if (name === 'states' || !VARIABLE.test(name)) {
      fail(`'${name}' is no name for a variable: up to 80 letters, digits and _, and not 'states'`, at);
    }
  }
}

/** The variables that a state assigns: by itself, in a Catch, in a choice. */
export function variablesOf(state: JsonObject): string[] {
  return [state, ...objects(state['Catch']), ...objects(state['Choices'])].flatMap(({ Assign: assign }) =>
    isObject(assign) ? assignedNames(assign) : [],
  );
}

function assignedNames(assign: JsonObject): string[] {
  return Object.keys(assign).map((key) => key.replace(/\.\$$/, ''));
}

export function listOf(field: string, value: unknown, at: string): JsonObject[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every(isObject)) return fail(`${field} must be a list of objects`, at);
  return value;
}

export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
