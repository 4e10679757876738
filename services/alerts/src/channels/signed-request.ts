import type { WebhookRequest } from '@dure/webhooks/post';
import { signWebhook } from '@dure/webhooks/sign';
import type { Alert } from '../domain/alert.ts';

/**
 * The signed webhook request for an alert; its id is the alert's id.
 * @param now milliseconds since 1970: receivers reject old signatures
 * @throws Error when the secret does not follow the specification
 */
export function signedRequest(alert: Alert, secret: string, now: number): WebhookRequest {
  const type = alert.state === 'NOTICE' ? 'notice' : 'alarm.state_changed';
  const { owner, ...data } = alert;
  const body = JSON.stringify({ type, timestamp: alert.at, data: { ...data, owner: owner?.name } });
  const headers = { 'content-type': 'application/json', ...signWebhook({ id: alert.id, body, now }, secret) };
  return { body, headers };
}
