import { own } from '@dure/local-http/own-property';
import type { Scope } from './scope.ts';

type IntrinsicFunction = (argument: unknown, resolve: (value: unknown) => unknown, scope: Scope) => unknown;

/** Resolves to this where `AWS::NoValue` says that the property is not there. */
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * A template value with its intrinsic functions and `{{resolve:…}}` references resolved, and the addresses in it
 * made reachable.
 * @throws UnresolvedReference if it refers to what does not exist (yet)
 * @throws TypeError if a function is used wrongly or is not supported
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function resolveValue(value: unknown, scope: Scope): unknown {
  const resolved = resolveNode(value, scope);
  return resolved === NO_VALUE ? undefined : makeReachable(resolved, scope);
}

function makeReachable(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return scope.reachable(value);
  if (Array.isArray(value)) return value.map((item) => makeReachable(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, makeReachable(inner, scope)]));
}

function resolveNode(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return resolveDynamicReferences(value, scope);
  if (Array.isArray(value)) return value.map((item) => resolveNode(item, scope)).filter((item) => item !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))) {
    const intrinsic = own(INTRINSICS, name);
    if (intrinsic !== undefined) return intrinsic(argument, (inner) => resolveNode(inner, scope), scope);
    if (name.startsWith('Fn::')) throw new TypeError(`${name} is not supported here.`);
  }
  const resolved = entries.map(([key, inner]) => [key, resolveNode(inner, scope)] as const);
  return Object.fromEntries(resolved.filter(([, inner]) => inner !== NO_VALUE));
}

/** Evaluates a condition by its name. */
export function conditionHolds(name: string, scope: Scope): boolean {
  const definition = own(scope.conditions, name);
  if (definition === undefined) throw new TypeError(`The condition "${name}" is not defined.`);
  return isTrue(resolveNode(definition, scope));
}

const INTRINSICS: Record<string, IntrinsicFunction> = {
  Ref: (argument, _resolve, scope) => ref(text('Ref', argument), scope),
  Condition: (argument, _resolve, scope) =>
    typeof argument === 'string' && Object.hasOwn(scope.conditions, argument)
      ? conditionHolds(argument, scope)
      : { Condition: resolveNode(argument, scope) },
  'Fn::GetAtt': (argument, resolve, scope) => getAtt(argument, resolve, scope),
  'Fn::Sub': (argument, resolve, scope) => sub(argument, resolve, scope),
  'Fn::Join': (argument, resolve) => {
    const [separator, items] = pair('Fn::Join', argument);
    return list('Fn::Join', resolve(items)).join(text('Fn::Join', separator));
  },
  'Fn::Select': (argument, resolve) => {
    const [index, items] = pair('Fn::Select', argument);
    const resolved = list('Fn::Select', resolve(items));
    const at = Number(resolve(index));
    if (!(at in resolved)) throw new TypeError(`Fn::Select: there is no item ${String(index)} of ${resolved.length}.`);
    return resolved[at];
  },
  'Fn::Split': (argument, resolve) => {
    const [separator, value] = pair('Fn::Split', argument);
    return text('Fn::Split', resolve(value)).split(text('Fn::Split', separator));
  },
  'Fn::If': (argument, resolve, scope) => {
    const [condition, whenTrue, whenFalse] = list('Fn::If', argument);
    return resolve(conditionHolds(text('Fn::If', condition), scope) ? whenTrue : whenFalse);
  },
  'Fn::Equals': (argument, resolve) => {
    const [left, right] = pair('Fn::Equals', argument).map(resolve);
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (argument, resolve) => list('Fn::And', argument).every((item) => isTrue(resolve(item))),
  'Fn::Or': (argument, resolve) => list('Fn::Or', argument).some((item) => isTrue(resolve(item))),
  'Fn::Not': (argument, resolve) => !isTrue(resolve(list('Fn::Not', argument)[0])),
  'Fn::Base64': (argument, resolve) => Buffer.from(text('Fn::Base64', resolve(argument))).toString('base64'),
  'Fn::FindInMap': (argument, resolve, scope) => {
    const [map, first, second] = list('Fn::FindInMap', argument).map((key) => text('Fn::FindInMap', resolve(key)));
    const found = scope.mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
    if (found === undefined) throw new TypeError(`Fn::FindInMap: ${map}.${first}.${second} is not defined.`);
    return found;
  },
  'Fn::ImportValue': (argument, resolve, scope) => scope.importValue(text('Fn::ImportValue', resolve(argument))),
  'Fn::ToJsonString': (argument, resolve) => JSON.stringify(resolve(argument)),
  'Fn::Length': (argument, resolve) => list('Fn::Length', resolve(argument)).length,
};

function ref(logicalId: string, scope: Scope): unknown {
  if (logicalId === 'AWS::NoValue') return NO_VALUE;
  const pseudo = own(scope.pseudoParameters, logicalId);
  return pseudo ?? scope.parameter(logicalId) ?? scope.ref(logicalId);
}

function getAtt(argument: unknown, resolve: (value: unknown) => unknown, scope: Scope): unknown {
  const [logicalId, attribute] =
    typeof argument === 'string' ? splitOnce(argument) : pair('Fn::GetAtt', argument).map(resolve);
  return scope.getAtt(text('Fn::GetAtt', logicalId), text('Fn::GetAtt', attribute));
}

/** Both forms: a string, or `[string, { Name: value }]`. `${!Literal}` stays as `${Literal}`. */
function sub(argument: unknown, resolve: (value: unknown) => unknown, scope: Scope): unknown {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const given = variables as Record<string, unknown>;
  const substituted = text('Fn::Sub', template).replace(/\$\{([^}]+)\}/g, (_match, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(given, name)) return String(resolve(given[name]));
    return String(name.includes('.') ? scope.getAtt(...splitOnce(name)) : ref(name.trim(), scope));
  });
  return resolveDynamicReferences(substituted, scope);
}

const DYNAMIC_REFERENCE = /\{\{resolve:([a-z-]+):([^}]+)\}\}/g;
const WHOLE_REFERENCE = /^\{\{resolve:([a-z-]+):([^}]+)\}\}$/;

/**
 * A text that is nothing but a reference becomes what that stands for, which may be a list.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
function resolveDynamicReferences(value: string, scope: Scope): unknown {
  const [, service, address] = WHOLE_REFERENCE.exec(value) ?? [];
  if (service !== undefined && address !== undefined) return scope.dynamicReference(service, address);
  return value.replace(DYNAMIC_REFERENCE, (_reference, inner: string, at: string) =>
    String(scope.dynamicReference(inner, at)),
  );
}

function splitOnce(name: string): [string, string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot).trim(), name.slice(dot + 1).trim()];
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError(`${name} takes a string here, and this is ${JSON.stringify(value)}.`);
}

function list(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`${name} takes a list here, and this is ${JSON.stringify(value)}.`);
}

function pair(name: string, value: unknown): [unknown, unknown] {
  const items = list(name, value);
  if (items.length === 2) return [items[0], items[1]];
  throw new TypeError(`${name} takes two arguments, and here are ${items.length}.`);
}
