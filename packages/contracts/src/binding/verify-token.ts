import { hash } from 'node:crypto';
import { JOSEError } from 'jose/errors';
import { decodeJwt } from 'jose/jwt/decode';
import { jwtVerify } from 'jose/jwt/verify';
import type { JWTPayload } from 'jose';
import { type FindKey, type LoadKeys, openKeySet } from './key-set.ts';
import type { TrustedIssuer } from './trusted-issuers.ts';

/** Whose token it is, and what it lets them do. */
export interface TokenHolder {
  /** A customer's id, `guest-…`, a member of staff, or a service's client id. */
  readonly subject: string;
  readonly clientId: string;
  readonly tokenId: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** Until when it is accepted, in milliseconds since 1970: a little after it expires, as clocks differ. */
  readonly expiresAt: number;
  /** The subject of the service that acts for the holder. Source: https://www.rfc-editor.org/rfc/rfc8693#section-4.1 */
  readonly actor?: string;
}

/** @throws TokenRefused for a bad token, KeysUnavailable when nothing can be said about it */
export type VerifyToken = (token: string) => Promise<TokenHolder>;

/** A token that is not accepted. Says why for the log, and never holds the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  /** A short code: `ERR_JWT_EXPIRED`. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The token is refused: ${reason}`);
    this.reason = reason;
  }
}

/** The reason for a token whose `iss` is none of the trusted ones. */
export const UNKNOWN_ISSUER = 'unknown issuer';

export interface VerifierOptions {
  /** The scopes of the roles that an issuer outside gives. Without it such a token lets nobody do anything. */
  readonly scopesOf?: (roles: readonly string[]) => readonly string[];
  readonly loadKeys?: LoadKeys;
}

/** API Gateway takes headers of 10,240 bytes altogether. */
const MAX_LENGTH = 8_192;
/** Clocks differ by this much. */
const SKEW_SECONDS = 5;
/** A token is verified again after this long, so that a key that was withdrawn ends with the next reading of the keys. */
const KEPT_MS = 600_000;
const KEPT_TOKENS = 500;

/** As they may be in headers, logs and keys. */
const NAME = /^[\x21-\x7e]{1,200}$/;

interface Kept {
  readonly holder: TokenHolder;
  readonly until: number;
}

/**
 * Makes a verifier of access tokens: signature, type, algorithm, issuer, audience and times. What it verified before it
 * knows by the hash of the token, so the tokens themselves are not kept.
 * Source: https://www.rfc-editor.org/rfc/rfc9068#section-4
 *
 * @example
 * ```ts
 * import { ownIssuer } from '@dure/contracts/binding/trusted-issuers';
 * import { openVerifier } from '@dure/contracts/binding/verify-token';
 *
 * const verify = openVerifier([ownIssuer('http://localhost:4000/identity/local', 'local')]);
 *
 * export const subjectOf = async (token: string) => (await verify(token)).subject;
 * ```
 */
export function openVerifier(issuers: readonly TrustedIssuer[], options: VerifierOptions = {}): VerifyToken {
  const { scopesOf = () => [], loadKeys } = options;
  const byName = new Map(
    issuers.map((issuer) => [issuer.issuer, { issuer, find: openKeySet(issuer.jwks, loadKeys) }] as const),
  );
  const kept = new Map<string, Kept>();

  async function verify(token: string): Promise<Kept> {
    const { iss = '' } = decodeJwt(token);
    const trusted = byName.get(iss);
    if (trusted === undefined) throw new TokenRefused(UNKNOWN_ISSUER);
    const payload = await payloadOf(token, trusted.issuer, trusted.find);
    const holder = holderOf(payload, token, trusted.issuer, scopesOf);
    return { holder, until: Math.min(holder.expiresAt, Date.now() + KEPT_MS) };
  }

  return async (token) => {
    if (token.length > MAX_LENGTH) throw new TokenRefused('too long');
    const key = hash('sha256', token, 'base64');
    const known = kept.get(key);
    if (known !== undefined && Date.now() < known.until) return known.holder;
    kept.delete(key);
    const fresh = await verify(token).catch((error: unknown) => {
      throw error instanceof JOSEError ? new TokenRefused(error.code) : error;
    });
    kept.set(key, fresh);
    // The oldest goes: a map keeps the order in which its keys came.
    if (kept.size > KEPT_TOKENS) kept.delete(kept.keys().next().value!);
    return fresh.holder;
  };
}

async function payloadOf(token: string, issuer: TrustedIssuer, find: FindKey): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, find, {
    issuer: issuer.issuer,
    audience: issuer.audience,
    algorithms: [...issuer.algorithms],
    typ: issuer.type,
    clockTolerance: SKEW_SECONDS,
    currentDate: new Date(Date.now()),
    requiredClaims: issuer.outside === undefined ? ['sub', 'exp', 'iat', 'jti', 'client_id'] : ['sub', 'exp'],
  });
  return payload;
}

function holderOf(
  payload: JWTPayload,
  token: string,
  { outside }: TrustedIssuer,
  scopesOf: (roles: readonly string[]) => readonly string[],
): TokenHolder {
  const client = payload['client_id'] ?? payload['azp'] ?? (outside && 'unknown');
  // Not every issuer outside numbers its access tokens.
  const tokenId = payload.jti ?? hash('sha256', token, 'hex').slice(0, 32);
  const roles = outside === undefined ? wordsOf(payload['roles'] ?? []) : mapped(payload, outside);
  const { act } = payload as { readonly act?: { readonly sub?: unknown } };
  return {
    subject: `${outside?.prefix ?? ''}${nameOf(payload.sub, 'sub')}`,
    clientId: nameOf(client, 'client_id'),
    tokenId: nameOf(tokenId, 'jti'),
    scopes: outside === undefined ? scopesIn(payload['scope']) : scopesOf(roles),
    roles,
    expiresAt: (payload.exp! + SKEW_SECONDS) * 1000,
    ...(act !== undefined && { actor: nameOf(act.sub, 'act') }),
  };
}

function nameOf(value: unknown, claim: string): string {
  if (typeof value === 'string' && NAME.test(value)) return value;
  throw new TokenRefused(`claim ${claim}`);
}

/** Source: https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
function scopesIn(scope: unknown = ''): readonly string[] {
  if (typeof scope !== 'string') throw new TokenRefused('claim scope');
  return scope.split(' ').filter((word) => word !== '');
}

function wordsOf(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((it) => typeof it === 'string')) return value;
  throw new TokenRefused('claim roles');
}

/** The roles here of what the outside claim names. A claim that is missing gives none. */
function mapped(payload: JWTPayload, { claim, roles }: NonNullable<TrustedIssuer['outside']>): readonly string[] {
  const at = claim.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Readonly<Record<string, unknown>>)[name]
        : undefined,
    payload,
  );
  const names = typeof at === 'string' ? at.split(' ') : Array.isArray(at) ? at : [];
  const given = names.map((name) => (typeof name === 'string' ? roles.get(name) : undefined));
  return [...new Set(given.filter((role) => role !== undefined))];
}
