import type { Output, Stack } from './model.ts';
import type { StackStore } from './store.ts';

const existing = (store: StackStore): Stack[] => store.all().filter(({ deletedAt }) => deletedAt === undefined);

/** What a stack exports under this name. */
export function exportOf(name: string, store: StackStore): string | undefined {
  const outputs = existing(store).flatMap((stack) => stack.outputs);
  return outputs.find(({ ExportName }) => ExportName === name)?.OutputValue;
}

/** Names of the stacks that import this. */
export const importersOf = (name: string, store: StackStore): string[] =>
  existing(store)
    .filter(({ imports }) => imports?.includes(name))
    .map((stack) => stack.name);

/** Why a stack's outputs may not become these: others import what would go, or be another value. Undefined if they may. */
export function usedExports(stack: Stack, after: readonly Output[], store: StackStore): string | undefined {
  for (const { ExportName: name, OutputValue: value } of stack.outputs) {
    const next = after.find(({ ExportName }) => ExportName === name);
    const importing = name === undefined || next?.OutputValue === value ? [] : importersOf(name, store);
    if (importing.length === 0) continue;
    const verb = next === undefined ? 'deleted' : 'updated';
    return `Export ${name} cannot be ${verb} as it is in use by ${listed(importing)}`;
  }
  return undefined;
}

/** @throws Error with the reason */
export function refuseUsedExports(stack: Stack, after: readonly Output[], store: StackStore): void {
  const reason = usedExports(stack, after, store);
  if (reason !== undefined) throw new Error(reason);
}

/** @throws Error that says which stack has one of these names already */
export function refuseTakenExports({ id }: Stack, outputs: readonly Output[], store: StackStore): void {
  for (const { ExportName: name } of outputs) {
    const has = (stack: Stack): boolean =>
      stack.id !== id && stack.outputs.some(({ ExportName }) => ExportName === name);
    const owner = name === undefined ? undefined : existing(store).find(has);
    if (owner !== undefined)
      throw new Error(`Export with name ${name} is already exported by stack ${owner.name}. Rename it.`);
  }
}

/** `a`, `a and b`, `a, b and c` */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
