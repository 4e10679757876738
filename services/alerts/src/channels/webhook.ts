import { Poison } from '@dure/contracts/binding/message';
import type { ReadSettings } from '@dure/contracts/binding/settings';
import { type PostWebhook, RefusedUrl, type WebhookRequest } from '@dure/webhooks/post';
import type { Channel } from '../application/deliver-alert.ts';
import { signedRequest } from './signed-request.ts';

/** Leaves time within the function's time-out for the table writes before and after. */
const TIMEOUT_MS = 10_000;

/** Posts to the alert's owner, or to `webhook-url`, signed with `webhook-secret` as Standard Webhooks specifies. */
export function webhookChannel(post: PostWebhook, settings: ReadSettings<'webhook-url' | 'webhook-secret'>): Channel {
  return {
    name: 'webhook',
    async send(alert) {
      const { 'webhook-url': operators, 'webhook-secret': secret } = await settings();
      if (operators === undefined && secret === undefined) return 'unconfigured';
      const url = alert.owner?.webhook ?? operators;
      if (url === undefined || secret === undefined) {
        throw new Error(
          `The parameter ${url === undefined ? 'webhook-url' : 'webhook-secret'} is missing, but its counterpart is set.`,
        );
      }
      await postSigned(post, url, signedRequest(alert, secret, Date.now()));
      return 'sent';
    },
  };
}

/** Resolves for any 2xx; rejects with the reason otherwise. */
async function postSigned(post: PostWebhook, url: string, request: WebhookRequest): Promise<void> {
  const status = await post(url, request, TIMEOUT_MS).catch((error: unknown) => {
    throw error instanceof RefusedUrl ? new Poison(error.message, { cause: error }) : error;
  });
  if (status >= 200 && status < 300) return;
  const { host } = new URL(url);
  if (status === 410) throw new Poison(`${host} answered 410: it does not accept webhooks any more.`);
  throw new Error(`${host} answered ${status}.`);
}
