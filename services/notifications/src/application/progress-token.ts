import { createHmac, timingSafeEqual } from 'node:crypto';

/** Long enough to connect; a connection outlives its token. */
export const TOKEN_MS = 15 * 60_000;

/** What a token lets its holder follow: an order; only while it is this customer's, if one is named. */
export interface Following {
  readonly orderId: string;
  readonly customerId?: string;
  /** Who was given it: a token's `sub`. */
  readonly subject?: string;
}

/**
 * Lets its holder follow one order until it expires: `<base64url of {"o":orderId,"c":customerId,"s":subject,
 * "e":expiry}>.<HMAC-SHA256 of that>`.
 * @param expiresAt milliseconds since 1970
 * Source: https://www.rfc-editor.org/rfc/rfc2104
 */
export function issueToken(secret: string, { orderId, customerId, subject }: Following, expiresAt: number): string {
  const claims = Buffer.from(JSON.stringify({ o: orderId, c: customerId, s: subject, e: expiresAt })).toString(
    'base64url',
  );
  return `${claims}.${sign(secret, claims).toString('base64url')}`;
}

/** What a token lets its holder follow; undefined when it is forged, changed or expired. Compares in constant time. */
export function readToken(secret: string, token: string, now: number): Following | undefined {
  const [claims = '', signature = '', ...more] = token.split('.');
  const [expected, actual] = [sign(secret, claims), Buffer.from(signature, 'base64url')];
  if (more.length > 0 || actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  // The signature is ours, so the claims have our format.
  const { o, c, s, e } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as {
    o: string;
    c?: string;
    s?: string;
    e: number;
  };
  return e > now ? { orderId: o, customerId: c, subject: s } : undefined;
}

const sign = (secret: string, claims: string): Buffer => createHmac('sha256', secret).update(claims).digest();
