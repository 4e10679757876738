import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import type { JwtAuthorizer, Route } from './documents.ts';
import { type Authorized, type Exchange, forbidden, unauthorized } from './exchange.ts';
import { identityOf } from './identity-source.ts';

/** API Gateway takes RSA only. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];
const TIMEOUT_MS = 5000;

/** Loaded with the first token: few APIs have such an authorizer, and it takes 13 MB. */
const jose = () => import('jose');

export type CheckJwt = (authorizer: JwtAuthorizer, route: Route, exchange: Exchange) => Promise<Authorized>;

/**
 * Checks tokens by the keys that their issuer publishes: signature, issuer, audience, times and scopes.
 * @throws HttpError 401 without a valid token, 403 for one without the route's scopes
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function createJwtCheck(now: () => number): CheckJwt {
  const keys = new Map<string, Promise<JWTVerifyGetKey>>();
  const keysOf = (issuer: string): Promise<JWTVerifyGetKey> => {
    const known = keys.get(issuer) ?? discover(issuer);
    keys.set(issuer, known);
    known.catch(() => keys.delete(issuer));
    return known;
  };

  return async ({ identitySource, issuer, audience }, { scopes }, exchange) => {
    const token = identityOf(identitySource, exchange, {}).replace(/^Bearer\s+/i, '');
    if (token === '') throw unauthorized('Bearer');
    const claims = await verify(token, issuer);
    const isMeant = [claims.aud ?? claims['client_id']].flat().some((name) => audience.includes(String(name)));
    if (!isMeant) throw invalid('the token does not have a valid audience');
    const granted = scopesOf(claims);
    if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) throw forbidden();
    return { kind: 'jwt', claims: textsOf(claims), scopes: scopes.length > 0 ? granted : null };
  };

  async function verify(token: string, issuer: string): Promise<JWTPayload> {
    const { jwtVerify } = await jose();
    try {
      const options = { issuer, algorithms: ALGORITHMS, requiredClaims: ['exp'], currentDate: new Date(now()) };
      return (await jwtVerify(token, await keysOf(issuer), options)).payload;
    } catch (error) {
      throw invalid(await reasonOf(error, issuer));
    }
  }
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { jwks_uri: keys } = (await response.json()) as { jwks_uri?: unknown };
  if (typeof keys !== 'string' || !URL.canParse(keys)) throw new Error(`${address} has no jwks_uri.`);
  return (await jose()).createRemoteJWKSet(new URL(keys), { timeoutDuration: TIMEOUT_MS });
}

const invalid = (description: string) =>
  unauthorized(`Bearer scope="" error="invalid_token" error_description="${description}"`);

async function reasonOf(error: unknown, issuer: string): Promise<string> {
  const { errors } = await jose();
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `the claim ${error.claim} is not valid`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature is not valid';
  if (error instanceof errors.JWKSNoMatchingKey) return 'no key of the issuer matches the token';
  if (error instanceof errors.JOSEError) return 'the token is not valid';
  return `the keys of ${issuer.replace(/[^\x20-\x7e]|"/g, '')} cannot be read`;
}

function scopesOf({ scope, scp }: JWTPayload): string[] {
  const given = scope ?? scp ?? [];
  return Array.isArray(given) ? given.map(String) : String(given).split(' ').filter(Boolean);
}

/** Claims reach the function as text; a list is `[a b]`. */
function textsOf(claims: JWTPayload): Record<string, string> {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(text).join(' ')}]`;
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  };
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, text(value)]));
}
