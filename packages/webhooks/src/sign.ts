import { createHmac, timingSafeEqual } from 'node:crypto';

/** Webhooks by the Standard Webhooks specification: the signature covers the id, the time and the body as it is sent. */

/** The headers of a signed webhook, in lower case. */
export interface WebhookHeaders {
  readonly 'webhook-id': string;
  /** Seconds since 1970. */
  readonly 'webhook-timestamp': string;
  /** `v1,<base64>`; several, separated by spaces, while a secret is rotated. */
  readonly 'webhook-signature': string;
}

interface Signed {
  readonly id: string;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

/** A webhook signed longer ago, or further ahead, is refused: it may be a replay. */
const TOLERANCE_SECONDS = 300;

/**
 * Makes the headers of a webhook. The id stays the same on every attempt, so that the receiver can detect a repetition.
 * Each secret makes a signature, so that the receiver can change to a new secret while both are valid.
 * @throws Error when a secret breaks the specification: 24 to 64 bytes in base64, with or without `whsec_`
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @example
 * ```ts
 * import { signWebhook } from '@dure/webhooks/sign';
 *
 * export const headersOf = (id: string, body: string, secret: string) => signWebhook({ id, body, now: Date.now() }, secret);
 * ```
 */
export function signWebhook({ id, body, now }: Signed, ...secrets: readonly string[]): WebhookHeaders {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = secrets.map((secret) => `v1,${signature(secret, id, timestamp, body).toString('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/**
 * Whether a webhook was signed with one of the secrets, at this time. Compares in constant time.
 *
 * @example
 * ```ts
 * import { isSignedWebhook } from '@dure/webhooks/sign';
 *
 * export const isGenuine = (headers: Record<string, string>, body: string, secret: string) =>
 *   isSignedWebhook(headers, { body, now: Date.now() }, secret);
 * ```
 */
export function isSignedWebhook(
  headers: Readonly<Partial<Record<string, string>>>,
  { body, now }: Omit<Signed, 'id'>,
  ...secrets: readonly string[]
): boolean {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': given = '' } = headers;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const claimed = given.split(' ').filter((part) => part.startsWith('v1,'));
  return secrets.some((secret) => {
    const expected = signature(secret, id, timestamp, body);
    return claimed.map((part) => Buffer.from(part.slice(3), 'base64')).some((it) => isSame(it, expected));
  });
}

/**
 * The secrets of a setting: one, or two with a space between them while it is rotated. All of them sign, and each is enough to
 * verify, so that both sides change over when they like.
 *
 * @example
 * ```ts
 * import { secretsIn } from '@dure/webhooks/sign';
 *
 * export const [newest, before] = secretsIn('whsec_bmV3 whsec_b2xk');
 * ```
 */
export const secretsIn = (setting: string): string[] => setting.split(/\s+/).filter((part) => part !== '');

const isSame = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);

const signature = (secret: string, id: string, timestamp: string, body: string): Buffer =>
  createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest();

function keyOf(secret: string): Buffer {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = Buffer.from(encoded, 'base64');
  if (!BASE64.test(encoded) || key.length < MIN_SECRET_BYTES || key.length > MAX_SECRET_BYTES) {
    throw new Error(`The webhook's secret is not ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes in base64.`);
  }
  return key;
}
