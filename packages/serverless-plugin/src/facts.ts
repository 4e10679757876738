import { DescribeSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Template } from './template/template.ts';

/** Owners of parameters and secrets whose path does not name the service: `/dure/{stage}/bus/name` is the journal's. */
const OWNERS: Readonly<Record<string, string>> = { bus: 'journal', calls: 'journal', cursors: 'alerts' };

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const MAX_NAMES = 10;

/** `{{resolve:ssm:/dure/dev/bus/name}}`, with or without a version. Not everyone who deploys may read secure ones. */
const REFERENCE = /\{\{resolve:ssm:([\w.\-/]+)(?::\d+)?\}\}/g;

/** `{{resolve:secretsmanager:dure/dev/cursors:SecretString}}` */
const SECRET = /\{\{resolve:secretsmanager:([\w.\-/]+):SecretString/g;

/** The sorted names of all parameters that CloudFormation looks up for this template. */
export const parametersOf = (template: Template): string[] => namesIn(template, REFERENCE);

/** The sorted names of all secrets that CloudFormation looks up for this template. */
export const secretsOf = (template: Template): string[] => namesIn(template, SECRET);

function namesIn({ Resources }: Template, reference: RegExp): string[] {
  return [...new Set([...JSON.stringify(Resources).matchAll(reference)].map(([, name = '']) => name))].sort();
}

/** The service that publishes a parameter or a secret, or undefined for one that is not Dure's. */
export function ownerOf(name: string, stage: string): string | undefined {
  const [root, at, segment] = name.replace(/^\//, '').split('/');
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

/**
 * Which of these secrets are missing.
 * @throws Secrets Manager's error, if a request fails
 */
export async function missingSecrets(client: SecretsManagerClient, names: readonly string[]): Promise<string[]> {
  const isMissing = async (name: string) => {
    try {
      await client.send(new DescribeSecretCommand({ SecretId: name }));
      return false;
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return true;
      throw error;
    }
  };
  const missing = await Promise.all(names.map(isMissing));
  return names.filter((_, index) => missing[index]);
}

/** What to deploy before this service: a sentence for each owner of what is missing. */
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
