import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../../aws-protocols/test/sha256.ts';

export const HOST = 'localhost:4566';

export interface Signing {
  readonly method?: string;
  /** With its query. */
  readonly url: string;
  readonly body?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly secret?: string;
  readonly sessionToken?: string;
  readonly service?: string;
}

/** The headers of a request that the SDK's signer signed. */
export async function signedHeaders(signing: Signing): Promise<Record<string, string>> {
  const { method = 'GET', url, body, at, secret = 'local', sessionToken, service = 'execute-api' } = signing;
  const { pathname: path, searchParams } = new URL(url, 'http://localhost');
  const session = sessionToken === undefined ? {} : { sessionToken };
  const signer = new SignatureV4({
    ...{ service, region: 'us-east-1', sha256: Sha256 },
    credentials: { accessKeyId: 'local', secretAccessKey: secret, ...session },
  });
  const request = {
    ...{ method, protocol: 'http:', hostname: 'localhost', path, query: Object.fromEntries(searchParams), body },
    headers: { host: HOST },
  };
  return (await signer.sign(request, { signingDate: new Date(at) })).headers;
}
