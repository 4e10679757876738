import type { StackChange } from '@dure/cloudformation/stacks/apply';
import type { Engine } from '@dure/cloudformation/stacks/engine';
import { exportOf } from '@dure/cloudformation/stacks/exports';
import { exportingKey, resolveOutput } from '@dure/cloudformation/stacks/outputs';
import type { StackStore } from '@dure/cloudformation/stacks/store';
import { type DynamicReferences, UnresolvedReference } from '../services/cloudformation/index.ts';

/** The stacks that are being made together, by service. */
export type StackChanges = ReadonlyMap<string, StackChange>;

/**
 * What `${cf:stack.output}` stands for: an output of a stack that is made in this start, as soon as what it refers to
 * exists, or of one that an earlier start made.
 */
export const outputReferences = (changes: StackChanges, { store }: Engine): DynamicReferences => ({
  'serverless-cf'(address) {
    const [stackName = '', key = ''] = address.split('.');
    const change = [...changes.values()].find(({ progress }) => progress.stack().name === stackName);
    const output =
      change === undefined
        ? store.find(stackName)?.outputs.find(({ OutputKey }) => OutputKey === key)
        : resolveOutput(key, change.template, change.scope);
    if (output !== undefined) return output.OutputValue;
    throw new UnresolvedReference(`the output ${key} of the stack ${stackName}`);
  },
});

/** What a stack that is made in this start exports under a name, or one that an earlier start made. */
export function importedFrom(changes: StackChanges, name: string, store: StackStore): unknown {
  for (const { template, scope } of changes.values()) {
    const key = exportingKey(name, template, scope);
    if (key !== undefined) return resolveOutput(key, template, scope)?.OutputValue;
  }
  return exportOf(name, store);
}
