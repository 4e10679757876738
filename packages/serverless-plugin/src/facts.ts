import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Template } from './template/template.ts';

/** Owners of parameters whose path does not name the service: `/dure/{stage}/bus/name` is the journal's. */
const OWNERS: Readonly<Record<string, string>> = { bus: 'journal' };

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const MAX_NAMES = 10;

/** `{{resolve:ssm:/dure/dev/bus/name}}`, with or without a version. Not everyone who deploys may read secure ones. */
const REFERENCE = /\{\{resolve:ssm:([\w.\-/]+)(?::\d+)?\}\}/g;

/** The sorted names of all parameters that CloudFormation looks up for this template. */
export function parametersOf(template: Template): string[] {
  const text = JSON.stringify(template.Resources);
  return [...new Set([...text.matchAll(REFERENCE)].map(([, name = '']) => name))].sort();
}

/** The service that publishes a parameter, or undefined for one that is not Dure's. */
export function ownerOf(parameter: string, stage: string): string | undefined {
  const [, root, at, segment] = parameter.split('/');
  if (root !== 'dure' || at !== stage || segment === undefined) return undefined;
  return OWNERS[segment] ?? segment;
}

/**
 * Which of these parameters are missing.
 * @throws SSM's error, if the request fails
 */
export async function missingParameters(ssm: SSMClient, names: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (let start = 0; start < names.length; start += MAX_NAMES) {
    const answer = await ssm.send(new GetParametersCommand({ Names: names.slice(start, start + MAX_NAMES) }));
    missing.push(...(answer.InvalidParameters ?? []));
  }
  return missing;
}

/** What to deploy before this service: a sentence for each owner of a missing parameter. */
export function refusals(service: string, stage: string, missing: readonly string[]): string[] {
  const byOwner = Object.groupBy(missing, (name) => ownerOf(name, stage) ?? '');
  return Object.entries(byOwner).map(([owner, names = []]) => {
    const needs = `${service} needs ${names.join(' and ')}`;
    if (owner === '' || owner === service) {
      const put = `aws ssm put-parameter --type String --name ${names[0]} --value …`;
      return `${needs}, which no service publishes: put it yourself: ${put}`;
    }
    return `${needs}: deploy ${owner} first: cd services/${owner} && npx serverless deploy --stage ${stage}`;
  });
}
