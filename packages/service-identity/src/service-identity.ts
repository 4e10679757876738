import { hash } from 'node:crypto';
import { scopesOf } from '@dure/contracts/access';
import type { Asking, ClientOptions } from '@dure/contracts/binding/client';
import { keepTokens } from './kept-tokens.ts';
import { proveRole, roleIn } from './prove-role.ts';
import { exchangedToken, ownToken } from './token-endpoint.ts';

export interface ServiceIdentityOptions {
  /** The identity service of the stage: the parameter `/dure/{stage}/identity/issuer`. */
  readonly issuer: string;
  /** Of the function: its region, and the credentials of its role. */
  readonly environment: NodeJS.ProcessEnv;
  /** Is told why there is no fresh token. One that is kept goes on until it expires. */
  readonly tell: (error: Error) => void;
}

/** Who a service is when it calls others: gives a client of a contract its options. */
export interface ServiceIdentity {
  /** The calls are made for the caller of the service: `credentials` of the request. The contract has to allow it. */
  onBehalf(options: ClientOptions): ClientOptions;
  /** The calls are made by the service in its own name. The contract has to allow it. */
  asItself(options: ClientOptions): ClientOptions;
}

/** More callers than one environment has in the life of a token. */
const MAX_KEPT = 500;

/**
 * Opens the identity of a service, to be made once: it keeps the tokens. A service gets a token of its own for a proof of its
 * role, without a secret. What it does for its caller it does with an exchanged token, for the scopes of the endpoint alone.
 * A call asks the identity service for nothing while the tokens that it needs are kept. Callers' tokens are kept as hashes.
 *
 * @example
 * ```ts
 * import { client } from '@dure/contracts/binding/client';
 * import { GetThing } from '@dure/contracts/things';
 * import { openServiceIdentity } from '@dure/service-identity';
 *
 * const issuer = 'http://localhost:4000/identity/local';
 * const { onBehalf } = openServiceIdentity({ issuer, environment: process.env, tell: console.warn });
 *
 * export const getThing = client(GetThing, ['size'], onBehalf({ baseUrl: 'http://localhost:4000/things/local' }));
 * ```
 */
export function openServiceIdentity({ issuer, environment, tell }: ServiceIdentityOptions): ServiceIdentity {
  const own = keepTokens(1, tell);
  const exchanged = keepTokens(MAX_KEPT, tell);

  const token = (): Promise<string> =>
    own.get('', async () => {
      const { region, credentials } = roleIn(environment);
      return ownToken(issuer, await proveRole(issuer, region, credentials));
    });

  const tokenFor = (subject: string, scope: string): Promise<string> =>
    exchanged.get(`${hash('sha256', subject, 'base64')} ${scope}`, async () =>
      exchangedToken(issuer, subject, await token(), scope),
    );

  async function forCaller({ endpoint, headers, signal }: Asking): Promise<Record<string, string>> {
    const { authorization, ...others } = headers;
    if (endpoint.access === 'public') return others;
    const subject = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    // Without a caller's token the service that is called refuses, and says what it needs.
    if (subject === undefined) return headers;
    const acting = await until(signal, tokenFor(subject, scopesOf(endpoint.access).join(' ')));
    return { ...others, authorization: `Bearer ${acting}` };
  }

  const inOwnName = async ({ endpoint, headers, signal }: Asking): Promise<Record<string, string>> =>
    endpoint.access === 'public' ? headers : { ...headers, authorization: `Bearer ${await until(signal, token())}` };

  return {
    onBehalf: (options) => ({ ...options, identify: forCaller }),
    asItself: (options) => ({ ...options, identify: inOwnName }),
  };
}

/** A request for a token goes on for other calls that wait for it, but a call waits no longer than it may. */
function until<Value>(signal: AbortSignal, wanted: Promise<Value>): Promise<Value> {
  const { promise, reject, resolve } = Promise.withResolvers<Value>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  wanted.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  return promise;
}
