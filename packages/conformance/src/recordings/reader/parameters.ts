import { Scope } from './scope.ts';
import { type Node, split } from './syntax.ts';
import { type Named, Unreadable } from './values.ts';

export interface Parameter {
  readonly name: string;
  readonly kind: 'plain' | 'rest' | 'keywords';
  readonly fallback: Node | undefined;
}

/** The parameters of `def` or `lambda`. */
export function parametersOf(list: Node | undefined): Parameter[] {
  const parts = (list?.parts ?? []).filter(({ name }) => !['(', ')', 'TypeDef'].includes(name));
  return split(parts, ',').flatMap((group) => {
    const name = group.find((part) => part.name === 'VariableName')?.text;
    if (name === undefined) return [];
    const kind = group[0]?.name === '*' ? 'rest' : group[0]?.name === '**' ? 'keywords' : 'plain';
    const at = group.findIndex((part) => part.name === 'AssignOp');
    return [{ name, kind, fallback: at < 0 ? undefined : group[at + 1] } as const];
  });
}

/** A scope for one call, in which the parameters have their values. */
export async function bind(
  parameters: readonly Parameter[],
  outer: Scope,
  args: readonly unknown[],
  named: Named,
  evaluate: (node: Node, scope: Scope) => Promise<unknown>,
): Promise<Scope> {
  const scope = new Scope(outer);
  const rest = [...args];
  const left = { ...named };
  for (const { name, kind, fallback } of parameters) {
    if (kind === 'rest') scope.set(name, rest.splice(0));
    else if (kind === 'keywords') scope.set(name, { ...left });
    else if (rest.length > 0) scope.set(name, rest.shift());
    else if (Object.hasOwn(left, name)) scope.set(name, left[name]);
    else if (fallback !== undefined) scope.set(name, await evaluate(fallback, outer));
    else throw new Unreadable(`a call without ${name}`);
    delete left[name];
  }
  return scope;
}
