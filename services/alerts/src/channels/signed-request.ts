import type { WebhookRequest } from '@dure/webhooks/post';
import { secretsIn, signWebhook } from '@dure/webhooks/sign';
import type { Alert } from '../domain/alert.ts';

/**
 * The signed webhook request for an alert; its id is the alert's id.
 * @param secret one, or two while it is rotated: each makes a signature
 * @param now milliseconds since 1970: receivers reject old signatures
 * @throws Error when the secret does not follow the specification
 */
export function signedRequest(alert: Alert, secret: string, now: number): WebhookRequest {
  const type = alert.state === 'NOTICE' ? 'notice' : 'alarm.state_changed';
  const { owner, ...data } = alert;
  const secrets = secretsIn(secret);
  const body = JSON.stringify({ type, timestamp: alert.at, data: { ...data, owner: owner?.name } });
  const headers = { 'content-type': 'application/json', ...signWebhook({ id: alert.id, body, now }, ...secrets) };
  return { body, headers };
}
