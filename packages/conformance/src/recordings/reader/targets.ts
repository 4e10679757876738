import type { Scope } from './scope.ts';
import { type Node, inner, split } from './syntax.ts';
import { Namespace, Unreadable, isDict, items, text } from './values.ts';

type Evaluate = (node: Node, scope: Scope) => Promise<unknown>;

/** Gives the value to what stands left of `=`, in a `for` or behind `as`: a name, an item, or several of them. */
export async function assign(target: readonly Node[], value: unknown, scope: Scope, evaluate: Evaluate): Promise<void> {
  const groups = split(target, ',');
  const [only] = groups;
  if (groups.length === 1 && only?.length === 1 && only[0] !== undefined && !target.some(({ name }) => name === ',')) {
    return assignOne(only[0], value, scope, evaluate);
  }
  const values = items(value);
  const star = groups.findIndex((group) => group[0]?.name === '*');
  if (star < 0 && values.length !== groups.length) throw new Unreadable('a list of another length');
  for (const [index, group] of groups.entries()) {
    const after = groups.length - 1 - star;
    const item =
      index === star
        ? values.slice(star, values.length - after)
        : values.at(index < star || star < 0 ? index : index - groups.length);
    await assign(
      group.filter(({ name }) => name !== '*'),
      item,
      scope,
      evaluate,
    );
  }
}

async function assignOne(target: Node, value: unknown, scope: Scope, evaluate: Evaluate): Promise<void> {
  if (target.name === 'VariableName') return scope.set(target.text, value ?? null);
  if (target.name === 'TupleExpression' || target.name === 'ParenthesizedExpression') {
    return assign(inner(target), value, scope, evaluate);
  }
  const [object, bracket, index] = target.parts;
  // An attribute of what the vocabulary makes, such as of a thread, changes nothing here.
  if (target.name === 'MemberExpression' && bracket?.name === '.' && object !== undefined) {
    if ((await evaluate(object, scope)) instanceof Namespace) return;
  }
  if (target.name !== 'MemberExpression' || bracket?.name !== '[' || object === undefined || index === undefined) {
    throw new Unreadable(`an assignment in line ${target.line}`);
  }
  const container = await evaluate(object, scope);
  const key = await evaluate(index, scope);
  if (Array.isArray(container)) container[Number(key) < 0 ? container.length + Number(key) : Number(key)] = value;
  else if (isDict(container)) container[text(key)] = value;
  else throw new Unreadable(`an assignment in line ${target.line}`);
}

/** `del` of an item of a list or dict. */
export async function remove(target: Node, scope: Scope, evaluate: Evaluate): Promise<void> {
  const [object, bracket, index] = target.parts;
  if (target.name === 'MemberExpression' && bracket?.name === '[' && object !== undefined && index !== undefined) {
    const container = await evaluate(object, scope);
    const key = await evaluate(index, scope);
    if (Array.isArray(container)) return void container.splice(Number(key), 1);
    if (isDict(container)) return void delete container[text(key)];
  }
  throw new Unreadable(`del in line ${target.line}`);
}
