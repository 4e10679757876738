import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { withoutMissingDocs } from './docs-url.ts';
import { missingParameters, missingSecrets, parametersOf, refusals, secretsOf } from './facts.ts';
import type { Template } from './template/template.ts';

/** What has to be deployed before a template can be, a sentence each. Takes links to missing documentation out of it. */
export async function refusalsOfFacts(
  template: Template,
  { service, stage }: { readonly service: string; readonly stage: string },
  config: Pick<SSMClientConfig, 'region' | 'credentials'>,
): Promise<string[]> {
  const [ssm, secrets] = [new SSMClient(config), new SecretsManagerClient(config)];
  try {
    const missing = await missingParameters(ssm, parametersOf(template));
    const needed = withoutMissingDocs(template, stage, missing);
    return refusals(service, stage, [...needed, ...(await missingSecrets(secrets, secretsOf(template)))]);
  } finally {
    ssm.destroy();
    secrets.destroy();
  }
}
