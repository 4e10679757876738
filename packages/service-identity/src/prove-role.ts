import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** The credentials of a function's role: Lambda puts them into its environment, and they hold as long as it. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Where a function runs, and as what. @throws Error outside of Lambda, where a variable is missing */
export function roleIn(environment: NodeJS.ProcessEnv): { region: string; credentials: RoleCredentials } {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!region || !accessKeyId || !secretAccessKey) throw new Error('Nothing says which role this function has.');
  return { region, credentials: { accessKeyId, secretAccessKey, sessionToken: environment['AWS_SESSION_TOKEN'] } };
}

/** What a client names such a proof in `client_assertion_type` (RFC 7521). */
export const ROLE_PROOF = 'urn:dure:oauth:client-assertion-type:aws-role';

/** In seconds: a proof is used at once. */
const LIFE = 60;

/**
 * Proves which role a function has, without a secret of its own: the query of a signed question to AWS's Security Token
 * Service, who it is. Whoever gets it may ask that, within a minute, and nothing else. The signature covers a header with the
 * issuer, so that a proof for one stage or issuer is no good for another.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 *
 * @example
 * ```ts
 * import { proveRole } from '@dure/service-identity/prove-role';
 *
 * const credentials = { accessKeyId: 'local', secretAccessKey: 'local', sessionToken: 'local' };
 *
 * export const proof = () => proveRole('http://localhost:4000/identity/local', 'us-east-1', credentials);
 * ```
 */
export async function proveRole(issuer: string, region: string, credentials: RoleCredentials): Promise<string> {
  const question = {
    method: 'GET',
    protocol: 'https:',
    hostname: stsHost(region),
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host: stsHost(region), 'x-dure-issuer': issuer },
  };
  const { query } = await signerOf('sts', region, credentials).presign(question, { expiresIn: LIFE });
  return new URLSearchParams(query as Record<string, string>).toString();
}

/** Source: https://docs.aws.amazon.com/general/latest/gr/sts.html */
const stsHost = (region: string): string => `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** Signs for a service of AWS. */
export const signerOf = (service: string, region: string, credentials: RoleCredentials): SignatureV4 =>
  new SignatureV4({ service, region, credentials, sha256: Sha256 });

class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string | NodeJS.ArrayBufferView);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('A hash is used once.');
  }
}
