import { randomUUID } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import { LONGEST_TOKEN_SECONDS } from '../domain/key-ring.ts';
import { grantedScopes } from '../domain/scopes.ts';
import { type Issuer, issueToken } from './issue-token.ts';

export interface GuestToken {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly customerId: string;
  readonly scope: string;
}

/** A token for a customer id that nobody else has. Nothing is kept of it. */
export async function issueGuestToken(issuer: Issuer, call: Call): Promise<GuestToken> {
  const customerId = `guest-${randomUUID()}`;
  const roles = ['guest'];
  const scopes = grantedScopes(roles, undefined);
  const grant = { subject: customerId, clientId: 'guest', scopes, roles };
  const accessToken = await issueToken(issuer, call, grant, LONGEST_TOKEN_SECONDS);
  return { accessToken, expiresIn: LONGEST_TOKEN_SECONDS, customerId, scope: scopes.join(' ') };
}
