import type { Call } from '@dure/contracts/binding/call';
import { openVerifier, type TokenHolder, TokenRefused, type VerifyToken } from '@dure/contracts/binding/verify-token';
import { ownIssuer, type TrustedIssuer } from '@dure/contracts/binding/trusted-issuers';
import { scopesOfRoles } from '@dure/contracts/access';
import { JOSEError } from 'jose/errors';
import { decodeJwt } from 'jose/jwt/decode';
import type { Claims } from '../domain/claims.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import type { Session } from '../domain/session.ts';
import type { Issuer } from './issue-token.ts';
import { jwksOf } from './signing-keys.ts';

/** An access token that is good now. */
export interface GoodToken {
  readonly holder: TokenHolder;
  /** As they are in the token, of this service or of an issuer outside. */
  readonly claims: Partial<Claims> & Pick<Claims, 'exp'>;
}

/** Undefined for a token that is not good: unknown, altered, expired, of another stage, or of a session that has ended. */
export type ReadToken = (call: Call, token: string) => Promise<GoodToken | undefined>;

export interface ReadTokenParts {
  readonly issuer: Pick<Issuer, 'issuer' | 'ring'>;
  readonly stage: string;
  readonly sessions: { load(id: string): Promise<Session | undefined> };
  /** Issuers whose tokens are good besides. */
  readonly outside?: readonly TrustedIssuer[];
}

/**
 * Makes a reader of access tokens by the keys of the ring, which asks nobody for the keys of this service. Unlike an
 * authorizer it looks whether the session of a token has ended.
 */
export function tokenReader({ issuer, stage, sessions, outside = [] }: ReadTokenParts): ReadToken {
  const own = ownIssuer(issuer.issuer, stage);
  const verifyOutside = openVerifier(outside, { scopesOf: scopesOfRoles });

  let kept: { readonly ring: KeyRing; readonly verify: VerifyToken } | undefined;

  const verify = async (call: Call, token: string): Promise<TokenHolder> => {
    if (decodeJwt(token).iss !== own.issuer) return verifyOutside(token);
    const ring = await issuer.ring(call);
    if (kept?.ring !== ring) {
      const keys = jwksOf(ring, Date.parse(call.time));
      kept = { ring, verify: openVerifier([own], { loadKeys: async () => keys }) };
    }
    return kept.verify(token);
  };

  async function hasEnded(id: string): Promise<boolean> {
    const session = await sessions.load(id);
    return session === undefined || session.ended === true;
  }

  return async (call, token) => {
    try {
      const holder = await verify(call, token);
      const claims = decodeJwt<Claims>(token);
      const ended = claims.iss === own.issuer && claims.sid !== undefined && (await hasEnded(claims.sid));
      return ended ? undefined : { holder, claims };
    } catch (error) {
      if (error instanceof TokenRefused || error instanceof JOSEError) return undefined;
      throw error;
    }
  };
}
