import type { Call } from '@dure/contracts/binding/call';
import type { Client } from '../domain/client.ts';
import { OAuthError } from '../domain/oauth-error.ts';
import { refreshTokenOf } from '../domain/refresh-token.ts';
import { type Refresh, refreshOf, type Session, SESSION_SECONDS } from '../domain/session.ts';
import { tokenDigest } from './digest.ts';
import type { ReadToken } from './read-token.ts';
import type { SessionStore } from './sessions.ts';

/** What a token is. Source: https://www.rfc-editor.org/rfc/rfc7662#section-2.2 */
export type Introspection =
  { readonly active: false } | ({ readonly active: true } & Readonly<Record<string, unknown>>);

export interface IntrospectParts {
  readonly readToken: ReadToken;
  readonly sessions: Pick<SessionStore, 'load'>;
}

/** Who may see every token. Any other client sees those that it was given itself. */
const SEEING: readonly string[] = ['service', 'operator', 'auditor'];

/** The same for each token that is not good, or that the client has no business with: it learns nothing of why. */
const INACTIVE = { active: false } as const;

/**
 * Says whether a token is good, and whose it is. Asking for a refresh token is not using it: nothing changes, and no
 * session ends.
 * @throws OAuthError invalid_client for a client that cannot prove who it is: anybody may have its name
 */
export async function introspect(
  { readToken, sessions }: IntrospectParts,
  call: Call,
  client: Client,
  token: string,
): Promise<Introspection> {
  if (client.kind === 'public') {
    throw new OAuthError('invalid_client', 'Only a client that can prove who it is may ask what a token is.');
  }
  const refresh = refreshTokenOf(token);
  return refresh === undefined
    ? accessToken(await readToken(call, token), client)
    : refreshToken(await sessions.load(refresh.session), call, client, refresh.secret);
}

const sees = ({ id, acts }: Client, owner: string): boolean =>
  id === owner || acts?.roles.some((role) => SEEING.includes(role)) === true;

function accessToken(good: Awaited<ReturnType<ReadToken>>, client: Client): Introspection {
  if (good === undefined || !sees(client, good.holder.clientId)) return INACTIVE;
  const { iss, aud, sub, client_id, scope, roles, jti, iat, exp, act } = good.claims;
  return { active: true, token_type: 'Bearer', iss, aud, sub, client_id, scope, roles, jti, iat, exp, act };
}

/** Those with which the client would get fresh tokens now. */
const GOOD: readonly Refresh[] = ['replace', 'repeat'];

function refreshToken(session: Session | undefined, call: Call, client: Client, secret: string): Introspection {
  if (session === undefined || !sees(client, session.grant.clientId)) return INACTIVE;
  if (!GOOD.includes(refreshOf(session, tokenDigest(secret), Date.parse(call.time)))) return INACTIVE;
  const { subject: sub, clientId: client_id, scopes } = session.grant;
  const iat = Math.floor(Date.parse(session.startedAt) / 1_000);
  return { active: true, sub, client_id, scope: scopes.join(' '), iat, exp: iat + SESSION_SECONDS };
}
