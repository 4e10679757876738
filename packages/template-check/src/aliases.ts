import { functionOf } from './queues.ts';
import { at, ofType } from './template.ts';
import type { Entry, Template } from './template.ts';

export function aliases(template: Template): Entry[] {
  return ofType(template, 'AWS::Lambda::Alias');
}

/** The function that CodeDeploy calls before an alias gets traffic. */
export function hookOf(template: Template, alias: Entry): string | undefined {
  return functionOf(template, at(alias.resource.UpdatePolicy, 'CodeDeployLambdaAliasUpdate', 'BeforeAllowTrafficHook'));
}

/** Logical ids of the functions that only deployments call. */
export function deploymentHooks(template: Template): Set<string> {
  return new Set(aliases(template).flatMap((alias) => hookOf(template, alias) ?? []));
}

/** Logical ids of the functions that have an alias. */
export function aliasedFunctions(template: Template): Set<string> {
  return new Set(aliases(template).flatMap(({ properties }) => functionOf(template, properties['FunctionName']) ?? []));
}
