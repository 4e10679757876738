import { createHmac } from 'node:crypto';
import type { Alert } from '../domain/alert.ts';

export interface SignedRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

/**
 * The request that tells of an alert, signed. The id stays the same however often it is sent, so that its receiver
 * can tell a repetition.
 * @param now milliseconds since 1970: receivers refuse what was signed long ago
 * @throws Error when the secret is none of the specification's
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedRequest(alert: Alert, secret: string, now: number): SignedRequest {
  const type = alert.state === 'NOTICE' ? 'notice' : 'alarm.state_changed';
  const body = JSON.stringify({ type, timestamp: alert.at, data: alert });
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${alert.id}.${timestamp}.${body}`).digest('base64');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': alert.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
  };
}

function keyOf(secret: string): Buffer {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = Buffer.from(encoded, 'base64');
  if (!BASE64.test(encoded) || key.length < MIN_SECRET_BYTES || key.length > MAX_SECRET_BYTES) {
    throw new Error(`The webhook's secret is not ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes in base64.`);
  }
  return key;
}
