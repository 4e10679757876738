import { createHmac, randomUUID } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { ACCESS_TOKEN_SECONDS, type Grant } from '../domain/claims.ts';
import type { Client } from '../domain/client.ts';
import { OAuthError } from '../domain/oauth-error.ts';
import type { Origin } from '../domain/origin.ts';
import { isVerifier } from '../domain/pkce.ts';
import { refreshTokenOf, textOf } from '../domain/refresh-token.ts';
import { refreshOf, repeated, replaced, type Session } from '../domain/session.ts';
import type { TokenAnswer } from './client-credentials.ts';
import { tokenDigest } from './digest.ts';
import { type Issuer, issueToken } from './issue-token.ts';
import { newSecret } from './new-secret.ts';

/** What a person has allowed a client, until it comes with the code. */
export interface Code {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly grant: Grant;
  readonly issuedAt: string;
  /** Where the person signed in. */
  readonly origin?: Origin | undefined;
  /** The session that it has begun. */
  readonly sessionId?: string | undefined;
}

export type Ending = 'revoked' | 'token-reused' | 'code-replayed';

export interface SessionStore {
  /** The latest of a person, a hundred at most, the latest first. */
  ofSubject(subject: string): Promise<readonly Session[]>;
  load(id: string): Promise<Session | undefined>;
  /** @throws Conflict when it was changed meanwhile */
  save(call: Call, session: Session): Promise<void>;
  end(call: Call, session: Session, why: Ending): Promise<void>;
  putCode(digest: string, code: Code): Promise<void>;
  loadCode(digest: string): Promise<Code | undefined>;
  /** Begins a session, mostly of a code. @throws Conflict when the code has begun one */
  begin(call: Call, session: Session, codeDigest?: string): Promise<void>;
}

export interface SessionParts {
  readonly sessions: SessionStore;
  readonly issuer: Issuer;
}

const CODE_SECONDS = 60;

/** A code for a client, good once and for a minute. */
export async function issueCode(sessions: SessionStore, call: Call, code: Omit<Code, 'issuedAt'>): Promise<string> {
  const secret = newSecret();
  await sessions.putCode(tokenDigest(secret), { ...code, issuedAt: call.time });
  return secret;
}

export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string | undefined;
  readonly verifier: string;
}

/**
 * Tokens for a code. A code that comes again was stolen, by one of the two: the session that it began ends.
 * @throws OAuthError invalid_grant
 * Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
 */
export async function exchangeCode(
  { sessions, issuer }: SessionParts,
  call: Call,
  client: Client,
  { code: secret, redirectUri, verifier }: CodeExchange,
): Promise<TokenAnswer> {
  const refused = new OAuthError('invalid_grant', 'The code is not good, or no more.');
  const digest = tokenDigest(secret);
  return retryOnConflict(async () => {
    const code = await sessions.loadCode(digest);
    if (code === undefined || code.clientId !== client.id) throw refused;
    if (code.sessionId !== undefined) {
      await endSession(sessions, call, code.sessionId, 'code-replayed');
      throw refused;
    }
    const late = Date.parse(call.time) > Date.parse(code.issuedAt) + CODE_SECONDS * 1_000;
    const proven = isVerifier(verifier) && tokenDigest(verifier) === code.challenge;
    if (late || code.redirectUri !== redirectUri || !proven) throw refused;
    const [id, first] = [randomUUID(), newSecret()];
    const grant = { ...code.grant, session: id };
    const session: Session = {
      ...{
        id,
        grant,
        origin: code.origin,
        startedAt: call.time,
        current: tokenDigest(first),
        repeats: 0,
        spent: [],
        version: 1,
      },
    };
    // Signed before the code is used up: a code whose answer never came would look stolen when it comes again.
    const given = await answer(issuer, call, session, first);
    await sessions.begin(call, session, digest);
    return given;
  });
}

/**
 * Fresh tokens for a refresh token. Whoever asks twice within half a minute gets the same; later it is theft, and the session
 * ends for both.
 * @throws OAuthError invalid_grant
 */
export async function refresh(
  { sessions, issuer }: SessionParts,
  call: Call,
  client: Client,
  token: string,
): Promise<TokenAnswer> {
  const refused = new OAuthError('invalid_grant', 'The refresh token is not good, or no more.');
  const given = refreshTokenOf(token);
  if (given === undefined) throw refused;
  return retryOnConflict(async () => {
    const session = await sessions.load(given.session);
    if (session === undefined || session.grant.clientId !== client.id) throw refused;
    const what = refreshOf(session, tokenDigest(given.secret), Date.parse(call.time));
    if (what === 'theft') await endSession(sessions, call, session.id, 'token-reused');
    if (what === 'theft' || what === 'unknown') throw refused;
    const salt = what === 'repeat' ? session.salt! : newSecret();
    const next = createHmac('sha256', given.secret).update(salt).digest('base64url');
    const after =
      what === 'repeat' ? repeated(session) : replaced(session, { digest: tokenDigest(next), salt }, call.time);
    await sessions.save(call, after);
    return answer(issuer, call, after, next);
  });
}

/** Ends a session by its refresh token, if the client has it. Source: https://www.rfc-editor.org/rfc/rfc7009#section-2.2 */
export async function revoke(sessions: SessionStore, call: Call, client: Client, token: string): Promise<void> {
  const given = refreshTokenOf(token);
  const session = given && (await sessions.load(given.session));
  if (given === undefined || session === undefined || session.grant.clientId !== client.id) return;
  if (refreshOf(session, tokenDigest(given.secret), Date.parse(call.time)) === 'unknown') return;
  await endSession(sessions, call, session.id, 'revoked');
}

export const endSession = (sessions: SessionStore, call: Call, id: string, why: Ending): Promise<void> =>
  retryOnConflict(async () => {
    const session = await sessions.load(id);
    if (session !== undefined && session.ended !== true) await sessions.end(call, session, why);
  });

async function answer(issuer: Issuer, call: Call, { id, grant }: Session, secret: string): Promise<TokenAnswer> {
  return {
    access_token: await issueToken(issuer, call, grant, ACCESS_TOKEN_SECONDS),
    ...{ token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS, scope: grant.scopes.join(' ') },
    refresh_token: textOf({ session: id, secret }),
  };
}
