import { createHash, timingSafeEqual } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import type { Client } from '../domain/client.ts';
import { OAuthError } from '../domain/oauth-error.ts';

export interface Clients {
  find(id: string): Promise<Client | undefined>;
  /** Whether the secret is the client's. */
  verify(client: Client, secret: string): Promise<boolean>;
  /** The service whose function has the role that was proved; undefined for a proof that proves nothing. */
  ofProof(proof: string, asker: Asker): Promise<Client | undefined>;
}

/** Where a request comes from. */
export interface Asker {
  readonly call: Call;
  /** As API Gateway sees it. */
  readonly address: string;
}

/** What a request says of its client. */
export interface Credentials {
  readonly id: string;
  readonly secret?: string | undefined;
}

/** What a request says of the role of its client, and who that is, if it says so as well. */
export interface RoleProof {
  readonly id?: string | undefined;
  readonly proof: string;
}

/**
 * The client that a request comes from: a confidential one by its secret, a service by its role, a public one by its name.
 * @throws OAuthError invalid_client, and for a role slow_down or temporarily_unavailable
 */
export async function authenticateClient(
  clients: Clients,
  credentials: Credentials | RoleProof | undefined,
  asker: Asker,
): Promise<Client> {
  if (credentials === undefined) throw new OAuthError('invalid_client', 'The client has to say who it is.');
  if ('proof' in credentials) {
    const service = await clients.ofProof(credentials.proof, asker);
    if (service !== undefined && [undefined, service.id].includes(credentials.id)) return service;
    throw new OAuthError('invalid_client', 'That proves the role of no service of the stage.');
  }
  const { id, secret } = credentials;
  const client = await clients.find(id);
  const known =
    client !== undefined &&
    (client.kind === 'public' ? secret === undefined : secret !== undefined && (await clients.verify(client, secret)));
  if (known) return client;
  throw new OAuthError('invalid_client', 'There is no such client, or its secret is another.');
}

/** Takes as long for every secret. */
export const sameSecret = (one: string, other: string): boolean => timingSafeEqual(digestOf(one), digestOf(other));

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
