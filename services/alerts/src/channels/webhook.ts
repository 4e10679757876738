import { Poison } from '@dure/contracts/binding/message';
import type { ReadSettings } from '@dure/contracts/binding/settings';
import { type PostWebhook, RefusedUrl, type WebhookRequest } from '@dure/contracts/binding/webhook-post';
import type { Channel } from '../application/tell.ts';
import { signedRequest } from './signed-request.ts';

/** Within the function's time-out, with its table's writes around it. */
const TIMEOUT_MS = 10_000;

/** Tells the URL `webhook-url` by a request signed with `webhook-secret`, as the Standard Webhooks have it. */
export function webhookChannel(post: PostWebhook, settings: ReadSettings<'webhook-url' | 'webhook-secret'>): Channel {
  return {
    name: 'webhook',
    async tell(alert) {
      const { 'webhook-url': url, 'webhook-secret': secret } = await settings();
      if (url === undefined && secret === undefined) return 'unconfigured';
      if (url === undefined || secret === undefined) {
        throw new Error(
          `The parameter ${url === undefined ? 'webhook-url' : 'webhook-secret'} is missing beside the other.`,
        );
      }
      await tell(post, url, signedRequest(alert, secret, Date.now()));
      return 'told';
    },
  };
}

/** Any 2xx is an answer. Rejects with why not. */
async function tell(post: PostWebhook, url: string, request: WebhookRequest): Promise<void> {
  const status = await post(url, request, TIMEOUT_MS).catch((error: unknown) => {
    throw error instanceof RefusedUrl ? new Poison(error.message, { cause: error }) : error;
  });
  if (status >= 200 && status < 300) return;
  const { host } = new URL(url);
  if (status === 410) throw new Poison(`${host} answered 410: it is not to be told any more.`);
  throw new Error(`${host} answered ${status}.`);
}
