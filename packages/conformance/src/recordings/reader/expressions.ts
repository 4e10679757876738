import { calculate } from './operators.ts';
import { memberOf } from './members.ts';
import { bind, parametersOf } from './parameters.ts';
import { Scope } from './scope.ts';
import { literalOf, readString, unescape } from './string-literals.ts';
import { type Node, inner, split } from './syntax.ts';
import { assign } from './targets.ts';
import { Callable, Float, type Named, Namespace, Unreadable, isDict, items, text, truthy } from './values.ts';

/** The value of an expression. Calls of AWS's APIs are made on the way. */
export async function evaluate(node: Node, scope: Scope): Promise<unknown> {
  const handler = EXPRESSIONS[node.name];
  if (handler === undefined) throw new Unreadable(`${node.name} in line ${node.line}`);
  return handler(node, scope);
}

/** `a, b` is a tuple; one expression is itself. */
export async function evaluateGroup(parts: readonly Node[], scope: Scope): Promise<unknown> {
  const groups = split(parts, ',');
  const [first] = groups;
  if (groups.length === 1 && first?.length === 1 && first[0] !== undefined && !parts.some(isComma)) {
    return evaluate(first[0], scope);
  }
  return elements(parts, scope);
}

const isComma = ({ name }: Node): boolean => name === ',';

const EXPRESSIONS: Readonly<Record<string, (node: Node, scope: Scope) => unknown>> = {
  Number: ({ text: source }) => {
    const digits = source.replaceAll('_', '');
    return /^\d+\.0*$/.test(digits) ? new Float(digits) : Number(digits);
  },
  Boolean: ({ text: word }) => word === 'True',
  None: () => null,
  String: ({ text: source }) => readString(source),
  FormatString: formatted,
  ContinuedString: continued,
  VariableName: ({ text: name }, scope) => scope.get(name),
  ParenthesizedExpression: (node, scope) => evaluateGroup(inner(node), scope),
  TupleExpression: (node, scope) => elements(inner(node), scope),
  ArrayExpression: (node, scope) => elements(inner(node), scope),
  SetExpression: (node, scope) => elements(inner(node), scope),
  DictionaryExpression: dictionary,
  ArrayComprehensionExpression: comprehension,
  SetComprehensionExpression: comprehension,
  ComprehensionExpression: comprehension,
  DictionaryComprehensionExpression: async (node, scope) =>
    Object.fromEntries((await comprehension(node, scope)) as [string, unknown][]),
  UnaryExpression: unary,
  BinaryExpression: binary,
  ConditionalExpression: async (node, scope) => {
    const [yes, condition, no] = node.parts.filter(({ name }) => name !== 'if' && name !== 'else');
    return evaluate(some(truthy(await evaluate(some(condition), scope)) ? yes : no), scope);
  },
  NamedExpression: async (node, scope) => {
    const value = await evaluate(some(node.parts[2]), scope);
    scope.set(some(node.parts[0]).text, value);
    return value;
  },
  LambdaExpression: lambda,
  AwaitExpression: (node) => {
    throw new Unreadable(`await in line ${node.line}`);
  },
  MemberExpression: member,
  CallExpression: call,
};

async function elements(parts: readonly Node[], scope: Scope): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const group of split(parts, ',')) {
    if (group[0]?.name === '*') found.push(...items(await evaluate(some(group[1]), scope)));
    else if (group[0] !== undefined) found.push(await evaluate(group[0], scope));
  }
  return found;
}

async function dictionary(node: Node, scope: Scope): Promise<unknown> {
  const found: Record<string, unknown> = {};
  for (const group of split(inner(node), ',')) {
    const [key, , value] = group;
    if (key?.name === '**') Object.assign(found, await evaluate(some(group[1]), scope));
    else if (key !== undefined) found[keyOf(await evaluate(key, scope))] = await evaluate(some(value), scope);
  }
  return found;
}

function keyOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) throw new Unreadable('a key that is not text');
  return text(value);
}

async function formatted(node: Node, scope: Scope): Promise<string> {
  const { prefix, quote } = literalOf(node.text);
  const raw = prefix.includes('r');
  const plain = (source: string): string => {
    const braces = source.replaceAll('{{', '{').replaceAll('}}', '}');
    return raw ? braces : unescape(braces);
  };
  let result = '';
  let from = prefix.length + quote.length;
  for (const part of node.parts.filter(({ name }) => name === 'FormatReplacement')) {
    result += plain(node.text.slice(from, part.from - node.from));
    const [value, ...more] = inner(part);
    if (more.some(({ name }) => name === 'FormatSpec')) throw new Unreadable(`a format in line ${node.line}`);
    result += text(await evaluate(some(value), scope));
    from = part.to - node.from;
  }
  return result + plain(node.text.slice(from, node.text.length - quote.length));
}

/** Literals that follow one another are one. The replacements of a formatted one stand beside it. */
async function continued(node: Node, scope: Scope): Promise<string> {
  let result = '';
  for (const part of node.parts) {
    if (part.name === 'FormatReplacement') continue;
    if (part.name === 'FormatString') {
      const own = node.parts.filter(
        ({ name, from, to }) => name === 'FormatReplacement' && from > part.from && to < part.to,
      );
      const parts = [...part.parts, ...own].toSorted((one, other) => one.from - other.from);
      const { name, text: source, from, to, line } = part;
      result += await formatted({ name, text: source, from, to, line, parts }, scope);
    } else result += text(await evaluate(part, scope));
  }
  return result;
}

/** Each element of a comprehension; of a dict's, its keys with their values. */
async function comprehension(node: Node, scope: Scope): Promise<unknown[]> {
  const parts = inner(node);
  const firstFor = parts.findIndex(({ name }) => name === 'for');
  const element = parts.slice(0, firstFor).filter(({ name }) => name !== ':');
  const found: unknown[] = [];
  const own = new Scope(scope);
  const run = async (rest: readonly Node[]): Promise<void> => {
    const [head] = rest;
    if (head === undefined) {
      const values: unknown[] = [];
      for (const part of element) values.push(await evaluate(part, own));
      return void found.push(element.length === 1 ? values[0] : [keyOf(values[0]), values[1]]);
    }
    const next = rest.findIndex(({ name }, index) => index > 0 && (name === 'for' || name === 'if'));
    const clause = rest.slice(1, next < 0 ? undefined : next);
    const after = next < 0 ? [] : rest.slice(next);
    if (head.name === 'if') {
      if (truthy(await evaluate(some(clause[0]), own))) await run(after);
      return;
    }
    const at = clause.findIndex(({ name }) => name === 'in');
    for (const item of items(await evaluate(some(clause[at + 1]), own))) {
      await assign(clause.slice(0, at), item, own, evaluate);
      await run(after);
    }
  };
  await run(parts.slice(firstFor));
  return found;
}

async function unary(node: Node, scope: Scope): Promise<unknown> {
  const [operator, operand] = node.parts;
  const value = await evaluate(some(operand), scope);
  if (operator?.name === 'not') return !truthy(value);
  // Adding 0 makes 0 of -0, which Python's integers do not have.
  return operator?.text === '-' ? -(value as number) + 0 : value;
}

async function binary(node: Node, scope: Scope): Promise<unknown> {
  const [left, right] = [some(node.parts[0]), some(node.parts.at(-1))];
  const operator = node.parts
    .slice(1, -1)
    .map((part) => part.text)
    .join(' ');
  const one = await evaluate(left, scope);
  if (operator === 'and') return truthy(one) ? evaluate(right, scope) : one;
  if (operator === 'or') return truthy(one) ? one : evaluate(right, scope);
  return calculate(one, operator, await evaluate(right, scope));
}

function lambda(node: Node, scope: Scope): Callable {
  const parameters = parametersOf(node.parts.find(({ name }) => name === 'ParamList'));
  const body = some(node.parts.at(-1));
  return new Callable(async (args, named) => evaluate(body, await bind(parameters, scope, args, named, evaluate)));
}

async function member(node: Node, scope: Scope): Promise<unknown> {
  const [object, , ...rest] = node.parts;
  const value = await evaluate(some(object), scope);
  const property = node.parts.find(({ name }) => name === 'PropertyName');
  if (property !== undefined) return memberOf(value, property.text, node.line);
  const index = rest.slice(0, -1);
  const colon = index.findIndex(({ name }) => name === ':');
  if (colon >= 0) return slice(value, index, colon, scope);
  return itemOf(value, await evaluateGroup(index, scope), node);
}

async function slice(value: unknown, index: readonly Node[], colon: number, scope: Scope): Promise<unknown> {
  const bound = async (part: Node | undefined) =>
    part === undefined || part.name === ':' ? undefined : ((await evaluate(part, scope)) as number);
  const from = colon === 0 ? undefined : await bound(index[0]);
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) {
    return value.slice(from, await bound(index[colon + 1]));
  }
  throw new Unreadable('a slice');
}

function itemOf(value: unknown, key: unknown, node: Node): unknown {
  const list = typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array;
  const found = list ? value.at(Number(key)) : isDict(value) ? value[text(key)] : undefined;
  if (found !== undefined) return found;
  if (list || isDict(value) || value === null) throw new KeyMissing(text(key));
  throw new Unreadable(`[${text(key)}] of ${typeof value} in line ${node.line}`);
}

/** An answer has no such member: a KeyError of the case. */
export class KeyMissing extends Error {
  constructor(key: string) {
    super(`There is no ${key} in what was answered.`);
  }
}

async function call(node: Node, scope: Scope): Promise<unknown> {
  const callee = await evaluate(some(node.parts[0]), scope);
  // A class of the case itself: only that there is one of it can be said, or what its words are if it is a typed dict.
  if (callee instanceof Namespace)
    return callee.member('__typed_dict__') === true ? { ...(await argumentsOf(node, scope)).named } : new Namespace({});
  if (!(callee instanceof Callable)) throw new Unreadable(`${some(node.parts[0]).text}() in line ${node.line}`);
  const { args, named } = await argumentsOf(node, scope);
  return callee.call(args, named);
}

async function argumentsOf(node: Node, scope: Scope): Promise<{ args: readonly unknown[]; named: Named }> {
  const list = some(node.parts.find(({ name }) => name === 'ArgList'));
  if (list.parts.some(({ name }) => name === 'for')) return { args: [await comprehension(list, scope)], named: {} };
  const args: unknown[] = [];
  const named: Record<string, unknown> = {};
  for (const group of split(inner(list), ',')) {
    const [first, second, third] = group;
    if (first?.name === '*') args.push(...items(await evaluate(some(second), scope)));
    else if (first?.name === '**') Object.assign(named, await evaluate(some(second), scope));
    else if (second?.name === 'AssignOp') named[some(first).text] = await evaluate(some(third), scope);
    else if (first !== undefined) args.push(await evaluate(first, scope));
  }
  return { args, named };
}

function some(node: Node | undefined): Node {
  if (node === undefined) throw new Unreadable('a piece of syntax');
  return node;
}
