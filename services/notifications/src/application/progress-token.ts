import { createHmac, timingSafeEqual } from 'node:crypto';

/** Long enough to connect; a connection outlives its token. */
export const TOKEN_MS = 15 * 60_000;

/**
 * Lets its holder follow one order until it expires: `<base64url of {"o":orderId,"e":expiry}>.<HMAC-SHA256 of that>`.
 * @param expiresAt milliseconds since 1970
 * Source: https://www.rfc-editor.org/rfc/rfc2104
 */
export function issueToken(secret: string, orderId: string, expiresAt: number): string {
  const claims = Buffer.from(JSON.stringify({ o: orderId, e: expiresAt })).toString('base64url');
  return `${claims}.${sign(secret, claims).toString('base64url')}`;
}

/** The order of a token; undefined when it is forged, changed or expired. Compares in constant time. */
export function readToken(secret: string, token: string, now: number): string | undefined {
  const [claims = '', signature = '', ...more] = token.split('.');
  const [expected, actual] = [sign(secret, claims), Buffer.from(signature, 'base64url')];
  if (more.length > 0 || actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  // The signature is ours, so the claims have our format.
  const { o, e } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { o: string; e: number };
  return e > now ? o : undefined;
}

const sign = (secret: string, claims: string): Buffer => createHmac('sha256', secret).update(claims).digest();
