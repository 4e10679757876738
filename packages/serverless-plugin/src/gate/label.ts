import type { Template } from '../template/template.ts';

/** Every function shows its release at `/v1/version`. The first deployments of a stage have no label. */
export function labelFunctions(template: Template, label = 'none'): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    const environment = Properties['Environment'] as { Variables?: Record<string, string> } | undefined;
    const isOurs = Type === 'AWS::Lambda::Function' && environment?.Variables?.['SERVICE_NAME'] !== undefined;
    if (isOurs) environment.Variables!['LABEL'] = label;
  }
}
