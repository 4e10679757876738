/** Whom a token is for, and what it allows. */
export interface Grant {
  readonly subject: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** The sign-in that it belongs to: ending that ends it. */
  readonly session?: string | undefined;
  /** Of a person's account, when they signed in: a later one ends it. */
  readonly epoch?: number | undefined;
  /** The service that acts for the subject. */
  readonly act?: Actor | undefined;
}

/** RFC 9068, with the roles of RFC 9068 section 2.2.3.1. Times are in seconds since 1970. */
export interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly client_id: string;
  readonly scope: string;
  readonly roles: readonly string[];
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly sid?: string | undefined;
  readonly act?: Actor | undefined;
}

/** Who acts for the subject, and for whom they do. Source: https://www.rfc-editor.org/rfc/rfc8693#section-4.1 */
export interface Actor {
  readonly sub: string;
  readonly act?: Actor | undefined;
}

export interface Issue {
  readonly issuer: string;
  readonly audience: string;
  readonly tokenId: string;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly seconds: number;
}

export const ACCESS_TOKEN_SECONDS = 600;

export function claimsOf(grant: Grant, { issuer, audience, tokenId, now, seconds }: Issue): Claims {
  const iat = Math.floor(now / 1_000);
  return {
    ...{ iss: issuer, aud: audience, sub: grant.subject, client_id: grant.clientId },
    ...{ scope: grant.scopes.join(' '), roles: grant.roles, jti: tokenId, iat, exp: iat + seconds },
    ...(grant.session !== undefined && { sid: grant.session }),
    ...(grant.act !== undefined && { act: grant.act }),
  };
}
