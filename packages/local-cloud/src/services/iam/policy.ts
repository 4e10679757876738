import { isObject } from '@dure/local-http/json';
import { wildcard } from '../../shared/wildcard.ts';

/** What somebody asks to do; `context` has the values of each condition key, by its name in lower case. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

type Test = (access: Access) => boolean;

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly applies: Test;
}

/** A deny wins; what nothing allows is not allowed. */
export function isAllowed(statements: readonly Statement[], access: Access): boolean {
  const effects = statements.filter(({ applies }) => applies(access)).map(({ effect }) => effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/** Whether a statement of a policy has a say in an action. */
export function isAbout(statement: unknown, action: string): boolean {
  if (!isObject(statement)) return false;
  if (statement['NotAction'] !== undefined) return true;
  return texts(statement['Action'] ?? [], 'Action').some((pattern) => wildcard(pattern, 'i').test(action));
}

/**
 * A statement of an identity policy, to be evaluated.
 * @throws TypeError for what is not evaluated here, by its name
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function parseStatement(statement: unknown): Statement {
  if (!isObject(statement)) throw new TypeError('A statement of a policy is not an object.');
  const { Effect: effect, Action: action, Resource: resource, Condition: condition = {}, Sid: _, ...rest } = statement;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new TypeError(`A policy's ${unknown} is not evaluated locally.`);
  if (effect !== 'Allow' && effect !== 'Deny') throw new TypeError('The Effect of a statement is Allow or Deny.');
  const actions = texts(action, 'Action').map((pattern) => wildcard(pattern, 'i'));
  const resources = texts(resource, 'Resource').map((pattern) => wildcard(pattern));
  const conditions = parseConditions(condition);
  return {
    effect,
    applies: (access) =>
      actions.some((pattern) => pattern.test(access.action)) &&
      resources.some((pattern) => pattern.test(access.resource)) &&
      conditions.every((holds) => holds(access)),
  };
}

function parseConditions(condition: unknown): Test[] {
  if (!isObject(condition)) throw new TypeError('The Condition of a statement is not an object.');
  return Object.entries(condition).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw new TypeError(`The condition ${operator} is not an object.`);
    return Object.entries(keys).map(([key, values]) => parseCondition(operator, key, texts(values, key)));
  });
}

type Compare = (actual: string, wanted: string) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => wildcard(wanted).test(actual),
};

/** A missing key fulfils what asks for all of its values, or for none. */
function parseCondition(operator: string, key: string, wanted: readonly string[]): Test {
  const valuesOf = ({ context }: Access): readonly string[] => context[key.toLowerCase()] ?? [];
  if (operator === 'Null') {
    const absent = wanted.map((value) => value.toLowerCase() === 'true');
    return (access) => absent.includes(valuesOf(access).length === 0);
  }
  const [, quantifier, name = ''] = /^(?:(ForAllValues|ForAnyValue):)?(.+)$/.exec(operator) ?? [];
  const negated = name.startsWith('StringNot');
  const compare = COMPARISONS[negated ? name.replace('StringNot', 'String') : name];
  if (compare === undefined) throw new TypeError(`The condition operator ${operator} is not evaluated locally.`);
  const matches = (value: string): boolean => wanted.some((it) => compare(value, it)) !== negated;
  return (access) => {
    const values = valuesOf(access);
    if (quantifier === 'ForAnyValue') return values.some(matches);
    if (quantifier === 'ForAllValues') return values.every(matches);
    return values.length === 0 ? negated : values.every(matches);
  };
}

function texts(value: unknown, what: string): string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (list.every((item) => typeof item === 'string' || typeof item === 'boolean')) return list.map(String);
  throw new TypeError(`${what} in a policy has to be a string or a list of strings.`);
}
