import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';

/** The identity service's clients that people, tools and tests use: `deployer` may read and write the registry. */
export type Client = 'auditor' | 'customer' | 'deployer' | 'merchandiser' | 'operator';

export interface Asked {
  readonly client: Client;
  readonly stage: string;
  /** Less than the client's role may do: `orders:read:any journal:read`. */
  readonly scope?: string | undefined;
}

export interface GivenToken {
  readonly token: string;
  /** How long it is valid. */
  readonly seconds: number;
}

const TIMEOUT_MS = 30_000;

/**
 * An access token of a stage for a client, by its secret, which Secrets Manager has.
 * @returns undefined if the stage has no identity service
 * @throws Error if the secret cannot be read, or the identity service gives no token
 */
export async function clientToken(client: Client, stage: string, aws: SSMClientConfig): Promise<string | undefined> {
  const issuer = await issuerOf(stage, aws);
  return issuer === undefined ? undefined : (await requestToken(issuer, { client, stage }, aws)).token;
}

/** Who gives the tokens of a stage; undefined if it has no identity service. */
export async function issuerOf(stage: string, aws: SSMClientConfig): Promise<string | undefined> {
  const ssm = new SSMClient(aws);
  try {
    const name = `/dure/${stage}/identity/issuer`;
    const { Parameters: [found] = [] } = await ssm.send(new GetParametersCommand({ Names: [name] }));
    return found?.Value;
  } finally {
    ssm.destroy();
  }
}

/** The same of what `npm start` runs at this URL. */
export async function localClientToken(client: Client, url: string): Promise<string | undefined> {
  const response = await fetch(`${url}/_cloud/resources`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { endpoints } = (await response.json()) as { readonly endpoints: Readonly<Record<string, string>> };
  const endpoint = endpoints['SSM'];
  if (endpoint === undefined) return undefined;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return clientToken(client, 'local', { endpoint, region: 'us-east-1', credentials });
}

/**
 * A token of an issuer for a client of its stage.
 * @throws Error if the client's secret cannot be read, or the issuer gives no token
 */
export async function requestToken(
  issuer: string,
  { client, stage, scope }: Asked,
  aws: SSMClientConfig,
): Promise<GivenToken> {
  const secret = await secretOf(client, stage, aws);
  const response = await fetch(`${issuer}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${issuer} gives no token to ${client}: ${response.status} ${text.slice(0, 300)}`);
  const { access_token: token, expires_in: seconds } = JSON.parse(text) as { access_token: string; expires_in: number };
  return { token, seconds };
}

async function secretOf(client: Client, stage: string, aws: SSMClientConfig): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const secrets = new SecretsManagerClient(aws as object);
  const SecretId = `dure/${stage}/identity/clients/${client}`;
  try {
    const { SecretString: secret = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    return secret;
  } catch (error) {
    throw new Error(`The secret ${SecretId} cannot be read: ${(error as Error).message}`, { cause: error });
  } finally {
    secrets.destroy();
  }
}
