import type { DatabaseSync } from 'node:sqlite';
import { own } from '@dure/local-http/own-property';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { Identity } from '@dure/cloudformation';
import { secretActions } from './actions.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import { openSecretStore } from './store.ts';

export { secretReferences } from './dynamic-references.ts';
export { secretsManagerResourceTypes } from './resource-types.ts';

export interface SecretsManager {
  /** The AWS JSON protocol's actions, `X-Amz-Target: secretsmanager.GetSecretValue`. */
  readonly handle: AwsJsonService;
  readonly secrets: Secrets;
  /** The text of a secret's current version, or undefined. */
  text(id: string): string | undefined;
}

/**
 * Secrets Manager: secrets with their versions, staging labels, tags and deletion. Nothing is encrypted. Rotation,
 * replication and resource policies are refused by name.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
export function createSecretsManager({ database, ...identity }: Identity & { database: DatabaseSync }): SecretsManager {
  const secrets = createSecrets(openSecretStore(database), identity);
  const actions = secretActions(secrets);
  return {
    secrets,
    async handle(action, input) {
      const act = own(actions, action);
      if (act !== undefined) return act(input);
      throw new AwsError('UnknownOperationException', `Secrets Manager's ${action} is not supported here.`);
    },
    text(id) {
      const secret = secrets.find(id);
      if (secret === undefined || secret.deletion !== undefined) return undefined;
      return secrets.store.versions(secret.name).find(({ stages }) => stages.includes('AWSCURRENT'))?.text;
    },
  };
}
