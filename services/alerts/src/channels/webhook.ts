import type { Channel } from '../application/tell.ts';
import { signedRequest } from './signed-request.ts';
import type { ReadSettings } from '../settings.ts';
import type { Post } from './post.ts';

/** Tells the URL `webhook-url` by a request signed with `webhook-secret`, as the Standard Webhooks have it. */
export function webhookChannel(post: Post, settings: ReadSettings<'webhook-url' | 'webhook-secret'>): Channel {
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
      await post(url, signedRequest(alert, secret, Date.now()));
      return 'told';
    },
  };
}
