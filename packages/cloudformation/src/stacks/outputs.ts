import { conditionHolds, resolveValue } from '../resolver.ts';
import { type Scope, UnresolvedReference } from '../scope.ts';
import type { Output } from './model.ts';
import type { Template } from '../template.ts';

/** The template's outputs, resolved. */
export function resolveOutputs(template: Template, scope: Scope): Output[] {
  return Object.keys(template.Outputs ?? {}).flatMap((key) => resolveOutput(key, template, scope) ?? []);
}

/** Undefined for one that there is not, or whose condition does not hold. */
export function resolveOutput(key: string, { Outputs: declared = {} }: Template, scope: Scope): Output | undefined {
  if (!Object.hasOwn(declared, key)) return undefined;
  const { Condition, Value, Description, Export } = declared[key] as OutputDeclaration;
  if (Condition !== undefined && !conditionHolds(Condition, scope)) return undefined;
  const name = Export === undefined ? undefined : resolveValue(Export.Name, scope);
  return {
    OutputKey: key,
    OutputValue: String(resolveValue(Value, scope)),
    ...(Description !== undefined && { Description }),
    ...(name !== undefined && { ExportName: String(name) }),
  };
}

/** The key of the output that is exported under a name; undefined if none is. */
export function exportingKey(name: string, { Outputs: declared = {} }: Template, scope: Scope): string | undefined {
  return Object.entries(declared).find(([, output]) => {
    const { Export } = output as OutputDeclaration;
    return Export !== undefined && nameOf(Export, scope) === name;
  })?.[0];
}

/** Undefined for a name that is put together from what does not exist yet. */
function nameOf({ Name }: { readonly Name: unknown }, scope: Scope): unknown {
  try {
    return resolveValue(Name, scope);
  } catch (error) {
    if (error instanceof UnresolvedReference) return undefined;
    throw error;
  }
}

/** Names of the exports that a template imports. */
export function importsOf({ Resources, Outputs }: Template, scope: Scope): string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'Fn::ImportValue') names.add(String(resolveValue(inner, scope)));
      else visit(inner);
    }
  };
  visit([Resources, Outputs]);
  return [...names];
}

interface OutputDeclaration {
  readonly Condition?: string;
  readonly Value: unknown;
  readonly Description?: string;
  readonly Export?: { readonly Name: unknown };
}
