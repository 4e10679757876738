import { http, reply } from '@dure/contracts/binding/http';
import { ReceiveStripeEvent } from '@dure/contracts/payments';
import { problem } from '@dure/contracts/problem';
import { type Heeded, heedNotice } from '../application/heed-notice.ts';
import { dependencies, readNotice } from '../composition.ts';

type Result = { readonly refused: 'webhooks-not-used' | 'not-from-stripe' } | { readonly heeded: Heeded };

/** Without a secret, or an answer of Stripe, it fails: what is answered with 5xx is sent again, for three days. */
export const receiveStripeEvent = http(ReceiveStripeEvent, {
  run: async ({ signed }, call): Promise<Result> => {
    const read = await readNotice(signed.body, signed.headers['stripe-signature'] ?? '', Date.parse(call.time));
    if ('refused' in read) return read;
    const marker = { pk: `INBOX#notices#${read.notice.id}` };
    return { heeded: await heedNotice(dependencies, { ...call, marker }, read.notice) };
  },
  answer: (result) => ('refused' in result ? problem(result.refused) : reply(204, undefined)),
});
