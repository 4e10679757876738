import { conditionHolds, resolveValue } from '../resolver.ts';
import type { Scope } from '../scope.ts';
import type { Output } from './model.ts';
import type { Template } from '../template.ts';

/** The template's outputs, resolved. */
export function resolveOutputs(template: Template, scope: Scope): Output[] {
  const outputs: Output[] = [];
  for (const [key, declared] of Object.entries(template.Outputs ?? {})) {
    const { Condition, Value, Description, Export } = declared as OutputDeclaration;
    if (Condition !== undefined && !conditionHolds(Condition, scope)) continue;
    const name = Export === undefined ? undefined : resolveValue(Export.Name, scope);
    outputs.push({
      OutputKey: key,
      OutputValue: String(resolveValue(Value, scope)),
      ...(Description !== undefined && { Description }),
      ...(name !== undefined && { ExportName: String(name) }),
    });
  }
  return outputs;
}

interface OutputDeclaration {
  readonly Condition?: string;
  readonly Value: unknown;
  readonly Description?: string;
  readonly Export?: { readonly Name: unknown };
}
