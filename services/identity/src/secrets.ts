import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { answerWithin } from '@dure/contracts/binding/deadline';

/** A changed secret takes effect after this long at the latest. */
const KEPT_MS = 60_000;

/** Reads the secrets of the stage's clients, each once a minute at most. Undefined where there is none. */
export function secretReader(stage: string): (clientId: string) => Promise<string | undefined> {
  const kept = new Map<string, { readonly at: number; readonly secret: string }>();
  return async (clientId) => {
    const known = kept.get(clientId);
    if (known !== undefined && Date.now() - known.at < KEPT_MS) return known.secret;
    const { client, GetSecretValueCommand, ResourceNotFoundException } = await loadSecretsManager();
    try {
      const SecretId = `dure/${stage}/identity/clients/${clientId}`;
      const { SecretString: secret } = await client.send(new GetSecretValueCommand({ SecretId }));
      if (secret !== undefined) kept.set(clientId, { at: Date.now(), secret });
      return secret;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };
}

/** Loaded when first needed: it is part of Lambda's runtime. */
async function loadSecretsManager() {
  const secrets = await import('@aws-sdk/client-secrets-manager');
  client ??= new secrets.SecretsManagerClient({ maxAttempts: 3, requestHandler: answerWithin(2_000) });
  return { ...secrets, client };
}
let client: SecretsManagerClient | undefined;
