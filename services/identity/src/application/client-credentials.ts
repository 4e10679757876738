import type { Call } from '@dure/contracts/binding/call';
import { ACCESS_TOKEN_SECONDS } from '../domain/claims.ts';
import type { Client } from '../domain/client.ts';
import { OAuthError } from '../domain/oauth-error.ts';
import { grantedScopes, partOf } from '../domain/scopes.ts';
import { type Issuer, issueToken } from './issue-token.ts';

/** An answer of the token endpoint. Source: https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
}

/** A token for a client in its own name. @throws OAuthError */
export async function clientCredentials(
  issuer: Issuer,
  call: Call,
  client: Client,
  scope: string | undefined,
): Promise<TokenAnswer> {
  const { id: clientId, acts } = client;
  if (acts === undefined) throw new OAuthError('unauthorized_client', 'This client acts for people alone.');
  const { subject, roles } = acts;
  const scopes = acts.scopes === undefined ? grantedScopes(roles, scope) : partOf(acts.scopes, scope);
  const token = await issueToken(issuer, call, { subject, clientId, scopes, roles }, ACCESS_TOKEN_SECONDS);
  return { access_token: token, token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS, scope: scopes.join(' ') };
}
