import type { Scope } from './scope.ts';
import { type Node, inner, split } from './syntax.ts';
import { Unreadable, isDict, items, text } from './values.ts';

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
  if (target.name !== 'MemberExpression' || bracket?.name !== '[' || object === undefined || index === undefined) {
    throw new Unreadable(`an assignment in line ${target.line}`);
  }
  const container = await evaluate(object, scope);
  const key = await evaluate(index, scope);
  if (Array.isArray(container)) container[Number(key) < 0 ? container.length + Number(key) : Number(key)] = value;
  else if (isDict(container)) container[text(key)] = value;
  else throw new Unreadable(`an assignment in line ${target.line}`);
}
