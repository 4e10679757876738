import { http, reply } from '@dure/contracts/http';
import { ReceiveStripeEvent } from '@dure/contracts/payments/index';
import { problem } from '@dure/contracts/problem';
import { type Heeded, heedNotice } from '../application/heed-notice.ts';
import { ProviderUnreachable } from '../application/provider.ts';
import { dependencies, readNotice } from '../composition.ts';

type Result =
  | { readonly refused: 'webhooks-not-used' | 'webhook-not-configured' | 'not-from-stripe' | 'provider-unavailable' }
  | { readonly heeded: Heeded };

export const receiveStripeEvent = http(ReceiveStripeEvent, {
  run: async ({ signed }, call): Promise<Result> => {
    const { body, headers } = signed;
    const read = await readNotice(body, headers['stripe-signature'] ?? '', Date.parse(call.time));
    if ('refused' in read) {
      if (read.refused === 'webhook-not-configured')
        call.log.error('webhooks are refused: there is no secret for them');
      return read;
    }
    const { notice } = read;
    try {
      const marker = { pk: `INBOX#notices#${notice.id}` };
      return { heeded: await heedNotice(dependencies, { ...call, marker }, notice) };
    } catch (error) {
      if (!(error instanceof ProviderUnreachable)) throw error;
      call.log.warn('notice to be sent again', { id: notice.id, type: notice.type, error });
      return { refused: 'provider-unavailable' };
    }
  },
  answer: (result) => ('refused' in result ? problem(result.refused) : reply(204, undefined)),
});
